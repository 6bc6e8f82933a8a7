from django.apps import AppConfig


class LandscapeConfig(AppConfig):
    name = "leaps.landscape"
    label = "landscape"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core.menu import MenuItem, add_main
        from leaps.landscape import panels  # noqa: F401  registers itself

        add_main(MenuItem(_("Landscape"), "landscape:figures", 43))
