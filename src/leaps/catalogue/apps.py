from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "leaps.catalogue"
    label = "catalogue"
