"""The tables a text of the landscape can place, each read from one snapshot of the record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from leaps.catalogue.models import LIGHT_SOURCES
from leaps.core.documents import Table, Unbound
from leaps.landscape import technique_tables
from leaps.landscape.snapshots import Snapshot
from leaps.record import registry
from leaps.record.specs import display
from leaps.record.types import Confidence, State

UNVERIFIED_SIGN: Final = "°"


def names() -> list[str]:
    """The names of the tables that need no more than their name."""
    return sorted(_TABLES)


def names_with_option() -> dict[str, str]:
    """The tables about one country, facility or technique: the name of the option each needs."""
    return {name: option for name, (option, _make) in sorted(_ABOUT.items())}


def table(snapshot: Snapshot, name: str, options: Mapping[str, object]) -> Table:
    """A table by its name. Raises Unbound."""
    if name in _ABOUT:
        option, about = _ABOUT[name]
        if set(options) != {option}:
            raise Unbound(_("needs one option, %(option)s") % {"option": option}, _("Write table('%(name)s', %(option)s='…').") % {"name": name, "option": option})
        return about(snapshot, str(options[option]))
    make = _TABLES.get(name)
    if make is None:
        raise Unbound(_("There is no table “%(name)s”") % {"name": name}, _("Choose one of: %(names)s.") % {"names": ", ".join((*names(), *_ABOUT))})
    if options:
        raise Unbound(_("takes no options"), _("Write table('%(name)s').") % {"name": name})
    return make(snapshot)


def _shown(state: State, name: str) -> str:
    """A value as text without its unit's column; what nobody has verified bears a sign, what is not recorded a dash."""
    fact, spec = state.fact(name), registry.get(state.kind).specs[name]
    if fact.value in (None, []):
        return "–"
    text = display(spec, fact.value)
    if spec.unit:
        text = text.removesuffix(f" {spec.unit}")
    return f"{text}\u202f{UNVERIFIED_SIGN}" if fact.provenance.confidence == Confidence.KNOWN else text


def _notes(rows: Iterable[Iterable[str]], snapshot: Snapshot) -> str:
    marked = any(cell.endswith(UNVERIFIED_SIGN) for row in rows for cell in row)
    said = _("Record of revision %(revision)d; – not recorded.") % {"revision": snapshot.revision}
    return f"{said} {_('° nobody has verified it.')}" if marked else said


def _made(snapshot: Snapshot, name: str, caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], numeric: Iterable[int], link: str = "") -> Table:
    cells = tuple(tuple(row) for row in rows)
    return Table(name, caption, tuple(head), cells, frozenset(numeric), link, _notes(cells, snapshot))


def _facilities(snapshot: Snapshot) -> Table:
    shown = [s for s in snapshot.states("facility").values() if s.values["partnership"] == "LEAPS" and s.values["membership"] in ("member", "associate")]
    instruments: dict[str, int] = defaultdict(int)
    for state in snapshot.states("instrument").values():
        if state.values["status"] in ("operating", "commissioning"):
            instruments[state.values["facility"]] += 1
    rows = [
        (str(s.values["short_name"]), _kind(s), _shown(s, "city"), _shown(s, "country"), _shown(s, "first_light_year"), _shown(s, "users_per_year"), str(instruments[s.key]))
        for s in sorted(shown, key=lambda s: str(s.values["short_name"]).casefold())
    ]  # fmt: skip
    head = (_("Facility"), _("Kind"), _("Place"), _("Country"), _("First light"), _("Users a year"), _("Instruments in the record"))
    return _made(snapshot, "facilities", _("The facilities of LEAPS."), head, rows, (4, 5, 6), "/facilities/")


def _kind(state: State) -> str:
    return registry.get("facility").specs["kind"].words_for(state.values["kind"])


