"""Addresses of the landscape."""

from django.urls import path

from leaps.landscape.views import brilliance, figures, sheets

app_name = "landscape"

urlpatterns = [
    path("landscape/brilliance/", brilliance.brilliance, name="brilliance"),
    path("landscape/figures/", figures.figures, name="figures"),
    path("landscape/figures/<slug:slug>/", figures.figure, name="figure"),
    path("landscape/figures/<slug:slug>/embed/", figures.embed, name="figure-embed"),
    path("landscape/figures/<slug:slug>/figure.<str:form>", figures.picture, name="figure-file"),
    path("landscape/figures/<slug:slug>/data.<str:form>", figures.data, name="figure-data"),
    path("landscape/sheets/", sheets.index, name="sheets"),
    path("landscape/sheets/<slug:key>/", sheets.sheet, name="sheet"),
    path("landscape/sheets/<slug:key>/sheet.<str:form>", sheets.file, name="sheet-file"),
    path("landscape/sheets/<slug:key>/figures/<str:name>.svg", sheets.figure, name="sheet-figure"),
]
