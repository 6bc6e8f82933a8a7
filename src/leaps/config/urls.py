"""Every address of the platform, app by app."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from leaps.config.api import api, api_page, api_schema
from leaps.core import views as core_views
from leaps.outreach import views as outreach_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", outreach_views.home, name="home"),
    path("", include("leaps.outreach.urls")),
    path("", include("leaps.landscape.urls")),
    path("", include("leaps.roadmaps.urls")),
    path("", include("leaps.indicators.urls")),
    path("", include("leaps.catalogue.urls")),
    path("", include("leaps.record.urls")),
    path("", include("leaps.accounts.urls")),
    path("health/live", core_views.live, name="health-live"),
    path("health/ready", core_views.ready, name="health-ready"),
    path("components/", core_views.components, name="components"),
    path("account/", include("allauth.urls")),
    path("api/", RedirectView.as_view(url="/api/v1/")),
    path("api/v1/docs", RedirectView.as_view(url="/api/v1/")),
    path("api/v1/", api_page, name="api"),
    path("api/v1/openapi.json", api_schema, name="api-schema"),
    path("api/v1/", api.urls),
]

handler400 = core_views.bad_request
handler403 = core_views.permission_denied
handler404 = outreach_views.not_found
handler500 = core_views.server_error
