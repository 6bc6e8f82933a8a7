"""schema.org descriptions of the site and of the record as a data set."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from leaps.core.linked_data import CONTEXT
from leaps.outreach.types import Edition, Term

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def website(name: str, description: str) -> dict[str, Any]:
    """The site, with how to search it."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "@id": f"{settings.BASE_URL}/",
        "url": f"{settings.BASE_URL}/",
        "name": name,
        "description": description,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{settings.BASE_URL}/instruments/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def dataset(name: str, description: str, edition: Edition, tables: Iterable[str]) -> dict[str, Any]:
    """The whole record as a data set with its files."""
    address = f"{settings.BASE_URL}/data/"
    files = [("leaps-record.zip", "application/zip"), *((f"{table}.csv", "text/csv") for table in tables)]
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": name,
        "description": description,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "version": str(edition.revision),
        "creator": {"@type": "Organization", "name": settings.OPTION["operator"] or "LEAPS Commons"},
        "distribution": [
            {"@type": "DataDownload", "name": file, "contentUrl": f"{address}{file}", "encodingFormat": media}
            for file, media in files
        ],
    }
    if edition.day:
        found["dateModified"] = edition.day.isoformat()
    return found


def term_set(name: str, terms: Iterable[Term]) -> dict[str, Any]:
    """The glossary as a set of defined terms."""
    address = f"{settings.BASE_URL}/glossary/"
    defined = [{"@type": "DefinedTerm", "@id": f"{address}#{term.anchor}", "name": term.word} for term in terms]
    return {
        "@context": CONTEXT, "@type": "DefinedTermSet", "@id": address, "url": address, "name": name,
        "hasDefinedTerm": defined,
    }  # fmt: skip
