from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "leaps.roadmaps"
    label = "roadmaps"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.core.menu import MenuItem, add_main
        from leaps.roadmaps import pack, panels  # noqa: F401  both register themselves

        add_main(MenuItem(_("Technologies"), "roadmaps:technologies", 42))
