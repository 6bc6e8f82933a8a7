"""Addresses of the public site."""

from django.urls import path

from leaps.outreach import views

app_name = "outreach"

urlpatterns = [
    path("about/", views.about, name="about"),
    path("data/", views.data, name="data"),
    path("data/standing.<str:form>", views.standing, name="standing"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("glossary/", views.glossary_page, name="glossary"),
    path("sitemap.xml", views.sitemap_xml, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
