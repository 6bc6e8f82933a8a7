"""Addresses of the indicators."""

from django.urls import path

from leaps.indicators.views import public

app_name = "indicators"

urlpatterns = [
    path("indicators/", public.indicators, name="indicators"),
    path("indicators/matrix/", public.matrix, name="matrix"),
    path("indicators/league/", public.league, name="league"),
    path("indicators/league/values.<str:form>", public.league_values, name="league-values"),
    path("indicators/facilities/<str:slug>/", public.facility, name="facility"),
    path("indicators/facilities/<str:slug>/values.<str:form>", public.facility_values, name="facility-values"),
    path("indicators/values/<str:slug>/", public.value, name="value"),
    path("indicators/<str:code>/", public.indicator, name="indicator"),
    path("indicators/<str:code>/figure/", public.embed, name="embed"),
    path("indicators/<str:code>/figure.<str:form>", public.figure, name="figure"),
    path("indicators/<str:code>/values.<str:form>", public.indicator_values, name="indicator-values"),
]
