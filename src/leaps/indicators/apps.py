from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "leaps.indicators"
    label = "indicators"

    def ready(self) -> None:
        from leaps.indicators import pack  # noqa: F401  registers itself
