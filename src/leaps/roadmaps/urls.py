"""Addresses of the roadmaps."""

from django.urls import path

from leaps.roadmaps.views import planner, proposals

app_name = "roadmaps"

urlpatterns = [
    path("planner/", planner.planner, name="planner"),
    path("planner/months.<str:form>", planner.months, name="planner-months"),
    path("planner/proposals/", proposals.ask, name="propose"),
    path("planner/proposals/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("planner/figure.<str:form>", planner.figure, name="planner-figure"),
]
