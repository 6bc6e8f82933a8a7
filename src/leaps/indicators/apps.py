import datetime as dt

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "leaps.indicators"
    label = "indicators"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core import housekeeping, preparation
        from leaps.core.menu import MenuItem, add_main, add_person
        from leaps.indicators import pack, panels, personal, receivers, rules, tasks, trial  # noqa: F401  four register themselves

        add_main(MenuItem(_("Indicators"), "indicators:indicators", 45))
        add_person(MenuItem(_("Returns"), "indicators:campaigns", 25, rules.returns_anything))
        preparation.add(70, "Queueing the synthetic league of the trial", trial.begin, in_trial_only=True)
        housekeeping.add("reminders of returns", dt.timedelta(hours=6), tasks.remind)
        housekeeping.add("embargoes that are over", dt.timedelta(hours=1), tasks.end_embargoes)
        housekeeping.add("parts of the lake without a name", dt.timedelta(hours=24), tasks.sweep)
