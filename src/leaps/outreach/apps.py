from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "leaps.outreach"
    label = "outreach"
