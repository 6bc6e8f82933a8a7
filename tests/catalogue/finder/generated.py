"""Records made up for the tests: awkward on purpose, reproducible, small enough for a slow oracle."""

import random
from datetime import date, timedelta

from hypothesis import strategies as st

from leaps.catalogue.finder import DarkPeriod, InstrumentFacts, Query, TechniqueFacts

TECHNIQUES = (
    TechniqueFacts("PaNET00001", "photon and neutron technique"),
    TechniqueFacts("PaNET00002", "defined by experimental probe", (), ("PaNET00001",)),
    TechniqueFacts("PaNET00003", "defined by physical process", (), ("PaNET00001",)),
    TechniqueFacts("PaNET00100", "x-ray probe", (), ("PaNET00002",)),
    TechniqueFacts("PaNET00101", "neutron probe", (), ("PaNET00002",)),
    TechniqueFacts("PaNET01020", "scattering", (), ("PaNET00003",)),
    TechniqueFacts("PaNET01022", "diffraction", (), ("PaNET01020",)),
    TechniqueFacts("PaNET01030", "powder diffraction", (), ("PaNET01022",)),
    TechniqueFacts("PaNET01100", "neutron powder diffraction", ("NPD",), ("PaNET01030", "PaNET00101")),
    TechniqueFacts("PaNET01101", "x-ray powder diffraction", ("XPD",), ("PaNET01030", "PaNET00100")),
    TechniqueFacts("PaNET01124", "small angle scattering", ("SAS",), ("PaNET01020",)),
    TechniqueFacts("PaNET01188", "small angle x-ray scattering", ("SAXS",), ("PaNET01124", "PaNET00100")),
    TechniqueFacts("PaNET01201", "photoemission", (), ("PaNET00003",)),
    TechniqueFacts("PaNET01202", "photoelectron spectroscopy", ("PES",), ("PaNET01201",)),
    TechniqueFacts(
        "PaNET01089", "angle resolved photoemission spectroscopy", ("ARPES",), ("PaNET01202", "PaNET00100")
    ),
    TechniqueFacts("PaNET01292", "nano angle resolved photoemission spectroscopy", (), ("PaNET01089",)),
)
LEAVES = ("PaNET01100", "PaNET01101", "PaNET01188", "PaNET01089", "PaNET01292", "PaNET01022", "PaNET01201")
FACILITIES = (
    # key, name, short name, country, kind, partnership, kinds of source
    ("max-iv", "MAX IV Laboratory", "MAX IV", "SE", "synchrotron", "LEAPS", ("storage_ring",)),
    ("diamond", "Diamond Light Source", "Diamond", "GB", "synchrotron", "LEAPS", ("storage_ring",)),
    ("ill", "Institut Laue-Langevin", "ILL", "FR", "neutron", "LENS", ()),
    ("flash", "FLASH", "FLASH", "DE", "fel", "LEAPS", ("sase_fel", "seeded_fel")),
    ("nowhere", "", "", "", "", "", ()),
)
DEVICES = ("undulator", "bending_magnet", "fel", "laser", "reactor", "spallation", "")
FIELDS = ("chemistry", "materials science", "cultural heritage", "soft matter")
ENVIRONMENTS = ("cryostat", "diamond anvil cell", "furnace to 1600 °C", "8 T magnet")
STATUSES = ("operating", "operating", "operating", "commissioning", "planned", "closed", "")
ENERGIES = (0.01, 5.0, 20.0, 90.0, 100.0, 1000.0, 8000.0, 12398.41984, 30000.0, 123984.1984)
LENGTHS = (0.05, 0.3, 1.0, 5.0, 10.0, 10.000000001, 40.0, 500.0)
FLUXES = (1e9, 1e12, 5e12, 1e13)
RESOLUTIONS = (1e-5, 1e-4, 2e-4, 1e-2)
DAY = date(2027, 1, 1)


def dark_periods(rng: random.Random) -> tuple[DarkPeriod, ...]:
    found = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        start = DAY + timedelta(days=rng.randrange(-500, 900))
        end = start + timedelta(days=rng.choice((0, 1, 20, 31, 200, 400)))
        found.append(
            DarkPeriod(
                rng.choice((start, start, start, None)),
                rng.choice((end, end, end, None)),
                rng.choice(("day", "month", "year")),
                rng.choice(("planned", "completed", "dark", "decommissioned")),
                "renewal",
            )
        )
    return tuple(found)


