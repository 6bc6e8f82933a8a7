"""Addresses of the roadmaps."""

from django.urls import path

from leaps.roadmaps.views import actions, meetings, milestones, planner, proposals, roadmaps, technologies

app_name = "roadmaps"

urlpatterns = [
    path("planner/", planner.planner, name="planner"),
    path("planner/months.<str:form>", planner.months, name="planner-months"),
    path("planner/reliance.<str:form>", planner.reliance, name="planner-reliance"),
    path("planner/proposals/", proposals.ask, name="propose"),
    path("planner/proposals/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("planner/figure.<str:form>", planner.figure, name="planner-figure"),
    path("technologies/", technologies.technologies, name="technologies"),
    path("technologies/table.<str:form>", technologies.technologies_table, name="technologies-table"),
    path("technologies/targets/", technologies.targets, name="targets"),
    path("technologies/targets/table.<str:form>", technologies.targets_table, name="targets-table"),
    path("technologies/targets/figure.<str:form>", technologies.targets_figure, name="targets-figure"),
    path("technologies/targets/<slug:slug>/", technologies.target, name="target"),
    path("technologies/<slug:slug>/", technologies.technology, name="technology"),
    path("milestones/", milestones.milestones, name="milestones"),
    path("milestones/table.<str:form>", milestones.milestones_table, name="milestones-table"),
    path("milestones/figure.<str:form>", milestones.milestones_figure, name="milestones-figure"),
    path("milestones/calendar.ics", milestones.calendar, name="calendar"),
    path("milestones/schedule/", milestones.schedule, name="schedule"),
    path("milestones/<slug:slug>/", milestones.milestone, name="milestone"),
    path("actions/", actions.board, name="actions"),
    path("actions/table.<str:form>", actions.table, name="actions-table"),
    path("actions/calendar.ics", actions.calendar, name="actions-calendar"),
    path("actions/new/", actions.new, name="new-action"),
    path("actions/<int:pk>/", actions.action, name="action"),
    path("actions/<int:pk>/edit/", actions.edit, name="edit-action"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/hold/", meetings.hold, name="hold-meeting"),
    path("meetings/<int:pk>/actions/", meetings.take_over, name="take-over"),
    path("roadmaps/", roadmaps.roadmaps, name="roadmaps"),
    path("roadmaps/<slug:area>/", roadmaps.roadmap, name="roadmap"),
    path("roadmaps/<slug:area>/table.<str:form>", roadmaps.roadmap_table, name="roadmap-table"),
    path("roadmaps/<slug:area>/figure.<str:form>", roadmaps.roadmap_figure, name="roadmap-figure"),
]
