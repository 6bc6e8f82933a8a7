"""F3: what the undulators of the record, its bends and its wigglers give at each photon energy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core.figures import plane
from leaps.core.figures.series import Look, scientific
from leaps.landscape import options, queries
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.options import SI_PER_SCHWINGER, Choice
from leaps.landscape.types import Magnet, Source, Status, Undulator
from leaps.physics import bends, tuning
from leaps.physics.brilliance import coherent_flux
from leaps.physics.constants import HC_EV_M
from leaps.physics.errors import Floats

GRID_EV = np.geomspace(3.0, 3e5, 900)
FAINT = 1e-4
"""A curve ends where its brilliance has fallen to this part of its best: nobody works there."""
DECADES = 6.5
SOFTEST, HARDEST = 1e-4, 60.0
"""A bend is drawn between these parts and multiples of its critical energy."""
TOLD_EV = (1_000.0, 10_000.0, 25_000.0)
COLUMNS = (
    "source", "source_name", "status", "undulator", "harmonic", "photon_energy_ev", "wavelength_nm", "value", "unit", "quantity", "convention", "assumed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of one curve: energies in eV, values as shown, and for each the device and harmonic."""

    energy_ev: Floats
    value: Floats
    device: tuple[str, ...]
    harmonic: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One line of the figure: a ring's envelope, one undulator with its harmonics, or bends and wigglers."""

    label: str
    source: Source
    look: Look
    pieces: tuple[Piece, ...]
    undulator: Undulator | None = None
    magnets: tuple[Magnet, ...] = ()

    @property
    def dashed(self) -> bool:
        """A design is dashed, what ran or runs is solid."""
        return self.source.ring.status == Status.DESIGN

    def at(self, energy_ev: float) -> float | None:
        """The highest value at an energy; None where no piece reaches."""
        found = [float(np.interp(energy_ev, p.energy_ev, p.value)) for p in self.pieces if p.energy_ev[0] <= energy_ev <= p.energy_ev[-1]]
        return max(found, default=None)

    @property
    def best(self) -> tuple[float, float]:
        """The highest value and the energy in eV it is at."""
        return max((float(p.value.max()), float(p.energy_ev[p.value.argmax()])) for p in self.pieces)

    @property
    def reach(self) -> tuple[float, float]:
        """The energies in eV it covers."""
        return min(float(p.energy_ev[0]) for p in self.pieces), max(float(p.energy_ev[-1]) for p in self.pieces)


def _tuned(source: Source, devices: Sequence[Undulator], choice: Choice) -> tuple[tuning.Tuning, Floats]:
    """The curves of devices in a ring, and the chosen quantity, NaN where they are faint."""
    assert source.beam.electrons is not None  # noqa: S101  only computable sources come here
    made = tuning.curves(
        source.beam.electrons, [d.period_mm or 0 for d in devices], [d.periods or 0 for d in devices], [d.k or 0 for d in devices],
        convention=choice.convention,
    )  # fmt: skip
    bright = made.light.brilliance
    value = getattr(made.light, choice.quantity) * choice.scale()
    return made, np.where(bright >= FAINT * np.nanmax(bright), value, np.nan)


