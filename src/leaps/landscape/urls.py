"""Addresses of the landscape."""

from django.urls import path

from leaps.landscape.views import brilliance, confirming, editions, figures, sheets, workflow, writing

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
    path("landscape/", editions.editions, name="editions"),
    path("landscape/new/", writing.new, name="new"),
    path("landscape/staleness/", workflow.radar, name="staleness"),
    path("landscape/<slug:slug>/", editions.edition, name="edition"),
    path("landscape/<slug:slug>/write/", writing.desk, name="desk"),
    path("landscape/<slug:slug>/write/<slug:name>/", writing.write, name="write"),
    path("landscape/<slug:slug>/write/<slug:name>/preview/", writing.preview, name="preview"),
    path("landscape/<slug:slug>/write/<slug:name>/versions/", writing.versions, name="versions"),
    path("landscape/<slug:slug>/describe/", writing.describe, name="describe"),
    path("landscape/<slug:slug>/move/", writing.move, name="move"),
    path("landscape/<slug:slug>/chapters/", writing.add, name="add-chapter"),
    path("landscape/<slug:slug>/build/", writing.build, name="build-new"),
    path("landscape/<slug:slug>/builds/<int:pk>/", writing.build_page, name="build"),
    path("landscape/<slug:slug>/numbers/", workflow.numbers, name="numbers"),
    path("landscape/<slug:slug>/sign/", workflow.sign, name="sign"),
    path("landscape/<slug:slug>/review/", workflow.moved, name="review"),
    path("landscape/<slug:slug>/errata/", workflow.errata, name="errata"),
    path("landscape/<slug:slug>/comments/", workflow.comment, name="comment"),
    path("landscape/<slug:slug>/comments/<int:pk>/", workflow.resolve, name="resolve"),
    path("landscape/<slug:slug>/changes/", workflow.changes, name="changes"),
    path("landscape/<slug:slug>/confirm/", confirming.overview, name="confirmations"),
    path("landscape/<slug:slug>/confirm/<slug:facility>/", confirming.sheet, name="confirm-sheet"),
    path("landscape/<slug:slug>/files/<str:name>", editions.file, name="file"),
    path("landscape/<slug:slug>/figures/<slug:name>.svg", editions.figure, name="edition-figure"),
    path("landscape/<slug:slug>/<slug:name>/", editions.chapter, name="chapter"),
]
