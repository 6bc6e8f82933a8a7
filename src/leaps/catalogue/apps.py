from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "leaps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.accounts import roles
        from leaps.catalogue import pack, personal, queries, receivers, search_index  # noqa: F401  most register themselves
        from leaps.core import warming
        from leaps.core.menu import MenuItem, add_main, add_person

        roles.register_scope(roles.Scope.FACILITY, queries.facility_choices)
        warming.add(search_index.current)
        add_main(MenuItem(_("Instruments"), "catalogue:finder", 10))
        add_main(MenuItem(_("Facilities"), "catalogue:facilities", 20))
        add_main(MenuItem(_("Techniques"), "catalogue:techniques", 30))
        add_main(MenuItem(_("Dark periods"), "catalogue:timeline", 40))
        add_person(MenuItem(_("Saved searches"), "catalogue:searches", 40))
