"""Proposed dark periods, overlaps that arose and offers of guest hours, as one person may see them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leaps.accounts import queries as accounts_queries
from leaps.accounts.models import User
from leaps.catalogue.models import LIGHT_SOURCES, Facility
from leaps.roadmaps import queries, rules
from leaps.roadmaps.models import DarkProposal, GuestOffer, GuestResponse, OverlapAlert


def proposals(viewer: object) -> QuerySet[DarkProposal]:
    """The proposed dark periods a person may see, withdrawn ones too."""
    found = DarkProposal.objects.select_related("facility", "upgrade")
    return found.filter(Q(visibility__in=rules.levels_seen(viewer)) | Q(facility__slug__in=rules.facilities_of(viewer)))


def standing(viewer: object) -> list[DarkProposal]:
    """Those that stand, one for each upgrade: of several the one changed last."""
    found: dict[object, DarkProposal] = {}
    for one in proposals(viewer).filter(withdrawn_at=None).order_by("updated_at", "pk"):
        found[one.upgrade_id or ("alone", one.pk)] = one
    return sorted(found.values(), key=lambda one: (one.start, one.pk))


def sight_words(viewer: object) -> str:
    """What a person sees of the proposed dates, and why."""
    if rules.directs(viewer):
        return _("You see all of them, drafts too, as directors and the office do.")
    own = rules.facilities_of(viewer)
    names = ", ".join(Facility.objects.filter(slug__in=own).order_by("short_name").values_list("short_name", flat=True)) if own else ""
    if accounts_queries.holds(viewer, rules.FUNDER):
        return _("You see those that are agreed or public, as funders do; drafts are for directors.")
    if names:
        return _("You see those that are public, and all of %(names)s; drafts and agreed dates of others are not shown to you.") % {"names": names}
    return _("You see those that are public. Drafts are shown to directors and the facility's own people, agreed dates to funders too.")


def alerts(viewer: object) -> QuerySet[OverlapAlert]:
    """Overlaps that arose, by dates the person may see."""
    return OverlapAlert.objects.filter(level__in=rules.levels_seen(viewer))


def facilities_planned_by(person: object) -> QuerySet[Facility]:
    """The light sources a person proposes and offers for."""
    found = Facility.objects.filter(kind__in=LIGHT_SOURCES).order_by("short_name")
    if accounts_queries.is_office(person):
        return found
    return found.filter(slug__in=[slug for slug in rules.facilities_of(person) if rules.may_plan(person, slug)])


# -- guest hours -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer beside what its technique loses in its months. `loss` None: no facility of the record has it."""

    offer: GuestOffer
    loss: float | None
    fewest: int
    dark: tuple[str, ...]
    is_open: bool
    answers: int

    @property
    def is_expired(self) -> bool:
        """Whether nobody can answer any more because its day is over."""
        return not self.is_open and self.offer.withdrawn_at is None


def offers(viewer: object, today: dt.date) -> list[OfferRow]:
    """Open offers for everybody; withdrawn and expired ones for those who made them. Answers are counted for these only."""
    found = GuestOffer.objects.select_related("facility", "technique")
    if not accounts_queries.is_office(viewer):
        is_open = Q(withdrawn_at=None, expires_on__gte=today)
        mine = Q(facility__slug__in=rules.facilities_of(viewer))
        answered = Q(responses__person=viewer) if isinstance(viewer, User) and viewer.is_active else Q(pk=None)
        found = found.filter(is_open | mine | answered).distinct()
    return _rows(viewer, found, today)


def offer_row(viewer: object, pk: int, today: dt.date) -> OfferRow | None:
    """One offer, if the person may see it."""
    return next((row for row in offers(viewer, today) if row.offer.pk == pk), None)


def _rows(viewer: object, found: Iterable[GuestOffer], today: dt.date) -> list[OfferRow]:
    rows = []
    for one in found:
        loss = queries.loss_of(one.technique.panet_id, one.first_month, one.last_month)
        answers = one.responses.filter(withdrawn_at=None).count() if sees_answers(viewer, one) else 0
        rows.append(OfferRow(one, loss.share, loss.fewest, loss.dark, one.withdrawn_at is None and one.expires_on >= today, answers))
    return rows


def sees_answers(viewer: object, offer: GuestOffer) -> bool:
    """Those who speak for the offering facility, and the office, read what is answered; nobody else but the writer."""
    return rules.may_plan(viewer, offer.facility.slug)


def responses(viewer: object, offer: GuestOffer) -> QuerySet[GuestResponse]:
    """The answers a person may read: all of one's own offers, else one's own."""
    found = offer.responses.select_related("person")
    if sees_answers(viewer, offer):
        return found
    return found.filter(person=viewer) if isinstance(viewer, User) and viewer.is_active else found.none()


