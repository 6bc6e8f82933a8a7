"""Of whom and of which years there can be a report."""

from typing import TypedDict

from django.db.models import Q

from leaps.catalogue.models import Facility
from leaps.catalogue.places import country_name
from leaps.indicators.models import ComputedValue, PublishedValue, Return
from leaps.indicators.reports.entries import World
from leaps.indicators.types import ReturnState, Shown, Standing


class Choices(TypedDict):
    """What a form offers."""

    facilities: list[tuple[str, str]]
    years: list[int]
    countries: list[tuple[str, str]]


def choices(world: World) -> Choices:
    """Facilities, years and countries of which anything is known. Five queries."""
    signed, told = _known(world)
    facilities = Facility.objects.filter(slug__in={*(of for of, _year in signed), *(of for of, _year in told)}).order_by("short_name")
    released = ComputedValue.objects.filter(
        closed_at=None, is_synthetic=world is World.SYNTHETIC, dimension="country", shown__in=(Shown.PUBLIC, Shown.SUPPRESSED)
    )
    codes = set(released.order_by().values_list("category", flat=True).distinct())
    codes |= set(Facility.objects.filter(partnership="LEAPS", membership="member").values_list("country", flat=True))
    countries = [(code, country_name(code)) for code in codes - {"", None} if country_name(code or "") != code]
    return Choices(
        facilities=list(facilities.values_list("slug", "short_name")),
        years=sorted({year for _of, year in signed | told}, reverse=True),
        countries=sorted(((code or "", name) for code, name in countries), key=lambda c: c[1]),
    )


def facilities_of_year(world: World, year: int) -> list[str]:
    """The facilities of which something of the year is known, and the members, by name. Empty where nothing is known at all."""
    signed, told = _known(world)
    here = {of for of, when in signed | told if when == year}
    if not here:
        return []
    asked = Facility.objects.filter(Q(slug__in=here) | Q(partnership="LEAPS", membership="member"))
    return list(asked.order_by("short_name").values_list("slug", flat=True))


def _known(world: World) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """Facilities and years with a signed return, and with a published value."""
    signed = Return.objects.filter(state=ReturnState.SIGNED, is_synthetic=world is World.SYNTHETIC)
    pairs = set(signed.values_list("facility", "campaign__year").order_by().distinct())
    if world is not World.REAL:
        return pairs, set()
    told = PublishedValue.objects.filter(standing=Standing.PUBLISHED, facility__isnull=False)
    return pairs, {(of or "", year) for of, year in told.order_by().values_list("facility__slug", "year").distinct()}