def _envelope(source: Source, choice: Choice, devices: Sequence[Undulator]) -> Iterator[Piece]:
    """The best of these devices at each energy, in stretches without a gap."""
    made, value = _tuned(source, devices, choice)
    steps = value.shape[-1]
    best, which = tuning.envelope(GRID_EV, made.light.energy_ev.reshape(-1, steps), value.reshape(-1, steps))
    known = np.flatnonzero(which >= 0)
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if known.size else []:
        if run.size < 2:
            continue
        orders = len(made.harmonics)
        yield Piece(
            GRID_EV[run], best[run], tuple(devices[w // orders].name for w in which[run]), tuple(made.harmonics[w % orders] for w in which[run])
        )


def _harmonics(source: Source, device: Undulator, choice: Choice) -> Iterator[Piece]:
    """The harmonics of one device, each a stretch of its own; they overlap."""
    made, value = _tuned(source, [device], choice)
    for place, harmonic in enumerate(made.harmonics):
        known = np.isfinite(value[0, place])
        if known.sum() < 2:
            continue
        energy, here = made.light.energy_ev[0, place][known], value[0, place][known]
        order = np.argsort(energy)
        yield Piece(energy[order], here[order], (device.name,) * len(order), (harmonic,) * len(order))


def _magnet(source: Source, one: Magnet, choice: Choice) -> tuple[Floats, Floats]:
    """Brilliance of a bend or wiggler over the grid, and the chosen quantity; NaN where its spectrum has no light.

    The electrons have the sizes of the straight section: the record has none at bends.
    """
    beam = source.beam.electrons
    assert beam is not None  # noqa: S101  only computable sources come here
    assert one.field_t is not None  # noqa: S101
    over = GRID_EV / bends.critical_energy_ev(beam.energy_gev, one.field_t)
    lit = (over > SOFTEST) & (over < HARDEST)
    bright, value = np.full(GRID_EV.shape, np.nan), np.full(GRID_EV.shape, np.nan)
    energy = GRID_EV[lit]
    if one.is_wiggler:
        args = (energy, beam.energy_gev, one.field_t, one.period_mm or 0, one.periods or 0, beam.current_a)
        bright[lit] = bends.wiggler_brilliance(*args, beam.size_x_m, beam.size_y_m, beam.divergence_x_rad, beam.divergence_y_rad)
        fan = bends.wiggler_flux(energy, beam.energy_gev, one.field_t, one.periods or 0, beam.current_a)
    else:
        bright[lit] = bends.bend_brilliance(energy, beam.energy_gev, one.field_t, beam.current_a, beam.size_x_m, beam.size_y_m, beam.divergence_y_rad)
        fan = bends.bend_flux(energy, beam.energy_gev, one.field_t, beam.current_a)
    scale = SI_PER_SCHWINGER if choice.unit == "si" and choice.quantity == "brilliance" else 1.0
    match choice.quantity:
        case "brilliance":
            value[lit] = bright[lit] * scale
        case "coherent_flux":
            value[lit] = coherent_flux(bright[lit], HC_EV_M / energy)
        case "flux":
            value[lit] = fan
    return bright, value


def _smooth(source: Source, magnets: Sequence[Magnet], choice: Choice) -> tuple[Piece, ...]:
    """The best of these bends and wigglers at each energy."""
    both = [_magnet(source, one, choice) for one in magnets]
    bright, value = (np.array([pair[place] for pair in both]) for place in (0, 1))
    value = np.where(bright >= FAINT * np.nanmax(bright), value, np.nan)
    known = np.flatnonzero(np.isfinite(value).any(axis=0))
    if known.size < 2:
        return ()
    which = np.nanargmax(value[:, known], axis=0)
    return (Piece(GRID_EV[known], value[which, known], tuple(magnets[w].name for w in which), (0,) * known.size),)


def _kinds(source: Source, name: str) -> Iterator[tuple[str, tuple[Magnet, ...]]]:
    """The wigglers and the bends of a ring, each with the name of its line."""
    for is_wiggler, words in ((True, _("%(ring)s, wigglers")), (False, _("%(ring)s, bends"))):
        found = tuple(one for one in source.magnets if one.is_wiggler == is_wiggler)
        if found:
            yield words % {"ring": name}, found


def _own(source: Source) -> set[str]:
    """The devices that stand in a ring, without those it would take over."""
    return {one.slug for one in source.undulators if one.source == source.ring.slug} | {one.slug for one in source.magnets}


def chosen_sources(every: Sequence[Source], choice: Choice) -> list[Source]:
    """The rings asked for, or all that run; with `after` also the designs that follow them."""
    computable = [one for one in every if one.is_computable or (one.has_magnets and (choice.magnets or choice.devices))]
    wanted = set(choice.sources)
    if not wanted and choice.devices:
        wanted = {one.ring.slug for one in computable if set(choice.devices) & _own(one)}
    found = [one for one in computable if (one.ring.slug in wanted if wanted else one.ring.status == Status.ROUTINE)]
    if choice.after:
        here = {one.ring.slug for one in found} | {one.carried_from for one in found}
        found += [one for one in computable if one.ring.status == Status.DESIGN and one.carried_from in here and one not in found]
    return found


def lines(every: Sequence[Source], choice: Choice) -> list[Drawn]:
    """What is drawn: an envelope for each ring, with its bends and wigglers if wanted, or each device that was named.

    Bends and wigglers have no coherent fraction here: their flux grows with the fan that is taken in.
    """
    found = []
    shapes: dict[str, int] = {}
    has_smooth = choice.quantity != "coherent_fraction"
    for source in chosen_sources(every, choice):
        name, mark = wording.short_name(source.ring.name), wording.look(source.ring)
        if choice.devices:
            for device in source.undulators:
                if device.slug in choice.devices:
                    shape = shapes.setdefault(device.slug, mark.shape + len(shapes))
                    pieces = tuple(_harmonics(source, device, choice))
                    found.append(Drawn(f"{name}: {device.name}", source, Look(mark.hue, shape), pieces, device))
            for magnet in source.magnets if has_smooth else ():
                if magnet.slug in choice.devices:
                    shape = shapes.setdefault(magnet.slug, mark.shape + len(shapes))
                    found.append(Drawn(f"{name}: {magnet.name}", source, Look(mark.hue, shape), _smooth(source, [magnet], choice), magnets=(magnet,)))
        else:
            if source.undulators:
                found.append(Drawn(name, source, mark, tuple(_envelope(source, choice, source.undulators))))
            if choice.magnets and has_smooth:
                found += [Drawn(words, source, mark, _smooth(source, magnets, choice), magnets=magnets) for words, magnets in _kinds(source, name)]
    return [one for one in found if one.pieces]


def assumptions(one: Drawn) -> list[str]:
    """What had to be assumed for one line."""
    return wording.magnet_words(one.source, one.magnets) if one.magnets else wording.assumption_words(one.source, one.undulator)


def unit_words(one: Drawn, choice: Choice) -> str:
    """The unit of a line: the flux of bends and wigglers is that of one milliradian of fan."""
    return _("photons/s/mrad/0.1 % bandwidth") if one.magnets and choice.quantity == "flux" else choice.unit_words()


def _rounded(low: float, high: float) -> tuple[float, float]:
    """The ends of a logarithmic axis: a tenth of a decade beyond the data."""
    return low / 10**0.06, high * 10**0.06


def _plane(drawn: Sequence[Drawn], choice: Choice) -> plane.Plane:
    top = max(one.best[0] for one in drawn)
    if choice.quantity == "coherent_fraction":
        low, high = max(min(float(p.value.min()) for one in drawn for p in one.pieces), 1e-5), 1.2
    else:
        low, high = max(top * 10**-DECADES, min(float(p.value.min()) for one in drawn for p in one.pieces) / 1.3), top * 2.2
    ends = [choice.energy(e) for one in drawn for e in one.reach]
    x_low, x_high = _rounded(min(ends), max(ends))
    title = str(options.QUANTITIES[choice.quantity])
    unit = choice.unit_words()
    is_energy = choice.axis in ("ev", "kev")
    return plane.Plane(
        x=plane.Scale(str(options.AXES[choice.axis]).capitalize() if choice.axis != "kev" else _("Photon energy in keV"), x_low, x_high),
        y=plane.Scale(f"{title}, {unit}" if unit else title, low, high),
        curves=tuple(_curve(one, choice, low) for one in drawn),
        above=_wavelength if choice.axis == "kev" else _wavelength_of_ev if is_energy else _energy_of_nm if choice.axis == "nm" else _energy_of_angstrom,
        tall=500.0,
    )


def _length_words(nm: float) -> str:
    if nm >= 1000:
        return f"{nm / 1000:.3g} µm"
    return f"{nm:.3g} nm" if nm >= 1 else f"{10 * nm:.3g} Å"


def _wavelength_of_ev(ev: float) -> str:
    return _length_words(HC_EV_M / ev * 1e9)


def _wavelength(kev: float) -> str:
    return _wavelength_of_ev(1000 * kev)


def _energy_of_nm(nm: float) -> str:
    ev = HC_EV_M / nm * 1e9
    return f"{ev / 1000:.3g} keV" if ev >= 1000 else f"{ev:.3g} eV"


def _energy_of_angstrom(angstrom: float) -> str:
    return _energy_of_nm(angstrom / 10)


def _curve(one: Drawn, choice: Choice, low: float) -> plane.Curve:
    value, energy = one.best
    words = _("%(name)s, %(status)s: at best %(value)s at %(energy)s keV") % {
        "name": one.label, "status": wording.status_words(one.source.ring.status), "value": f"{scientific(value)} {unit_words(one, choice)}".strip(),
        "energy": f"{energy / 1000:.3g}",
    }  # fmt: skip
    pieces = []
    for piece in one.pieces:
        seen = piece.value >= low
        runs = np.split(np.arange(len(seen)), np.flatnonzero(np.diff(seen.astype(int))) + 1)
        pieces += [
            tuple((choice.energy(float(piece.energy_ev[i])), float(piece.value[i])) for i in run) for run in runs if seen[run[0]] and run.size > 1
        ]
    device = one.undulator or (one.magnets[0] if len(one.magnets) == 1 else None)
    address = reverse("catalogue:insertion_device", args=[device.slug]) if device else reverse("catalogue:source", args=[one.source.ring.slug])
    return plane.Curve(one.label, one.look, tuple(pieces), words, dashed=one.dashed, thin=bool(one.magnets), url=address)


def finding(drawn: Sequence[Drawn], choice: Choice) -> str:
    """What the figure shows, in one sentence, at 10 keV or where most reach."""
    if not drawn:
        return _("No undulator of this choice can be computed from the record")
    counted = [(sum(one.at(ev) is not None for one in drawn), ev) for ev in (10_000.0, 1_000.0, 100.0)]
    number, ev = max(counted, key=lambda pair: (pair[0], pair[1] == 10_000.0))
    if not number:
        value, at = max(one.best for one in drawn)
        return _("At best %(value)s at %(energy)s keV") % {"value": f"{scientific(value)} {choice.unit_words()}".strip(), "energy": f"{at / 1000:.3g}"}
    drawn = [one for one in drawn if not one.magnets] or drawn  # the sentence is of undulators where there are any
    running = [v for one in drawn if not one.dashed and (v := one.at(ev)) is not None]
    designed = [v for one in drawn if one.dashed and (v := one.at(ev)) is not None]
    what = str(options.QUANTITIES[choice.quantity]).lower()
    energy = f"{ev / 1000:g}"

    def span(values: Sequence[float]) -> str:
        low, high = min(values), max(values)
        return scientific(low) if len(values) == 1 else _("%(low)s to %(high)s") % {"low": scientific(low), "high": scientific(high)}

    if running and designed:
        return _("At %(energy)s keV the %(what)s is %(now)s with rings that run or ran, %(then)s by design after the upgrades") % {
            "energy": energy, "what": what, "now": span(running), "then": span(designed),
        }  # fmt: skip
    return _("At %(energy)s keV the %(what)s is %(now)s %(unit)s") % {
        "energy": energy, "what": what, "now": span(running or designed), "unit": choice.unit_words(),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One ring of the table under the figure."""

    source: Source
    label: str
    status: str
    unverified: bool
    values: tuple[tuple[str, str], ...]
    assumed: tuple[str, ...]


def rows(every: Sequence[Source], choice: Choice) -> list[Row]:
    """The lines of the figure as a table: values at 1, 10 and 25 keV with their words, and what was assumed."""
    found = []
    for one in lines(every, choice):
        values = tuple((f"{ev / 1000:g}", scientific(v) if (v := one.at(ev)) is not None else "") for ev in TOLD_EV)
        found.append(
            Row(
                one.source, one.label, wording.status_words(one.source.ring.status), one.source.ring.confidence in ("", "known"), values,
                tuple(assumptions(one)),
            )
        )
    return found


def records(drawn: Sequence[Drawn], choice: Choice) -> Iterator[dict[str, Any]]:
    """The data behind the figure, point by point."""
    for one in drawn:
        common = {
            "source": one.source.ring.slug, "source_name": one.source.ring.name, "status": one.source.ring.status.value, "unit": unit_words(one, choice) or "1",
            "quantity": choice.quantity, "convention": choice.convention_tag(), "assumed": "; ".join(assumptions(one)) or None,
        }  # fmt: skip
        for piece in one.pieces:
            for energy, value, device, harmonic in zip(piece.energy_ev, piece.value, piece.device, piece.harmonic, strict=True):
                yield common | {
                    "undulator": device, "harmonic": harmonic or None, "photon_energy_ev": float(f"{energy:.6g}"),
                    "wavelength_nm": float(f"{HC_EV_M / energy * 1e9:.6g}"), "value": float(f"{value:.5g}"),
                }  # fmt: skip


def caption(drawn: Sequence[Drawn], choice: Choice) -> str:
    """What one must know to read the figure."""
    what = (
        _("Each harmonic of the undulators named.")
        if choice.devices
        else _("For each ring the best of its undulators on record at each photon energy, over harmonics 1 to 15 and K from its largest down to 0.3.")
    )
    words = [
        what,
        _("Computed from the record on %(day)s; %(convention)s; ±30 %%.") % {"day": wording.today_words(), "convention": choice.convention_tag()},
    ]
    if any(one.dashed for one in drawn):
        words.append(_("Dashed: design values, with the undulators of today."))
    if any(assumptions(one) for one in drawn):
        words.append(_("What the record does not tell was assumed; see below."))
    if choice.magnets and choice.quantity == "coherent_fraction":
        words.append(_("Bending magnets and wigglers have no coherent fraction here: their flux grows with the fan that is taken in."))
    if any(one.magnets for one in drawn):
        words.append(
            _("Thin lines: bending magnets, and wigglers on their axis; their flux is that of one milliradian of fan.")
            if choice.quantity == "flux"
            else _("Thin lines: bending magnets, and wigglers on their axis, with the electrons' sizes of a straight section.")
        )
    return " ".join(words)


def make(_viewer: object, given: Options) -> Figure:
    """F3 with its choices."""
    return figure(options.read(options.parameters(given)))


def figure(choice: Choice, every: Sequence[Source] | None = None) -> Figure:
    """F3 from a choice; `every` where the sources have been read already."""
    every = queries.sources(choice.assumed) if every is None else every
    drawn = lines(every, choice)
    title = finding(drawn, choice)
    legend = [("solid", _("in routine operation, or once so"))] if not all(one.dashed for one in drawn) else []
    if any(one.dashed for one in drawn):
        legend.append(("dashed", _("design values")))

    def draw(heading: str, footer: str) -> str:
        if not drawn:
            return ""
        return plane.planes_svg([_plane(drawn, choice)], title=title, heading=heading, footer=footer, legend=legend if len(legend) > 1 else ())

    told = [f"{one.label} ({wording.status_words(one.source.ring.status)}): {words}" for one in drawn if (words := _told(one, choice))]
    alt = _("%(title)s. Curves over photon energy, both axes logarithmic. %(told)s.") % {"title": title, "told": "; ".join(told)} if drawn else title
    return Figure(
        key="F3", slug="brilliance", title=title, caption=caption(drawn, choice), alt=alt,
        method=_("Gaussian beams after K.-J. Kim, with energy spread after Tanaka and Kitamura: %(convention)s. Phase errors, tapering and devices in line are left out. ±30 %%. See docs/explanation/brilliance.md.") % {"convention": choice.convention_tag()},
        columns=COLUMNS, records=tuple(records(drawn, choice)), draw=draw,
        notes=tuple(f"{one.label}: {'; '.join(put)}" for one in drawn if (put := assumptions(one))),
    )  # fmt: skip


def _told(one: Drawn, choice: Choice) -> str:
    value, energy = one.best
    return _("at best %(value)s at %(energy)s keV") % {"value": f"{scientific(value)} {unit_words(one, choice)}".strip(), "energy": f"{energy / 1000:.3g}"}