def _rings(snapshot: Snapshot) -> Table:
    chosen = [s for s in snapshot.states("source").values() if s.values["kind"] == "storage_ring" and s.values["status"] in ("operating", "upgrading", "planned")]
    rows = [
        (snapshot.label("facility", s.values["facility"]), str(s.values["name"]), _status(s), _shown(s, "electron_energy_gev"),
         _shown(s, "circumference_m"), _shown(s, "current_ma"), _shown(s, "horizontal_emittance_pm_rad"))
        for s in sorted(chosen, key=lambda s: (s.values["status"] == "planned", snapshot.label("facility", s.values["facility"]).casefold(), s.key))
    ]  # fmt: skip
    head = (_("Facility"), _("Ring"), _("Status"), _("Energy (GeV)"), _("Circumference (m)"), _("Current (mA)"), _("Emittance (pm rad)"))
    return _made(snapshot, "rings", _("Storage rings that run, are being rebuilt, or are planned. Values of planned rings are those of their designs."), head, rows, (3, 4, 5, 6))


def _status(state: State) -> str:
    return registry.get(state.kind).specs["status"].words_for(state.values["status"]) if state.values.get("status") else "–"


def _lasers(snapshot: Snapshot) -> Table:
    kinds = registry.get("source").specs["kind"]
    chosen = [s for s in snapshot.states("source").values() if s.values["kind"] in ("sase_fel", "seeded_fel", "ir_fel") and s.values["status"] in ("operating", "upgrading", "planned")]
    rows = [
        (snapshot.label("facility", s.values["facility"]), str(s.values["name"]), kinds.words_for(s.values["kind"]), _status(s), _shown(s, "electron_energy_gev"),
         _shown(s, "photon_energy_min_ev"), _shown(s, "photon_energy_max_ev"), _shown(s, "repetition_rate_hz"))
        for s in sorted(chosen, key=lambda s: (snapshot.label("facility", s.values["facility"]).casefold(), s.key))
    ]  # fmt: skip
    head = (_("Facility"), _("Line"), _("Kind"), _("Status"), _("Electrons (GeV)"), _("From (eV)"), _("To (eV)"), _("Pulses (Hz)"))
    return _made(snapshot, "lasers", _("Free-electron lasers, line by line."), head, rows, (4, 5, 6, 7))


def _upgrades(snapshot: Snapshot) -> Table:
    light = {s.key for s in snapshot.states("facility").values() if s.values["kind"] in LIGHT_SOURCES}
    chosen = [s for s in snapshot.states("upgrade").values() if s.values["facility"] in light and s.values["status"] not in ("completed", "decommissioned")]
    rows = [
        (snapshot.label("facility", s.values["facility"]), str(s.values["project"]), _status(s), _day(s, "dark_start"), _day(s, "dark_end"),
         _shown(s, "new_horizontal_emittance_pm_rad"), _shown(s, "cost_meur"))
        for s in sorted(chosen, key=lambda s: (s.values["dark_start"] or "9999", s.key))
    ]  # fmt: skip
    head = (_("Facility"), _("Project"), _("Status"), _("Dark from"), _("Dark until"), _("Emittance then (pm rad)"), _("Cost (M€)"))
    return _made(snapshot, "upgrades", _("Upgrades under way and ahead, by the public dates."), head, rows, (5, 6), "/planner/")


def _day(state: State, name: str) -> str:
    """A date as sharp as its source: year, month or day."""
    value = state.values.get(name)
    if not value:
        return "–"
    length = {"year": 4, "month": 7}.get(str(state.values.get("date_precision")), 10)
    sign = f"\u202f{UNVERIFIED_SIGN}" if state.fact(name).provenance.confidence == Confidence.KNOWN else ""
    return f"{str(value)[:length]}{sign}"


def _sole(snapshot: Snapshot) -> Table:
    rows = sorted((snapshot.label("technique", technique), snapshot.label("facility", place)) for technique, place in _sole_techniques(snapshot))
    return _made(snapshot, "sole-techniques", _("Techniques that the record knows at one light source only."), (_("Technique"), _("Facility")), rows, ())


