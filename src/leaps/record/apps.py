from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "leaps.record"
    label = "record"
