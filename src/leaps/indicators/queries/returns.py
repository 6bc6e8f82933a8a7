"""Campaigns and returns, as far as the person who asks may see them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from leaps.catalogue.models import Facility
from leaps.indicators import raw, rules
from leaps.indicators.models import Campaign, ComputedValue, Return
from leaps.indicators.types import ReturnState


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with how far it is: facilities that signed, of those expected."""

    campaign: Campaign
    signed: int
    expected: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One facility in a campaign: its latest return, if any, and whether the person may open it."""

    slug: str
    name: str
    country: str
    latest: Return | None
    signed: Return | None
    may_open: bool
    may_return: bool

    @property
    def state(self) -> str:
        """Where it stands: a state of returns, or `missing`."""
        if self.latest is not None and self.latest.is_open:
            return self.latest.state
        return ReturnState.SIGNED.value if self.signed else "missing"


def expected() -> list[tuple[str, str]]:
    """The facilities that are asked for a return, the members of LEAPS: (slug, short name), by name."""
    members = Facility.objects.filter(partnership="LEAPS", membership="member").order_by("short_name")
    return list(members.values_list("slug", "short_name"))


def host_country(facility: str) -> str:
    """The country a facility lies in, as two letters; empty where the record does not tell."""
    return Facility.objects.filter(slug=facility).values_list("country", flat=True).first() or ""


def campaigns() -> list[CampaignRow]:
    """Every campaign, newest first. Two queries."""
    wanted = len(expected())
    signed = Q(returns__state=ReturnState.SIGNED)
    rows = Campaign.objects.annotate(
        n=Count("returns__facility", filter=signed, distinct=True),
        n_synthetic=Count("returns__facility", filter=signed & Q(returns__is_synthetic=True), distinct=True),
    ).order_by("-year")
    return [CampaignRow(row, row.n, max(wanted, row.n), row.n_synthetic > 0) for row in rows]


def deliveries(campaign: Campaign, viewer: object) -> list[Delivery]:
    """Who has delivered, who has not. Two queries."""
    by_facility: dict[str, list[Return]] = defaultdict(list)
    for sent in campaign.returns.exclude(state=ReturnState.WITHDRAWN).order_by("-sent_at"):
        by_facility[sent.facility].append(sent)
    asked = Facility.objects.filter(
        Q(partnership="LEAPS", membership="member") | Q(slug__in=by_facility) | Q(slug__in=rules.facilities_of(viewer))
    ).order_by("short_name")
    found = []
    for slug, name, country in asked.values_list("slug", "short_name", "country"):
        theirs = by_facility[slug]
        signed = next((r for r in theirs if r.state == ReturnState.SIGNED), None)
        may = rules.may_see_return_of(viewer, slug), rules.may_return_for(viewer, slug)
        found.append(Delivery(slug, name, country or "", theirs[0] if theirs else None, signed, *may))
    return found


def visible_return(viewer: object, pk: UUID) -> Return | None:
    """A return, to those who may see it; for everybody else it does not exist."""
    found = Return.objects.select_related("campaign").filter(pk=pk).first()
    return found if found is not None and rules.may_see_return_of(viewer, found.facility) else None


def returns_of(viewer: object, campaign: Campaign, facility: str) -> list[Return]:
    """Every return of a facility and year, newest first; empty for whoever may not see them."""
    if not rules.may_see_return_of(viewer, facility):
        return []
    return list(campaign.returns.filter(facility=facility).prefetch_related("files").order_by("-sent_at"))


def earlier_values(facility: str, *, is_synthetic: bool) -> Mapping[tuple[str, str], dict[int, float]]:
    """A facility's totals by (indicator, rule) and year, as they stand."""
    rows = ComputedValue.objects.filter(
        facility=facility, is_synthetic=is_synthetic, dimension="", closed_at=None, value__isnull=False
    )
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for code, variant, year, value in rows.values_list("indicator", "variant", "campaign__year", "value"):
        found[code, variant][year] = float(value or 0.0)  # none is null: the query leaves them out
    return found


def missing_records(sent: Return) -> list[tuple[str, str, str]]:
    """Kinds of record a return does not hold: (name, title, what it is for)."""
    return [
        (schema.name, str(schema.title), str(schema.description)) for schema in raw.RECORDS.values() if schema.name not in sent.tables
    ]




def signed_before(sent: Return) -> Return | None:
    """The signed return of the same facility and year that a new one would supersede."""
    same = Return.objects.filter(
        campaign=sent.campaign_id, facility=sent.facility, is_synthetic=sent.is_synthetic, state=ReturnState.SIGNED
    )
    return same.exclude(pk=sent.pk).first()
