"""Make `src/leaps/core/figures/europe.json` from the world-atlas outlines (Natural Earth, public domain).

Needs shapely, and `countries-50m.json` of the npm package world-atlas:

    python tools/build_map.py path/to/countries-50m.json

Countries are clipped to Europe before they are projected, so that nothing crosses the
antimeridian; coordinates are whole numbers in the units of the map's view box.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.ops import transform

WINDOW = box(-26, 29, 48, 72)
SIZE = 1000
CENTRE_LON, CENTRE_LAT = 12.0, 51.0
# What the map shows, in the plane of the projection (kilometres from the centre).
X_MIN, X_MAX, Y_MIN, Y_MAX = -2150, 2350, -2250, 2050
OUT = Path(__file__).parent.parent / "src" / "leaps" / "core" / "figures" / "europe.json"


def project(lon: float, lat: float) -> tuple[float, float]:
    """Lambert azimuthal equal-area, spherical earth; kilometres from the centre."""
    lam, phi, phi0 = math.radians(lon - CENTRE_LON), math.radians(lat), math.radians(CENTRE_LAT)
    k = math.sqrt(
        2 / (1 + math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam))
    )
    return (
        6371 * k * math.cos(phi) * math.sin(lam),
        6371 * k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam)),
    )


def arcs_of(topology: dict) -> list[list[tuple[float, float]]]:
    """Decode the delta-coded arcs of a TopoJSON topology."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        decoded.append(line)
    return decoded


def ring(indices: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """One closed ring from arc indices; a negative index runs backwards."""
    points: list[tuple[float, float]] = []
    for index in indices:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(line[1:] if points else line)
    return points


def geometry(feature: dict, arcs: list[list[tuple[float, float]]]) -> MultiPolygon:
    """The polygons of a feature, without those wholly outside the window."""
    polygons = feature["arcs"] if feature["type"] == "MultiPolygon" else [feature["arcs"]]
    built = [Polygon(ring(p[0], arcs), [ring(hole, arcs) for hole in p[1:]]) for p in polygons]
    near = [p.buffer(0).intersection(WINDOW) for p in built if p.bounds[2] > -30 and p.bounds[0] < 60]
    flat = [g for part in near if not part.is_empty for g in getattr(part, "geoms", [part])]
    return MultiPolygon([g for g in flat if isinstance(g, Polygon)])


def path_of(shape_: MultiPolygon) -> str:
    """An SVG path with whole coordinates."""
    parts = []
    for polygon in shape_.geoms:
        for line in (polygon.exterior, *polygon.interiors):
            points = [(round(x), round(y)) for x, y in line.coords]
            kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
            if len(kept) > 3:
                steps = [f"{x - px} {y - py}" for (px, py), (x, y) in pairwise(kept[:-1])]
                parts.append(f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z")
    return "".join(parts)


def main() -> None:
    """Write the outlines; print how large they became."""
    topology = json.loads(Path(sys.argv[1]).read_text())
    arcs = arcs_of(topology)
    scale = SIZE / (X_MAX - X_MIN)
    frame = box(X_MIN, Y_MIN, X_MAX, Y_MAX)
    countries = {}
    for feature in topology["objects"]["countries"]["geometries"]:
        if feature["type"] not in ("Polygon", "MultiPolygon"):
            continue
        found = geometry(feature, arcs)
        if found.is_empty:
            continue
        plane = transform(lambda x, y, _z=None: project(x, y), found.segmentize(0.5)).buffer(0).intersection(frame)
        plane = affinity.affine_transform(plane, [scale, 0, 0, -scale, -X_MIN * scale, Y_MAX * scale])
        plane = plane.simplify(0.6)
        flat = [g for g in getattr(plane, "geoms", [plane]) if isinstance(g, Polygon) and g.area > 3]
        if flat and (path := path_of(MultiPolygon(flat))):
            countries[feature["properties"]["name"]] = {"numeric": feature.get("id", ""), "path": path}
    height = round((Y_MAX - Y_MIN) * scale)
    OUT.write_text(
        json.dumps(
            {
                "source": "Natural Earth 1:50m, public domain, through world-atlas 2",
                "projection": {
                    "name": "Lambert azimuthal equal-area", "lon": CENTRE_LON, "lat": CENTRE_LAT,
                    "x_min": X_MIN, "y_max": Y_MAX, "scale": scale,
                },
                "width": SIZE,
                "height": height,
                "countries": countries,
            },
            separators=(",", ":"),
        )
        + "\n"
    )
    print(f"{OUT.name}: {len(countries)} countries, {OUT.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
