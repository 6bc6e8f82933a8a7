import datetime as dt

from django.apps import AppConfig


class LandscapeConfig(AppConfig):
    name = "leaps.landscape"
    label = "landscape"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core import housekeeping, preparation
        from leaps.core.menu import MenuItem, add_main, add_person
        from leaps.landscape import pack, panels, personal, receivers, reminders, rules, trial, works_trial  # noqa: F401  some register themselves
        from leaps.landscape.actions import building, drafts, sheet_building

        add_main(MenuItem(_("Landscape"), "landscape:editions", 43))
        add_person(MenuItem(_("Challenges to decide"), "landscape:tag-desk", 29, rules.may_decide))
        preparation.add(90, "Opening the draft edition of the trial", trial.begin, in_trial_only=True)
        preparation.add(91, "Stating the synthetic works of the trial", works_trial.begin, in_trial_only=True)
        housekeeping.add("reminders of editions", dt.timedelta(hours=6), reminders.remind)
        housekeeping.add("builds that never ended", dt.timedelta(hours=1), building.tidy)
        housekeeping.add("sheets that were never made", dt.timedelta(hours=1), sheet_building.tidy)
        housekeeping.add("unsaved texts of editions", dt.timedelta(hours=12), drafts.forget_old)
