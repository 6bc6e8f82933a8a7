from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "leaps.roadmaps"
    label = "roadmaps"
