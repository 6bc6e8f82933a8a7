"""Addresses of the landscape."""

from django.urls import path

from leaps.landscape.views import brilliance, figures

app_name = "landscape"

urlpatterns = [
    path("landscape/brilliance/", brilliance.brilliance, name="brilliance"),
    path("landscape/figures/", figures.figures, name="figures"),
    path("landscape/figures/<slug:slug>/", figures.figure, name="figure"),
    path("landscape/figures/<slug:slug>/embed/", figures.embed, name="figure-embed"),
    path("landscape/figures/<slug:slug>/figure.<str:form>", figures.picture, name="figure-file"),
    path("landscape/figures/<slug:slug>/data.<str:form>", figures.data, name="figure-data"),
]
