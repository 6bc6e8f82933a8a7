import datetime as dt

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "leaps.roadmaps"
    label = "roadmaps"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core import housekeeping, preparation
        from leaps.core.menu import MenuItem, add_main, add_person
        from leaps.roadmaps import pack, panels, personal, reminders, rules, trial  # noqa: F401  three register themselves

        add_main(MenuItem(_("Technologies"), "roadmaps:technologies", 42))
        add_person(MenuItem(_("Meetings"), "roadmaps:meetings", 27, rules.may_chair))
        preparation.add(75, "Writing the synthetic actions of the trial", trial.begin, in_trial_only=True)
        housekeeping.add("reminders of actions", dt.timedelta(hours=6), reminders.remind)
