from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "leaps.indicators"
    label = "indicators"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core.menu import MenuItem, add_main
        from leaps.indicators import pack, panels  # noqa: F401  both register themselves

        add_main(MenuItem(_("Indicators"), "indicators:indicators", 45))
