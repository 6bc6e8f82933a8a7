"""What a provenance must hold to be believed."""

import datetime as dt
import re
from dataclasses import replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from leaps.record.specs import ValueRefused, clean_partial_date, plain_text
from leaps.record.types import Confidence, Provenance

MOST_ADDRESS = 500
MOST_NAME = 200


class ProvenanceRefused(ValueRefused):
    """A provenance that says too little; `field` is the part that is wrong."""

    def __init__(self, field: str, message: str, cure: str) -> None:
        self.field = field
        super().__init__(message, cure)


def clean_provenance(given: Provenance) -> Provenance:
    """A provenance in canonical form.

    Raises ProvenanceRefused: a sourced value names its source, a confirmed one who vouches for it.
    """
    confidence, url = given.confidence.strip().lower(), given.source_url.strip()
    if confidence not in Confidence.values:
        cure = _("Use one of: %(codes)s.") % {"codes": ", ".join(Confidence.values)}
        raise ProvenanceRefused("confidence", _("has an unknown confidence"), cure)
    if url and not _is_address(url):
        raise ProvenanceRefused("source_url", _("has a source that is not a web address"), _("Begin it with https://."))
    if confidence == Confidence.SOURCED and not url:
        cure = _("Give the address of the source, or call it known.")
        raise ProvenanceRefused("source_url", _("is called sourced but names no source"), cure)
    if confidence == Confidence.CONFIRMED and not given.vouched_by.strip():
        raise ProvenanceRefused("vouched_by", _("is called confirmed but nobody vouches for it"), _("Name who confirmed it."))
    try:
        as_of = clean_partial_date(given.as_of)
    except ValueRefused as error:
        raise ProvenanceRefused("as_of", error.message, error.cure) from None
    return replace(
        given, confidence=confidence, source_url=url, as_of=as_of,
        vouched_by=plain_text(given.vouched_by, MOST_NAME), vouched_on=_day(given.vouched_on.strip()),
    )  # fmt: skip


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    good = parts.scheme in ("http", "https") and bool(parts.hostname)
    return good and len(url) <= MOST_ADDRESS and url == plain_text(url, MOST_ADDRESS) and not re.search(r"\s", url)


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        cure = _("Write year-month-day, such as 2027-01-15.")
        raise ProvenanceRefused("vouched_on", _("is not a date of the calendar"), cure) from None
