"""Sheets for one reader each, written by rule from the record: messages, press, a country, a director, a user and her technique.

They are documents like the editions, with bound numbers, and always of the record as it is now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import LIGHT_SOURCES, Facility
from leaps.catalogue.places import country_name
from leaps.core.documents import Chapter, Document
from leaps.core.errors import DomainError
from leaps.landscape import first_edition, technique_tables
from leaps.landscape.figures import dark
from leaps.landscape.snapshots import Snapshot
from leaps.record import queries as record_queries

UNION: Final = (
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT",
    "RO", "SK", "SI", "ES", "SE",
)  # fmt: skip
"""The members of the European Union, in the order of their English names."""
TECHNIQUE: Final = "technique-"
PANET: Final = "PaNET"


class NoSheet(DomainError):
    """There is no such sheet."""

    status = 404


def no_sheet(key: str) -> NoSheet:
    """What to raise for a name that no sheet has."""
    return NoSheet(_("There is no sheet “%(key)s”.") % {"key": key[:60]})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that can be asked for."""

    key: str
    title: str
    group: str


def all_sheets() -> list[Sheet]:
    """Every sheet: messages and press, then countries, then light sources. One query."""
    homes = Facility.objects.filter(kind__in=LIGHT_SOURCES).order_by("short_name").values_list("slug", "short_name", "country", "partnership")
    rows = list(homes)
    abroad = sorted({country for _slug, _name, country, _of in rows if country and country not in UNION}, key=country_name)
    found = [Sheet("messages", _("Messages on two pages"), _("For everybody")), Sheet("press", _("Press sheet"), _("For everybody"))]
    found += [Sheet(f"country-{code.lower()}", country_name(code), _("Countries")) for code in (*UNION, *abroad)]
    found += [Sheet(f"facility-{slug}", name, _("For directors")) for slug, name, _country, of in rows if of == "LEAPS"]
    return found


def technique_sheets() -> list[Sheet]:
    """A sheet for each technique that a light source offers, by name."""
    return list(_technique_sheets(record_queries.current_revision()))


@lru_cache(maxsize=2)
def _technique_sheets(_revision: int) -> tuple[Sheet, ...]:
    return tuple(Sheet(TECHNIQUE + code.lower(), label, _("For users")) for code, label in technique_tables.offered(Snapshot()))


def find(key: str) -> Sheet:
    """A sheet by its name. Raises NoSheet."""
    for one in technique_sheets() if key.startswith(TECHNIQUE) else all_sheets():
        if one.key == key:
            return one
    raise no_sheet(key)


def sheet(key: str, address: str) -> Document:
    """A sheet as a document to build. Raises NoSheet."""
    found = find(key)
    kind, _mark, name = key.partition("-")
    match kind:
        case "country":
            title, chapters = country_name(name.upper()), list(_country(name.upper()))
        case "facility":
            title, chapters = found.title, list(_facility(name))
        case "technique":
            title, chapters = _("%(technique)s: where, and in the next years") % {"technique": found.title}, list(_technique(PANET + name.removeprefix(PANET.lower())))
        case "press":
            title, chapters = _("Europe's light sources in three numbers"), list(_press())
        case _:
            title, chapters = _("Europe's light sources: messages"), [c for c in first_edition.chapters() if c.slug in ("messages", "recommendations")]
            chapters = [Chapter(c.slug, c.title, _alone(c.text)) for c in chapters]
    revision = record_queries.current_revision()
    subtitle = _("From the record of LEAPS Commons, revision %(revision)d") % {"revision": revision}
    return Document(
        title, subtitle, catalogue_queries.today(), "LEAPS", chapters, address, snapshot=str(revision),
        draft_words=_("Made from the record; not adopted by anybody"),
    )  # fmt: skip


def _alone(text: str) -> str:
    """A chapter that stands alone: its references to others lead to the edition."""
    for name, words in (("upgrades", _("the chapter on upgrades")), ("recommendations", _("what follows")), ("gaps", _("the chapter on gaps")), ("sole-techniques", _("The landscape"))):
        text = text.replace("{{ ref('" + name + "') }}", words)
    return text


def _placed(table: str, **options: str) -> str:
    """A table in a paragraph of its own; options are keys of the record, which hold no quotes."""
    told = ", ".join([repr(table), *(f"{name}={value!r}" for name, value in options.items())])
    return f"\n\n{{{{ table({told}) }}}}\n"


