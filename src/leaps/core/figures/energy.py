"""Photon energy ranges as bars on a logarithmic axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leaps.core.figures.svg import number, text

HC_EV_NM = 1239.841984  # CODATA 2022, exact constants
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class EnergyBar:
    """One instrument: its range in eV (None: that end is not recorded) and where it leads."""

    label: str
    minimum_ev: float | None
    maximum_ev: float | None
    url: str
    hint: str = ""
    soft: bool = False


def energy_svg(
    bars: Sequence[EnergyBar],
    *,
    title: str,
    asked_ev: tuple[float | None, float | None] | None = None,
    compact: bool = False,
) -> str:
    """Bars over a logarithmic energy axis in eV below and wavelength above.

    A bar with one end not recorded fades out on that side; one without any end has only its name.
    `asked_ev` marks the range that was asked for. `compact` leaves out the names and is narrow: for
    the page of one instrument.
    """
    ends = [e for bar in bars for e in (bar.minimum_ev, bar.maximum_ev) if e and e > 0]
    low = math.floor(math.log10(min(ends, default=1.0)))
    high = max(math.ceil(math.log10(max(ends, default=1e5))), low + 1)
    left, width = (24, 440) if compact else (190, 1000)
    step, top = 22, 40
    height = top + step * len(bars) + 46
    inner = width - left - 34

    def x_of(energy: float) -> float:
        position = (math.log10(max(energy, 1e-9)) - low) / (high - low)
        return left + inner * min(1.0, max(0.0, position))

    parts = [f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{text(title)}">']
    bottom = height - 38
    for power in range(low, high + 1):
        x = number(x_of(10.0**power))
        parts.append(f'<path class="fig-line" d="M{x} {top - 8}V{bottom}"/>')
        label = f"10{str(power).translate(_SUPERSCRIPTS)}"
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
        nm = HC_EV_NM / 10.0**power
        shown = f"{nm:.3g} nm" if nm < 1e4 else f"{nm / 1000:.3g} µm"
        parts.append(f'<text class="fig-text fig-quiet" x="{x}" y="{top - 14}" text-anchor="middle">{shown}</text>')
    parts.append(
        f'<text class="fig-text fig-quiet" x="{left + inner / 2:.0f}" y="{height - 4}" text-anchor="middle">eV</text>'
    )
    if asked_ev and (asked_ev[0] or asked_ev[1]):
        x1, x2 = x_of(asked_ev[0] or 10.0**low), x_of(asked_ev[1] or 10.0**high)
        parts.append(
            f'<rect x="{number(x1)}" y="{top - 8}" width="{number(max(2.0, x2 - x1))}" height="{bottom - top + 8}" '
            'class="fig-shade" fill-opacity=".14"/>'
        )
    for row, bar in enumerate(bars):
        y = top + row * step
        name = bar.label if len(bar.label) < 27 else bar.label[:26] + "…"
        parts.append(f'<a class="fig-link" href="{text(bar.url)}" aria-label="{text(bar.label + ". " + bar.hint)}">')
        if not compact:
            parts.append(f'<text class="fig-text" x="{left - 10}" y="{y + 11}" text-anchor="end">{text(name)}</text>')
        parts.append(_bar(bar, y, x_of, left, inner))
        parts.append("</a>")
    return "".join([*parts, "</svg>"])


def _bar(bar: EnergyBar, y: int, x_of: object, left: int, inner: int) -> str:
    assert callable(x_of)  # noqa: S101  the closure above
    minimum, maximum = bar.minimum_ev, bar.maximum_ev
    if minimum is None and maximum is None:
        return f'<path class="fig-line" d="M{left} {y + 7}h{inner}" stroke-dasharray="2 6"/>'
    known = minimum if minimum is not None else maximum
    assert known is not None  # noqa: S101  one of the two is there
    x1 = x_of(minimum) if minimum is not None else x_of(known) - 60
    x2 = x_of(maximum) if maximum is not None else x_of(known) + 60
    style = "fig-bar-soft" if bar.soft or minimum is None or maximum is None else "fig-bar"
    return f'<rect class="{style}" x="{number(x1)}" y="{y + 1}" width="{number(max(3.0, x2 - x1))}" height="11" rx="2"/>'
