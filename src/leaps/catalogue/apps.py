from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "leaps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from leaps.catalogue import pack  # noqa: F401  registers the tables once the models exist
