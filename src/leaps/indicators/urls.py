"""Addresses of the indicators."""

from django.urls import path

from leaps.indicators.views import boards, public, returns

app_name = "indicators"

urlpatterns = [
    path("indicators/", public.indicators, name="indicators"),
    path("indicators/matrix/", public.matrix, name="matrix"),
    path("indicators/league/", public.league, name="league"),
    path("indicators/league/values.<str:form>", public.league_values, name="league-values"),
    path("indicators/facilities/<str:slug>/", public.facility, name="facility"),
    path("indicators/facilities/<str:slug>/values.<str:form>", public.facility_values, name="facility-values"),
    path("indicators/board/", boards.league, name="board"),
    path("indicators/funders/", boards.funders, name="funders"),
    path("indicators/equity/", boards.equity, name="equity"),
    path("indicators/countries/", boards.countries, name="countries"),
    path("indicators/countries/<str:code>/", boards.country, name="country"),
    path("indicators/countries/<str:code>/figure.<str:form>", boards.country_figure, name="country-figure"),
    path("indicators/countries/<str:code>/values.<str:form>", boards.country_values, name="country-values"),
    path("indicators/computed/<int:pk>/", boards.value, name="computed-value"),
    path("indicators/facilities/<str:slug>/computed/", boards.facility, name="facility-board"),
    path("indicators/facilities/<str:slug>/computed.<str:form>", boards.facility_values, name="facility-computed"),
    path("indicators/<str:code>/computed/", boards.indicator, name="computed"),
    path("indicators/<str:code>/computed/figure/", boards.indicator_embed, name="computed-embed"),
    path("indicators/<str:code>/computed/figure.<str:form>", boards.indicator_figure, name="computed-figure"),
    path("indicators/<str:code>/computed/values.<str:form>", boards.indicator_values, name="computed-values"),
    path("indicators/records/", returns.records, name="records"),
    path("indicators/records/<str:name>.csv", returns.template, name="record-template"),
    path("indicators/returns/", returns.campaigns, name="campaigns"),
    path("indicators/returns/<int:year>/", returns.campaign, name="campaign"),
    path("indicators/returns/<int:year>/freeze/", returns.freeze, name="freeze"),
    path("indicators/returns/<int:year>/<str:slug>/", returns.of_facility, name="returns-of"),
    path("indicators/return/<uuid:pk>/", returns.sent, name="return"),
    path("indicators/return/<uuid:pk>/sign/", returns.sign, name="return-sign"),
    path("indicators/return/<uuid:pk>/withdraw/", returns.withdraw, name="return-withdraw"),
    path("indicators/return/<uuid:pk>/problems.csv", returns.problems, name="return-problems"),
    path("indicators/values/<str:slug>/", public.value, name="value"),
    path("indicators/<str:code>/", public.indicator, name="indicator"),
    path("indicators/<str:code>/figure/", public.embed, name="embed"),
    path("indicators/<str:code>/figure.<str:form>", public.figure, name="figure"),
    path("indicators/<str:code>/values.<str:form>", public.indicator_values, name="indicator-values"),
]
