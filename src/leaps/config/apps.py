"""The topmost app: it puts the others together and has the commands that need all of them."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """No models; the API's page and its command live here."""

    name = "leaps.config"
    label = "config"
