"""A map of Europe without any outside server."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from leaps.core.figures.marks import mark
from leaps.core.figures.svg import number, text

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One place: degrees, the kind that gives it its shape, filled when running, and where it leads."""

    longitude_deg: float
    latitude_deg: float
    label: str
    kind: str
    filled: bool
    url: str
    hint: str = ""
    weight: int = 0
    radius: float = 0.0
    """Of a circle around the mark, in units of the drawing, when the place has a size."""


@cache
def _outlines() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((Path(__file__).parent / "europe.json").read_text())
    return data


def project(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """Degrees to the map's own units (Lambert azimuthal equal-area, the projection of the outlines)."""
    projection = _outlines()["projection"]
    lam = math.radians(longitude_deg - projection["lon"])
    phi, phi0 = math.radians(latitude_deg), math.radians(projection["lat"])
    k = math.sqrt(2 / (1 + math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)))
    x = EARTH_KM * k * math.cos(phi) * math.sin(lam)
    y = EARTH_KM * k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
    return (x - projection["x_min"]) * projection["scale"], (projection["y_max"] - y) * projection["scale"]


@lru_cache(maxsize=256)
def _spread(degrees: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Where the marks of some places are drawn; the same places come again with every visitor."""
    places = [list(project(*place)) for place in degrees]
    _apart(places, 15.0)
    return tuple((x, y) for x, y in places)


def _apart(places: list[list[float]], distance: float) -> None:
    """Push marks that would cover each other apart, a little at a time."""
    for _round in range(60):
        moved = False
        for i, first in enumerate(places):
            for second in places[i + 1 :]:
                dx, dy = second[0] - first[0], second[1] - first[1]
                if abs(dx) >= distance or abs(dy) >= distance:
                    continue
                gap = math.hypot(dx, dy)
                if gap >= distance:
                    continue
                if gap < 1e-6:
                    # Same spot: a fixed direction, so that the map is the same every time.
                    dx, dy, gap = math.cos(i), math.sin(i), 1.0
                push = (distance - gap) / 2 + 0.01
                first[0] -= dx / gap * push
                first[1] -= dy / gap * push
                second[0] += dx / gap * push
                second[1] += dy / gap * push
                moved = True
        if not moved:
            return


def map_svg(
    points: Sequence[MapPoint],
    *,
    title: str,
    shading: Mapping[str, float] | None = None,
    around: MapPoint | None = None,
) -> str:
    """The map as SVG text. Every mark is a link with a name.

    `shading` gives countries, by ISO 3166-1 numeric code ("752"), a strength from 0 to 1. Labels are
    written where they cover no other label or mark; heavier points (`weight`) come first. `around` shows only the 1500 km around a point.
    """
    outlines = _outlines()
    width, height = outlines["width"], outlines["height"]
    land = []
    for country in outlines["countries"].values():
        strength = (shading or {}).get(country["numeric"], 0.0)
        land.append(f'<path class="fig-land" d="{country["path"]}"/>')
        if strength > 0:
            opacity = 0.12 + 0.5 * min(1.0, strength)
            land.append(f'<path class="fig-shade" fill-opacity="{opacity:.2f}" d="{country["path"]}"/>')
    places = [list(place) for place in _spread(tuple((p.longitude_deg, p.latitude_deg) for p in points))]
    for place in places:
        place[0] = min(width - 9.0, max(9.0, place[0]))
        place[1] = min(height - 9.0, max(9.0, place[1]))
    written = _labels(points, places, width, height)
    marks = [
        f'<circle class="fig-capacity kind-{text(point.kind)}" cx="{number(x)}" cy="{number(y)}" r="{number(point.radius)}" aria-hidden="true"/>'
        for point, (x, y) in sorted(zip(points, places, strict=True), key=lambda pair: -pair[0].radius)
        if point.radius
    ]
    for index in sorted(range(len(points)), key=lambda i: points[i].weight):
        point, (x, y) = points[index], places[index]
        shift = f"translate({number(x)} {number(y)})"
        name = f"{point.label}. {point.hint}" if point.hint else point.label
        label = ""
        if index in written:
            dx, anchor = written[index]
            label = f'<text class="fig-text fig-halo" x="{dx}" y="4.5" text-anchor="{anchor}">{text(point.label)}</text>'
        marks.append(
            f'<a class="fig-link" href="{text(point.url)}" aria-label="{text(name)}">'
            f'<g transform="{shift}" data-scale="{shift}"><circle r="12" fill="transparent"/>'
            f"{mark(point.kind, filled=point.filled)}{label}<title>{text(name)}</title></g></a>"
        )
    return (
        f'<svg viewBox="{_window(around, width, height)}" class="fits" role="group" aria-label="{text(title)}">'
        f'<rect class="fig-sea" width="{width}" height="{height}"/>'
        f'<g aria-hidden="true">{"".join(land)}</g>{"".join(marks)}</svg>'
    )


def _window(around: MapPoint | None, width: float, height: float) -> str:
    """The part of the map that is shown, kept inside it."""
    if around is None:
        return f"0 0 {width} {height}"
    side = 1500 * float(_outlines()["projection"]["scale"])
    x, y = project(around.longitude_deg, around.latitude_deg)
    left = min(width - side, max(0.0, x - side / 2))
    top = min(height - side, max(0.0, y - side / 2))
    return f"{number(left)} {number(top)} {number(side)} {number(side)}"


def _labels(
    points: Sequence[MapPoint], places: Sequence[Sequence[float]], width: float, height: float
) -> dict[int, tuple[int, str]]:
    """Which points get a label, and on which side."""
    taken = [(x - 8, y - 8, x + 8, y + 8) for x, y in places]
    chosen: dict[int, tuple[int, str]] = {}
    for index in sorted(range(len(points)), key=lambda i: (-points[i].weight, points[i].label)):
        x, y = places[index]
        wide = 6.6 * len(points[index].label) + 4
        for dx, anchor, left in ((11, "start", x + 10), (-11, "end", x - 10 - wide)):
            box = (left, y - 8, left + wide, y + 8)
            if box[0] < 2 or box[2] > width - 2 or box[1] < 0 or box[3] > height:
                continue
            others = (b for i, b in enumerate(taken) if i != index)
            if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in others):
                continue
            taken.append(box)
            chosen[index] = (dx, anchor)
            break
    return chosen