def _press() -> Iterator[Chapter]:
    yield Chapter(
        "numbers", _("Three numbers"),
        _(
            "- **{{ count('facility', partnership='LEAPS') }}** facilities of LEAPS are in the record, with "
            "{{ count('instrument', facility__partnership='LEAPS', status='operating') }} operating instruments.\n"
            "- **{{ published('leaps-acc-10-2023-community') }}** use them, says the league.\n"
            "- **{{ dark(2029, 3) }}** instruments of storage rings will be dark in March 2029, by the public dates, while rings are rebuilt.\n\n"
            "{{ figure('F7') }}\n\n{{ table('countries') }}\n"
        ),
    )  # fmt: skip


def _country(code: str) -> Iterator[Chapter]:
    places = list(Facility.objects.filter(kind__in=LIGHT_SOURCES, country=code).order_by("short_name").values_list("slug", "short_name"))
    others = Facility.objects.filter(country=code).exclude(kind__in=LIGHT_SOURCES).count()
    name = country_name(code)
    if places:
        text = _(
            "The record holds {{ count('facility', country='%(code)s', kind='synchrotron') }} synchrotrons and "
            "{{ count('facility', country='%(code)s', kind='fel') }} free-electron lasers in %(name)s, with "
            "{{ count('instrument', facility__country='%(code)s', status='operating') }} operating instruments of all kinds.\n\n"
            "{{ table('country', code='%(code)s') }}\n"
        )
    else:
        text = _(
            "The record holds no light source in %(name)s. Its scientists work at sources elsewhere in Europe: "
            "{{ count('facility', partnership='LEAPS') }} facilities of LEAPS are open to proposals from any country.\n"
        )
    if others:
        text += "\n" + _("Neutron, laser, electron and other infrastructures in the country.") + _placed("country-others", code=code)
    yield Chapter("sources", _("Sources"), text % {"code": code, "name": name})
    upgrades = [slug for slug, _name in places]
    if upgrades:
        yield Chapter("upgrades", _("Upgrades"), _("Dark periods and upgrades that are ahead or under way.") + _placed("country-upgrades", code=code))
    yield Chapter(
        "values", _("What is published"),
        _("Values of facilities in the country that are public, each with its source. Different rules make them hard to compare.") + _placed("country-values", code=code)
        if upgrades
        else _("Who from the country was where, for how long and with what result is known to each facility and public for none. Signed returns of the facilities will tell.") + "\n",
    )  # fmt: skip


def _facility(slug: str) -> Iterator[Chapter]:
    text = _(
        "The record holds {{ count('instrument', facility='%(slug)s', status='operating') }} operating instruments of the facility, of "
        "{{ count('instrument', facility__partnership='LEAPS', status='operating') }} in the league.\n\n{{ table('facility-sources', facility='%(slug)s') }}\n"
    )
    yield Chapter("position", _("Position"), text % {"slug": slug})
    yield Chapter("alone", _("What it alone offers"), _("Techniques that the record knows at no other light source.") + _placed("facility-sole", facility=slug))
    yield Chapter("clash", _("When others are dark"), _("Upgrades of all light sources, so that clashes can be seen.") + "\n\n{{ table('upgrades') }}\n\n{{ figure('F7') }}\n")
    yield Chapter("gaps", _("What the record lacks"), _("Values of its instruments that nobody has recorded.") + _placed("facility-gaps", facility=slug))
    yield Chapter("values", _("What is published"), _("Public values of the facility, each with its source.") + _placed("facility-values", facility=slug))


def _timeline(panet_id: str) -> str:
    """The dark periods as a figure, where there is any to draw."""
    return f"\n{{{{ figure('F6', technique={panet_id!r}) }}}}\n" if dark.make_upgrades(None, {"technique": panet_id}).records else ""


def _technique(panet_id: str) -> Iterator[Chapter]:
    yield Chapter(
        "years", _("The next years"),
        _("Where the technique can be had, and how long each place is open. Dates move: before you plan, ask the facility.") + _placed("technique-years", technique=panet_id),
    )  # fmt: skip
    yield Chapter("upgrades", _("What is rebuilt"), _("Upgrades of these facilities that are ahead or under way.") + _placed("technique-upgrades", technique=panet_id) + _timeline(panet_id))
    yield Chapter("instruments", _("Instruments"), _("What the record tells of each instrument; the page of the facility tells how to ask for time there.") + _placed("technique-instruments", technique=panet_id))
    yield Chapter("challenges", _("What it is asked for"), _("Societal challenges whose chains of evidence lead to it.") + _placed("technique-challenges", technique=panet_id))
