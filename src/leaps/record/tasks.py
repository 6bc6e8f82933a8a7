"""Mail about corrections, sent in the background."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from leaps.accounts import queries as accounts_queries
from leaps.accounts import roles
from leaps.core import mail
from leaps.record import corrections, queries, registry
from leaps.record.models import Correction, PackUpload
from leaps.record.packs import limited
from leaps.record.specs import display


def _context(correction: Correction) -> dict[str, Any]:
    record_type = registry.get(correction.kind)
    spec = record_type.specs[correction.field]
    state = queries.state(correction.kind, correction.key)
    return {
        "correction": correction,
        "label": record_type.label_of(state.values, correction.key) if state else correction.key,
        "title": spec.title,
        "base": display(spec, correction.base_value),
        "proposed": display(spec, correction.proposed_value),
        "now": display(spec, state.values.get(spec.name)) if state else _("removed"),
        "queue_url": settings.BASE_URL + reverse("record:decision", args=[correction.pk]),
        "history_url": settings.BASE_URL + reverse("record:history", args=[correction.kind, correction.key]),
        "confirm_url": settings.BASE_URL
        + reverse("record:correction-confirm", args=[corrections.link_token(correction)]),
    }


def deciders(correction: Correction) -> list[str]:
    """The addresses of those who decide: the facility's editors, or the office where there are none."""
    editors = accounts_queries.holders(roles.FACILITY_EDITOR, correction.facility) if correction.facility else []
    return [person.email for person in editors or accounts_queries.holders(roles.OFFICE)]


def _send(to: list[str], subject: str, template: str, context: dict[str, Any]) -> None:
    # One mail each: nobody learns the address of another. All are queued or none.
    text = render_to_string(f"record/mail/{template}.txt", context)
    with transaction.atomic():
        for address in dict.fromkeys(address.lower() for address in to):
            mail.send(address, subject, text)


@task()
def mail_proposed(correction_id: int) -> None:
    """To the proposer for confirmation, or to those who decide."""
    correction = Correction.objects.get(pk=correction_id)
    context = _context(correction)
    what = f"{context['label']}, {context['title']}"
    if correction.state == Correction.State.UNCONFIRMED:
        subject = _("Please confirm your correction: %(what)s") % {"what": what}
        _send([correction.proposer_email], subject, "confirm", context)
    elif correction.state == Correction.State.OPEN:
        _send(deciders(correction), _("Correction to decide: %(what)s") % {"what": what}, "to_decide", context)


@task()
def mail_decided(correction_id: int) -> None:
    """To the proposer, and to the other editors of the facility."""
    correction = Correction.objects.select_related("decided_by").get(pk=correction_id)
    if correction.decided_at is None:
        return
    context = _context(correction)
    what = f"{context['label']}, {context['title']}"
    subject = _("Your correction was decided: %(what)s") % {"what": what}
    if correction.proposer_email:
        _send([correction.proposer_email], subject, "decided", context)
    decider = correction.decided_by.email if correction.decided_by else ""
    others = [to for to in deciders(correction) if to.lower() not in (decider.lower(), correction.proposer_email.lower())]
    _send(others, _("Correction decided: %(what)s") % {"what": what}, "decided_editors", context)


@task()
def read_upload(upload_id: str, language: str) -> None:
    """Read a pack that was sent by the web page; what is wrong with it is told in the sender's language."""
    sent = PackUpload.objects.filter(pk=upload_id, contents__isnull=True).first()
    if sent is None:
        return  # read already, or forgotten
    with translation.override(language):
        contents = limited.read(sent.name, bytes(sent.content), encoding=sent.encoding)
    PackUpload.objects.filter(pk=upload_id).update(contents=limited.stored(contents), content=b"")