def instruments(seed: int, count: int = 40, techniques: tuple[str, ...] = LEAVES) -> list[InstrumentFacts]:
    rng = random.Random(seed)
    dark = {facility[0]: dark_periods(rng) for facility in FACILITIES}

    def maybe(choices: tuple[float, ...], chance: float = 0.6) -> float | None:
        return rng.choice(choices) if rng.random() < chance else None

    found = []
    for number in range(count):
        key, name, short, country, kind, partnership, kinds = rng.choice(FACILITIES)
        low, high = sorted((rng.choice(ENERGIES), rng.choice(ENERGIES)))
        label = f"{rng.choice(('ID', 'I', 'BM'))}{rng.randrange(1, 30):02}"
        found.append(
            InstrumentFacts(
                id=1000 - number,
                key=f"{key}-{label.lower()}-{number}",
                name=label,
                full_name=rng.choice(
                    ("", "Hard X-ray microscopes", "Nano-focus end station", "Microscopy of surfaces")
                ),
                facility=key,
                facility_name=name,
                facility_short_name=short,
                country=country,
                facility_kind=kind,
                partnership=partnership,
                techniques=tuple(rng.sample(techniques, rng.choice((0, 1, 1, 2, 3)))),
                technique_terms=rng.choice(((), (), ("laser acceleration",))),
                photon_energy_min_ev=low if rng.random() < 0.7 else None,
                photon_energy_max_ev=high if rng.random() < 0.7 else None,
                beam_size_h_um=maybe(LENGTHS),
                beam_size_v_um=maybe(LENGTHS),
                flux_ph_s=maybe(FLUXES),
                energy_resolution_rel=maybe(RESOLUTIONS),
                source_device=rng.choice(DEVICES),
                sample_environments=tuple(rng.sample(ENVIRONMENTS, rng.choice((0, 0, 1, 2)))),
                detectors=rng.choice(((), ("EIGER2 X CdTe 9M",), ("hemispherical analyser",))),
                science_fields=tuple(rng.sample(FIELDS, rng.choice((0, 1, 2)))),
                remote_access=rng.choice((None, None, True, False)),
                mail_in=rng.choice((None, True, False)),
                industry_service=rng.choice((None, True)),
                status=rng.choice(STATUSES),
                dark_periods=dark[key],
                source_kinds=kinds,
            )
        )
    return found


TEXTS = (
    "difraction", "powder dif", "ID", "id 01", "saxs", "x-ray microscopes", "Diamond", "nano focus",
    "beamline of the", "zzz", "photoemision", "arpes flash", "chem", "angle-resolved", "eiger2", "Laue Langevin",
    "materails science", "npd", "pe", "heritage cryo", "ångström", "neutron", "microscope",
)  # fmt: skip


def question(seed: int, asked: int) -> Query:
    """A question; each bit of `asked` switches one condition on, so a failing one shrinks to few."""
    rng = random.Random(seed)

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(rng.sample(values, rng.choice((1, 1, 2))))

    first = DAY + timedelta(days=rng.randrange(-700, 1200))
    length = rng.choice((None, 0, 1, 30, 90, 365))
    low, high = sorted((rng.choice(ENERGIES), rng.choice(ENERGIES)))
    every: tuple[dict[str, object], ...] = (
        {"text": rng.choice(TEXTS)},
        {"techniques": some((*(t.id for t in TECHNIQUES), "PaNET09999"))},
        {"countries": some(("SE", "GB", "FR", "DE", "IT"))},
        {"facilities": some(("max-iv", "ill", "flash", "nowhere"))},
        {"partnerships": some(("LEAPS", "LENS"))},
        {"facility_kinds": some(("synchrotron", "neutron", "fel"))},
        {"source_kinds": some(("storage_ring", "reactor", "laser", "seeded_fel"))},
        {"source_devices": some(DEVICES[:-1])},
        {"science_fields": some(FIELDS)},
        {"sample_environments": some(ENVIRONMENTS)},
        {"statuses": some(("operating", "planned", "closed"))},
        {"beam_size_max_um": rng.choice(LENGTHS)},
        {"flux_min_ph_s": rng.choice(FLUXES)},
        {"resolution_max_rel": rng.choice(RESOLUTIONS)},
        {"remote": True},
        {"mail_in": True},
        {"industry": True},
        {"running_from": first, "running_to": None if length is None else first + timedelta(days=length)},
        {"energy_min": low, "energy_max": rng.choice((high, high, None))},
        {"energy_min": rng.choice((low, low, None)), "energy_max": high},
    )
    fields = {"sort": rng.choice(("relevance", "name", "energy_min", "beam_size"))}
    for place, condition in enumerate(every):
        if asked >> place & 1:
            fields |= condition
    return Query(**fields).in_unit(rng.choice(("eV", "keV", "nm", "Å")))  # type: ignore[arg-type]


def queries() -> st.SearchStrategy[Query]:
    """Questions with any of the twenty conditions, five at once on average."""
    mask = st.integers(0, 2**20 - 1)
    return st.builds(lambda seed, a, b: question(seed, a & b), st.integers(0, 2**32), mask, mask)
