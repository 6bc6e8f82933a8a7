"""schema.org descriptions of challenges, the steps of their chains, and works."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.landscape.models import ChallengeTag, Work
from leaps.landscape.types import WorkKind
from leaps.landscape.work_queries import Subject
from leaps.record import registry
from leaps.record.presentation import object_url
from leaps.record.types import State

_TYPES = {WorkKind.PAPER: "ScholarlyArticle", WorkKind.DATASET: "Dataset", WorkKind.CASE: "CreativeWork", WorkKind.PROJECT: "ResearchProject"}


def term(state: State, tags: Sequence[ChallengeTag] = ()) -> dict[str, Any]:
    """A challenge, need, observable or step as a defined term of the set of all, with the works that were confirmed for it; made-up ones are left out."""
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "DefinedTerm", "@id": address, "url": address, "identifier": state.key,
        "name": registry.get(state.kind).label_of(state.values, state.key), "termCode": state.values.get("code") or state.key,
        "inDefinedTermSet": f"{settings.BASE_URL}{reverse('landscape:challenges')}",
    }  # fmt: skip
    if state.values.get("description"):
        found["description"] = state.values["description"]
    works = [tag.work for tag in tags if tag.work and not tag.is_synthetic]
    if works:
        found["subjectOf"] = [{"@type": _TYPES[WorkKind(one.kind)], "name": one.title, "url": one.address} for one in works]
    return found


def work(found: Work, subject: Subject) -> dict[str, Any]:
    """A work with the challenges that were confirmed for it as what it is about."""
    kind = _TYPES[WorkKind(found.kind)]
    told: dict[str, Any] = {
        "@context": CONTEXT, "@type": kind, "@id": f"{settings.BASE_URL}{subject.address}", "name": found.title, "url": found.address,
        ("knowsAbout" if kind == "ResearchProject" else "about"): [
            {"@type": "DefinedTerm", "@id": f"{settings.BASE_URL}{reverse('landscape:challenge', args=[row.challenge])}", "name": row.title, "termCode": row.challenge}
            for row in subject.confirmed_rows
        ],
    }  # fmt: skip
    if found.doi:
        told["identifier"] = f"doi:{found.doi}"
    if found.year and kind != "ResearchProject":
        told["datePublished"] = str(found.year)
    return told
