from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "leaps.record"
    label = "record"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core import health, menu, preparation, warming
        from leaps.record import personal, receivers, rules, shipped, survey  # noqa: F401  two register themselves

        health.register("record", shipped.look, for_ready=False)
        preparation.add(50, "Loading the record", shipped.load_if_empty)
        warming.add(survey.survey)
        menu.add_main(menu.MenuItem(_("Changes"), "record:changes", 50))
        menu.add_person(menu.MenuItem(_("Corrections to decide"), "record:queue", 20, rules.edits_anything))
        menu.add_person(menu.MenuItem(_("My corrections"), "record:my-corrections", 35))
        menu.add_person(menu.MenuItem(_("Load a pack"), "record:pack-upload", 30, rules.edits_anything))
