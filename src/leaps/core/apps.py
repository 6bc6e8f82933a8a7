from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leaps.core"
    label = "core"

    def ready(self) -> None:
        from leaps.core import checks  # noqa: F401  registers the start-up checks
