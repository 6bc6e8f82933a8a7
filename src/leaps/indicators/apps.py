from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "leaps.indicators"
    label = "indicators"
