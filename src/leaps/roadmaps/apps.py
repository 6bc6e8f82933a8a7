import datetime as dt

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "leaps.roadmaps"
    label = "roadmaps"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core import housekeeping, preparation
        from leaps.core.menu import MenuItem, add_main, add_person
        from leaps.roadmaps import (  # noqa: F401  some register themselves
            chores,
            digests,
            overlaps,
            pack,
            panels,
            personal,
            receivers,
            reminders,
            rules,
            statement_trial,
            supply_personal,
            supply_trial,
            trial,
            trial_roadmap,
        )

        add_main(MenuItem(_("Technologies"), "roadmaps:technologies", 42))
        add_person(MenuItem(_("Meetings"), "roadmaps:meetings", 27, rules.may_chair))
        preparation.add(75, "Writing the synthetic actions of the trial", trial.begin, in_trial_only=True)
        preparation.add(76, "Writing the synthetic dark periods and guest hours of the trial", trial.begin_planning, in_trial_only=True)
        preparation.add(77, "Writing the synthetic purchases of the trial", supply_trial.begin, in_trial_only=True)
        preparation.add(78, "Drawing the synthetic roadmap of the trial", trial_roadmap.begin, in_trial_only=True)
        preparation.add(79, "Writing the synthetic estimates of the trial", chores.begin_estimates, in_trial_only=True)
        preparation.add(80, "Writing the synthetic measurements of the trial", statement_trial.begin, in_trial_only=True)
        add_person(MenuItem(_("Proposed dark periods"), "roadmaps:dark-calendar", 28, rules.plans_anything))
        housekeeping.add("overlaps of dark periods", dt.timedelta(hours=6), overlaps.look)
        housekeeping.add("forecasts of milestones", dt.timedelta(hours=24), chores.keep_forecasts)
        housekeeping.add("reminders of actions", dt.timedelta(hours=6), reminders.remind)
        housekeeping.add("weekly digest of actions", dt.timedelta(hours=6), digests.send)
