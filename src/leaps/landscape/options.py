"""What a reader chooses for the brilliance figure, as it stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from leaps.landscape.types import ASSUMED, Assumptions
from leaps.physics.constants import HC_EV_M

QUANTITIES: dict[str, StrOrPromise] = {
    "brilliance": gettext_lazy("Brilliance"), "flux": gettext_lazy("Flux in the central cone"),
    "coherent_flux": gettext_lazy("Coherent flux"), "coherent_fraction": gettext_lazy("Coherent fraction"),
}  # fmt: skip
AXES: dict[str, StrOrPromise] = {
    "kev": gettext_lazy("photon energy in keV"), "ev": gettext_lazy("photon energy in eV"),
    "nm": gettext_lazy("wavelength in nm"), "angstrom": gettext_lazy("wavelength in Å"),
}  # fmt: skip
UNITS: dict[str, StrOrPromise] = {
    "schwinger": gettext_lazy("per mm² and mrad² (Schwinger)"), "si": gettext_lazy("per m² and sr"),
}  # fmt: skip
CONVENTIONS: dict[str, StrOrPromise] = {
    "kim": gettext_lazy("Kim's natural size"), "tanaka-kitamura": gettext_lazy("Tanaka and Kitamura's natural size"),
}  # fmt: skip
FLUXES: dict[str, StrOrPromise] = {
    "resonance": gettext_lazy("on resonance"), "peak": gettext_lazy("handbook peak over all angles, twice as high"),
}  # fmt: skip
SI_PER_SCHWINGER = 1e12
LIMITS = {"coupling": (1e-4, 1.0), "beta_x_m": (0.1, 100.0), "beta_y_m": (0.1, 100.0), "energy_spread": (0.0, 0.01), "gap_mm": (0.0, 30.0),
    "least_vertical_pm_rad": (0.0, 1000.0),
}  # fmt: skip
"""Within what a reader may change an assumption."""
MOST_DEVICES = 12


class Parameters(dict[str, list[str]]):
    """What an address or a programme asks for: each name with its values."""

    def one(self, name: str) -> str:
        """The last value of a name, or nothing."""
        values = self.get(name)
        return values[-1] if values else ""


def parameters(given: Mapping[str, str | Sequence[str]]) -> Parameters:
    """Options of a figure as parameters: a text stands for one value."""
    return Parameters({name: [value] if isinstance(value, str) else list(value) for name, value in given.items()})


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices, all with a default; `refused` are sentences about what could not be read."""

    sources: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    quantity: str = "brilliance"
    axis: str = "kev"
    unit: str = "schwinger"
    convention: str = "kim"
    flux: str = "resonance"
    after: bool = False
    magnets: bool = False
    assumed: Assumptions = ASSUMED
    refused: tuple[str, ...] = ()

    def query(self) -> str:
        """The address's part that leads here again; nothing for defaults."""
        pairs: list[tuple[str, str]] = [("source", slug) for slug in self.sources]
        pairs += [("device", slug) for slug in self.devices]
        plain = Choice()
        pairs += [(name, str(getattr(self, name))) for name in ("quantity", "axis", "unit", "convention", "flux") if getattr(self, name) != getattr(plain, name)]
        if self.after:
            pairs.append(("after", "1"))
        if self.magnets:
            pairs.append(("magnets", "1"))
        for name in LIMITS:
            value = getattr(self.assumed, name)
            if value != getattr(ASSUMED, name):
                pairs.append((name, f"{value:g}"))
        return urlencode(pairs)

    def convention_tag(self) -> str:
        """The conventions in one line, as it stands under the figure."""
        size = _("natural size √(2λL)/4π (Kim)") if self.convention == "kim" else _("natural size √(2λL)/2π (Tanaka and Kitamura)")
        flux = _("flux on resonance") if self.flux == "resonance" else _("flux at the handbook's peak over all angles, twice that on resonance")
        return f"{flux}, {size}"

    def energy(self, ev: float) -> float:
        """A photon energy in the unit of the axis."""
        return {"ev": ev, "kev": ev / 1e3, "nm": HC_EV_M / ev * 1e9, "angstrom": HC_EV_M / ev * 1e10}[self.axis]

    def scale(self) -> float:
        """What values in the physics' unit are multiplied with to be shown."""
        peak = 2.0 if self.flux == "peak" and self.quantity != "coherent_fraction" else 1.0
        return peak * (SI_PER_SCHWINGER if self.unit == "si" and self.quantity == "brilliance" else 1.0)

    def unit_words(self) -> str:
        """The unit of the quantity."""
        if self.quantity == "coherent_fraction":
            return ""
        if self.quantity == "brilliance":
            return _("photons/s/m²/sr/0.1 % bandwidth") if self.unit == "si" else _("photons/s/mm²/mrad²/0.1 % bandwidth")
        return _("photons/s/0.1 % bandwidth")


def read(query: Parameters) -> Choice:
    """The choices of an address; what cannot be read is told in a sentence and left at its default."""
    refused: list[str] = []
    chosen: dict[str, str] = {}
    for name, known in (("quantity", QUANTITIES), ("axis", AXES), ("unit", UNITS), ("convention", CONVENTIONS), ("flux", FLUXES)):
        given = query.one(name)
        if given in known:
            chosen[name] = given
        elif given:
            refused.append(_("“%(given)s” is no choice of %(name)s; these are: %(known)s.") % {"given": given[:40], "name": name, "known": ", ".join(known)})
    assumed, words = _assumptions(query)
    devices = tuple(dict.fromkeys(slug[:120] for slug in query.get("device", [])))
    if len(devices) > MOST_DEVICES:
        refused.append(_("At most %(n)d devices are drawn at once; the first ones are shown.") % {"n": MOST_DEVICES})
    return Choice(
        sources=tuple(dict.fromkeys(slug[:120] for slug in query.get("source", []))), devices=devices[:MOST_DEVICES], after=query.one("after") == "1",
        magnets=query.one("magnets") == "1", assumed=assumed, refused=(*refused, *words), **chosen,
    )  # fmt: skip


def _assumptions(query: Parameters) -> tuple[Assumptions, list[str]]:
    found: dict[str, float] = {}
    refused = []
    for name, (low, high) in LIMITS.items():
        given = query.one(name).strip()
        if not given:
            continue
        try:
            value = float(given)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            found[name] = value
        else:
            refused.append(_("“%(given)s” cannot be assumed for %(name)s: give a number from %(low)g to %(high)g.") % {
                "given": given[:20], "name": name, "low": low, "high": high,
            })  # fmt: skip
    return replace(ASSUMED, **found), refused
