"""Addresses of the roadmaps."""

from django.urls import path

from leaps.roadmaps.views import planner

app_name = "roadmaps"

urlpatterns = [
    path("planner/", planner.planner, name="planner"),
    path("planner/months.<str:form>", planner.months, name="planner-months"),
    path("planner/figure.<str:form>", planner.figure, name="planner-figure"),
]
