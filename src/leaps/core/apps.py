from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leaps.core"
    label = "core"