def _sole_techniques(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Techniques that one light source of the record alone offers at an operating instrument, with that one."""
    light = {s.key for s in snapshot.states("facility").values() if s.values["kind"] in LIGHT_SOURCES}
    offered: dict[str, set[str]] = defaultdict(set)
    for state in snapshot.states("instrument").values():
        if state.values["status"] == "operating" and state.values["facility"] in light:
            for technique in state.values["techniques"]:
                offered[technique].add(state.values["facility"])
    return [(technique, next(iter(places))) for technique, places in offered.items() if len(places) == 1]


def _technologies(snapshot: Snapshot) -> Table:
    spec = registry.get("technology").specs["area"]
    count: dict[str, int] = defaultdict(int)
    for state in snapshot.states("technology").values():
        count[str(state.values["area"])] += 1
    targets: dict[str, int] = defaultdict(int)
    for state in snapshot.states("technology_target").values():
        technology = snapshot.state("technology", str(state.values["technology"]))
        if technology is not None:
            targets[str(technology.values["area"])] += 1
    rows = [(spec.words_for(area), str(n), str(targets[area])) for area, n in sorted(count.items(), key=lambda item: (-item[1], item[0]))]
    return _made(snapshot, "technologies", _("Technologies on the roadmaps, by area."), (_("Area"), _("Technologies"), _("Targets with numbers")), rows, (1, 2), "/technologies/")


def _countries(snapshot: Snapshot) -> Table:
    facilities: dict[str, set[str]] = defaultdict(set)
    for state in snapshot.states("facility").values():
        if state.values["kind"] in LIGHT_SOURCES and state.values["country"]:
            facilities[state.values["country"]].add(state.key)
    instruments: dict[str, int] = defaultdict(int)
    homes = {key: country for country, keys in facilities.items() for key in keys}
    for state in snapshot.states("instrument").values():
        if state.values["facility"] in homes and state.values["status"] == "operating":
            instruments[homes[state.values["facility"]]] += 1
    rows = [(country, str(len(keys)), str(instruments[country])) for country, keys in sorted(facilities.items(), key=lambda i: (-instruments[i[0]], i[0]))]
    return _made(snapshot, "countries", _("Light sources and their operating instruments by country."), (_("Country"), _("Light sources"), _("Operating instruments")), rows, (1, 2))


def _neighbours(snapshot: Snapshot) -> Table:
    kinds = registry.get("facility").specs["kind"]
    groups: dict[tuple[str, str], int] = defaultdict(int)
    for state in snapshot.states("facility").values():
        if state.values["kind"] not in LIGHT_SOURCES:
            groups[str(state.values["kind"]), str(state.values["partnership"])] += 1
    rows = [(kinds.words_for(kind), partnership, str(n)) for (kind, partnership), n in sorted(groups.items(), key=lambda i: (-i[1], i[0]))]
    return _made(snapshot, "neighbours", _("Laser, electron, neutron and other infrastructures in the same record."), (_("Kind"), _("Partnership"), _("Facilities")), rows, (2,))


def _challenges(snapshot: Snapshot) -> Table:
    """Each challenge with its chains as the record holds them: no instruments, which are computed as of today."""
    needs: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, int] = defaultdict(int)
    for state in snapshot.states("challenge_need").values():
        needs[state.values["challenge"]].add(state.values["need"])
        shown[state.values["challenge"]] += bool(state.values["evidence_url"])
    of_observable = {state.key: state.values["need"] for state in snapshot.states("observable").values()}
    techniques: dict[str, set[str]] = defaultdict(set)
    for state in snapshot.states("observable_technique").values():
        techniques[of_observable[state.values["observable"]]].add(state.values["technique"])
    lists = registry.get("challenge").specs["scheme"]
    order = [code for code, _words in lists.choices]
    rows = [
        (lists.words_for(s.values["scheme"]), _shown(s, "title"), str(len(needs[s.key])), str(len(set().union(*(techniques[need] for need in needs[s.key])))), str(shown[s.key]))
        for s in sorted(snapshot.states("challenge").values(), key=lambda s: (order.index(s.values["scheme"]), s.values["code"]))
    ]
    head = (_("List"), _("Challenge"), _("Needs"), _("Techniques"), _("Needs with evidence"))
    return _made(snapshot, "challenges", _("Challenges, and how far chains lead from them."), head, rows, (2, 3, 4), "/landscape/challenges/")


def _world(snapshot: Snapshot) -> Table:
    rows = [
        (str(s.values["name"]), str(s.values["country"]), _status(s), _shown(s, "electron_energy_gev"), _shown(s, "circumference_m"), _shown(s, "horizontal_emittance_pm_rad"))
        for s in sorted(snapshot.states("world_source").values(), key=lambda s: (s.values["country"], str(s.values["name"]).casefold()))
    ]  # fmt: skip
    head = (_("Ring"), _("Country"), _("Status"), _("Energy (GeV)"), _("Circumference (m)"), _("Emittance (pm rad)"))
    return _made(snapshot, "world", _("Storage rings outside Europe that are on record. Values of rings that do not run yet are those of their designs."), head, rows, (3, 4, 5), "/landscape/world/")


_TABLES: Final[Mapping[str, Callable[[Snapshot], Table]]] = {
    "challenges": _challenges, "countries": _countries, "facilities": _facilities, "lasers": _lasers, "neighbours": _neighbours, "rings": _rings,
    "sole-techniques": _sole, "technologies": _technologies, "upgrades": _upgrades,
    "world": _world,
}  # fmt: skip


# -- about one country or facility ------------------------------------------------------------------


def _places(snapshot: Snapshot, code: str, *, light: bool) -> list[State]:
    chosen = [s for s in snapshot.states("facility").values() if s.values["country"] == code and (s.values["kind"] in LIGHT_SOURCES) is light]
    return sorted(chosen, key=lambda s: str(s.values["short_name"]).casefold())


def _country(snapshot: Snapshot, code: str) -> Table:
    rows = [(str(s.values["short_name"]), _kind(s), _shown(s, "city"), _shown(s, "first_light_year"), _shown(s, "users_per_year")) for s in _places(snapshot, code, light=True)]
    head = (_("Facility"), _("Kind"), _("Place"), _("First light"), _("Users a year"))
    return _made(snapshot, "country", _("Light sources in the country."), head, rows, (3, 4), "/facilities/")


def _country_others(snapshot: Snapshot, code: str) -> Table:
    rows = [(str(s.values["short_name"]), _kind(s), _shown(s, "city"), str(s.values["partnership"] or "–")) for s in _places(snapshot, code, light=False)]
    return _made(snapshot, "country-others", _("Other infrastructures in the country."), (_("Facility"), _("Kind"), _("Place"), _("Partnership")), rows, ())


def _upgrades_of(snapshot: Snapshot, places: set[str], name: str) -> Table:
    chosen = [s for s in snapshot.states("upgrade").values() if s.values["facility"] in places and s.values["status"] not in ("completed", "decommissioned")]
    rows = [
        (snapshot.label("facility", s.values["facility"]), str(s.values["project"]), _status(s), _day(s, "dark_start"), _day(s, "dark_end"))
        for s in sorted(chosen, key=lambda s: (s.values["dark_start"] or "9999", s.key))
    ]
    head = (_("Facility"), _("Project"), _("Status"), _("Dark from"), _("Dark until"))
    return _made(snapshot, name, _("Upgrades ahead or under way."), head, rows, (), "/planner/")


def _country_upgrades(snapshot: Snapshot, code: str) -> Table:
    return _upgrades_of(snapshot, {s.key for s in _places(snapshot, code, light=True)}, "country-upgrades")


def _values_of(snapshot: Snapshot, places: set[str], name: str) -> Table:
    definitions = snapshot.states("indicator_definition")
    chosen = [s for s in snapshot.states("published_value").values() if s.values["facility"] in places and s.values["value"] is not None]
    rows = []
    for s in sorted(chosen, key=lambda s: (str(s.values["facility"]), str(s.values["indicator"]), -int(s.values["year"]), s.key)):
        definition = definitions.get(str(s.values["indicator"]))
        told = " ".join(filter(None, (s.values["part"], s.values["rule"])))
        rows.append((
            snapshot.label("facility", str(s.values["facility"])), f"{definition.values['name'] if definition else s.values['indicator']}{' (' + told + ')' if told else ''}",
            str(s.values["year"]), f"{_shown(s, 'value')} {s.values['unit']}", urlsplit(s.fact("value").provenance.source_url).hostname or "–",
        ))  # fmt: skip
    head = (_("Facility"), _("Indicator"), _("Year"), _("Value"), _("Source"))
    return _made(snapshot, name, _("Published values."), head, rows, (2, 3), "/indicators/matrix/")


def _country_values(snapshot: Snapshot, code: str) -> Table:
    return _values_of(snapshot, {s.key for s in _places(snapshot, code, light=True)}, "country-values")


def _facility_values(snapshot: Snapshot, slug: str) -> Table:
    return _values_of(snapshot, {slug}, "facility-values")


def _facility_sources(snapshot: Snapshot, slug: str) -> Table:
    kinds = registry.get("source").specs["kind"]
    rows = [
        (str(s.values["name"]), kinds.words_for(s.values["kind"]), _status(s), _shown(s, "electron_energy_gev"), _shown(s, "horizontal_emittance_pm_rad"))
        for s in snapshot.states("source").values()
        if s.values["facility"] == slug
    ]
    head = (_("Source"), _("Kind"), _("Status"), _("Electrons (GeV)"), _("Emittance (pm rad)"))
    return _made(snapshot, "facility-sources", _("Its sources, planned ones included."), head, rows, (3, 4))


def _facility_sole(snapshot: Snapshot, slug: str) -> Table:
    rows = sorted((snapshot.label("technique", technique), technique) for technique, place in _sole_techniques(snapshot) if place == slug)
    return _made(snapshot, "facility-sole", _("Techniques recorded there and at no other light source."), (_("Technique"), _("PaNET")), rows, ())


def _facility_gaps(snapshot: Snapshot, slug: str) -> Table:
    """How many of the facility's operating instruments lack each value that users ask for."""
    mine = [s for s in snapshot.states("instrument").values() if s.values["facility"] == slug and s.values["status"] == "operating"]
    specs = registry.get("instrument").specs
    rows = []
    for name in ("techniques", "photon_energy_min_ev", "beam_size_h_um", "flux_ph_s", "sample_environments", "detectors", "remote_access", "mail_in"):
        lacking = sum(s.values.get(name) in (None, []) for s in mine)
        rows.append((str(specs[name].title), str(lacking), str(len(mine))))
    head = (_("Value"), _("Instruments without it"), _("Operating instruments"))
    return _made(snapshot, "facility-gaps", _("What is not recorded of its instruments."), head, rows, (1, 2))


# -- about one technique ----------------------------------------------------------------------------


def _technique_years(snapshot: Snapshot, technique: str) -> Table:
    caption, head, rows, numeric = technique_tables.years(snapshot, technique)
    return _made(snapshot, "technique-years", caption, head, rows, numeric, "/planner/")


def _technique_instruments(snapshot: Snapshot, technique: str) -> Table:
    rows = [
        (snapshot.label("facility", s.values["facility"]), str(s.values["name"]), _status(s), _shown(s, "photon_energy_min_ev"), _shown(s, "photon_energy_max_ev"),
         _shown(s, "beam_size_h_um"), _shown(s, "remote_access"))
        for s in technique_tables.instruments(snapshot, technique)
    ]  # fmt: skip
    head = (_("Facility"), _("Instrument"), _("Status"), _("From (eV)"), _("To (eV)"), _("Beam (µm)"), _("Remote access"))
    return _made(snapshot, "technique-instruments", technique_tables.found_words(snapshot, technique), head, rows, (3, 4, 5), f"/techniques/{technique}/")


def _technique_upgrades(snapshot: Snapshot, technique: str) -> Table:
    return _upgrades_of(snapshot, {s.values["facility"] for s in technique_tables.instruments(snapshot, technique)}, "technique-upgrades")


def _technique_challenges(snapshot: Snapshot, technique: str) -> Table:
    head = (_("Challenge"), _("Need"), _("Observable"), _("Strength"))
    return _made(snapshot, "technique-challenges", _("Challenges whose chains lead to the technique; strength 0 to 3."), head, technique_tables.asked_by(snapshot, technique), (3,), "/landscape/challenges/")


_ABOUT: Final[Mapping[str, tuple[str, Callable[[Snapshot, str], Table]]]] = {
    "country": ("code", _country), "country-others": ("code", _country_others), "country-upgrades": ("code", _country_upgrades),
    "country-values": ("code", _country_values), "facility-gaps": ("facility", _facility_gaps), "facility-sole": ("facility", _facility_sole),
    "facility-sources": ("facility", _facility_sources), "facility-values": ("facility", _facility_values),
    "technique-challenges": ("technique", _technique_challenges), "technique-instruments": ("technique", _technique_instruments),
    "technique-upgrades": ("technique", _technique_upgrades), "technique-years": ("technique", _technique_years),
}  # fmt: skip
