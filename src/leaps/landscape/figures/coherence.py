"""F4: how much of the light could form one wave, at three photon energies."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core.figures.series import EXACT, FORECAST, Panel, Point, Series, scientific, series_svg
from leaps.landscape import options, queries
from leaps.landscape.figures import brilliance, wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.types import Status

ENERGIES_EV = (1_000.0, 8_000.0, 25_000.0)
COLUMNS = ("source", "source_name", "status", "photon_energy_kev", "coherent_fraction_percent", "convention", "assumed")


def make(_viewer: object, given: Options) -> Figure:
    """F4: rings that run and designs, by facility; assumptions and convention can be chosen as for F3."""
    choice = replace(options.read(options.parameters(given)), quantity="coherent_fraction", after=False, devices=(), flux="resonance")
    every = queries.sources(choice.assumed)
    wanted = choice.sources or tuple(one.ring.slug for one in every if one.is_computable and one.ring.status != Status.RETIRED)
    drawn = brilliance.lines(every, replace(choice, sources=wanted)) if wanted else []
    records: list[dict[str, Any]] = []
    panels = []
    for ev in ENERGIES_EV:
        series = []
        for one in drawn:
            value = one.at(ev)
            if value is None:
                continue
            percent = 100 * value
            design = one.source.ring.status == Status.DESIGN
            words = _("%(name)s, %(status)s: %(value)s %% coherent at %(energy)g keV") % {
                "name": one.label, "status": wording.status_words(one.source.ring.status), "value": scientific(percent), "energy": ev / 1000,
            }  # fmt: skip
            label = _("%(name)s, design") % {"name": one.label} if design else one.label
            address = reverse("catalogue:source", args=[one.source.ring.slug])
            series.append(Series(label, one.look, (Point(0, float(f"{percent:.2g}"), words, FORECAST if design else EXACT, address),)))
            records.append({
                "source": one.source.ring.slug, "source_name": one.source.ring.name, "status": one.source.ring.status.value, "photon_energy_kev": ev / 1000,
                "coherent_fraction_percent": float(f"{percent:.3g}"), "convention": choice.convention_tag(),
                "assumed": "; ".join(wording.assumption_words(one.source)) or None,
            })  # fmt: skip
        if series:
            panels.append(Panel(_("At %(energy)g keV") % {"energy": ev / 1000}, _("% of the flux"), tuple(series), dots=True))
    at8 = [r["coherent_fraction_percent"] for r in records if r["photon_energy_kev"] == ENERGIES_EV[1] / 1000]
    title = (
        _("At 8 keV between %(low)s and %(high)s %% of the light is coherent, ring by ring") % {"low": scientific(min(at8)), "high": scientific(max(at8))}
        if at8
        else _("No ring of this choice reaches 8 keV with its undulators on record")
    )
    legend = [(EXACT, _("in routine operation")), (FORECAST, _("design values"))]
    told = "; ".join(_("%(name)s at %(energy)g keV: %(value)s %%") % {"name": wording.short_name(r["source_name"]), "energy": r["photon_energy_kev"], "value": scientific(r["coherent_fraction_percent"])} for r in records)
    notes = {wording.short_name(one.source.ring.name): "; ".join(wording.assumption_words(one.source)) for one in drawn}
    return Figure(
        key="F4", slug="coherence", title=title,
        caption=_("The best undulator on record of each ring at that energy; the rings by facility, not by size. Computed from the record on %(day)s; %(convention)s; ±30 %%. Design values with the undulators of today. A ring is missing where none of its undulators reaches the energy.") % {"day": wording.today_words(), "convention": choice.convention_tag()},
        alt=_("%(title)s. Three panels with a mark for each ring. %(told)s.") % {"title": title, "told": told},
        method=_("Coherent flux B (λ/2)² over the flux in the central cone. See docs/explanation/brilliance.md."),
        columns=COLUMNS, records=tuple(records),
        draw=lambda heading, footer: series_svg(panels, title=title, heading=heading, footer=footer, legend=legend) if panels else "",
        notes=tuple(f"{name}: {words}" for name, words in notes.items() if words),
    )  # fmt: skip
