"""Addresses of the catalogue."""

from django.urls import path

from leaps.catalogue.views import finder, objects

app_name = "catalogue"

urlpatterns = [
    path("facilities/", objects.facilities, name="facilities"),
    path("facilities/<str:slug>/", objects.facility, name="facility"),
    path("instruments/", finder.finder, name="finder"),
    path("instruments/tree/", finder.tree, name="tree"),
    path("instruments/compare/", finder.compare, name="compare"),
    path("instruments/save/", finder.save, name="save-search"),
    path("instruments/export.<str:form>", finder.export, name="export"),
    path("account/searches/", finder.searches, name="searches"),
    path("account/searches/<int:pk>/forget/", finder.forget, name="forget-search"),
    path("instruments/<str:slug>/", objects.instrument, name="instrument"),
    path("techniques/", objects.techniques, name="techniques"),
    path("techniques/<str:panet_id>/", objects.technique, name="technique"),
    path("sources/<str:slug>/", objects.source, name="source"),
    path("devices/<str:slug>/", objects.insertion_device, name="insertion_device"),
    path("organisations/", objects.organisations, name="organisations"),
    path("organisations/<str:slug>/", objects.organisation, name="organisation"),
    path("partnerships/<str:slug>/", objects.partnership, name="partnership"),
    path("upgrades/", objects.timeline, name="timeline"),
    path("upgrades/<str:slug>/", objects.upgrade, name="upgrade"),
]
