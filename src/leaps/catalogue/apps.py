from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "leaps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.catalogue import pack, receivers  # noqa: F401  both register themselves
        from leaps.core.menu import MenuItem, add_main, add_person

        add_main(MenuItem(_("Instruments"), "catalogue:finder", 10))
        add_main(MenuItem(_("Facilities"), "catalogue:facilities", 20))
        add_main(MenuItem(_("Techniques"), "catalogue:techniques", 30))
        add_main(MenuItem(_("Dark periods"), "catalogue:timeline", 40))
        add_person(MenuItem(_("Saved searches"), "catalogue:searches", 40))
