"""The REST API put together: every app's operations under one version."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router

from leaps.catalogue.api import add_instruments
from leaps.config.options import OPTIONS
from leaps.core.rest import answers, description
from leaps.core.rest.problems import install_error_handlers
from leaps.indicators.api import returns, values
from leaps.landscape import api as landscape
from leaps.record.api import changes, objects, packs
from leaps.roadmaps.api import charts, plans

API_VERSION = "1"


def build() -> NinjaAPI:
    """The API with all its operations; its OpenAPI document and page are served by `core.rest.description`."""
    made = NinjaAPI(
        title="LEAPS Commons", version=API_VERSION, openapi_url=None, docs_url=None, urls_namespace="api-1",
        description=(
            "The record of Europe's light sources and their sister infrastructures. Reading is open to all, from any web page; "
            "writing needs a token with the scope record:write (returns:write to send returns, roadmaps:write for plans) and the role for the object. Facts: CC BY 4.0, each with its source. "
            "Techniques: PaNET 1.3.0, CC BY 4.0, doi:10.5281/zenodo.4806026."
        ),
    )  # fmt: skip
    install_error_handlers(made)
    kinds = Router()
    add_instruments(kinds)
    objects.all_kinds(kinds, own_lists=frozenset({"instrument"}))
    made.add_router("", kinds)
    made.add_router("", changes.router)
    made.add_router("", packs.router)
    made.add_router("", values.router)
    made.add_router("", returns.router)
    made.add_router("", plans.router)
    made.add_router("", charts.router)
    made.add_router("", landscape.router)
    return made


api = build()
PREFIX = "/api/v1/"


@cache
def examples() -> Mapping[str, description.Example]:
    """One real request and answer for each operation; the tests run them."""
    return description.read_examples((Path(__file__).parent / "api_examples.json").read_text(encoding="utf-8"))


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document; it does not change while the server runs."""
    with translation.override("en"):
        return description.document(api, PREFIX, examples())


def schema_text() -> str:
    """The document as the file in the documentation."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def reference() -> str:
    """The reference page of the API in Markdown."""
    usual = next(option.default for option in OPTIONS if option.name == "api_rate_per_minute")
    introduction = (Path(__file__).parent / "api_introduction.md").read_text(encoding="utf-8")
    return description.markdown(description.sections(schema(), examples()), introduction.replace("{limit}", str(usual)))


@require_safe
def api_schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    return answers.conditional(request, answers.list_etag("openapi", schema_text()), schema)


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """The API for people: operations, parameters, one real example each."""
    context = {"sections": description.sections(schema(), examples()), "limit": settings.OPTION["api_rate_per_minute"]}
    return render(request, "config/api.html", context)
