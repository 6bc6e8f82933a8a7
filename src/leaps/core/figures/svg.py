"""Helpers for writing SVG: escaping, numbers, the palette of a figure that stands alone, PNG."""

import re
from html import escape

# Values of the page's custom properties in the light theme, for files that leave the page.
LIGHT = {
    "--ink-2": "#4a5b74",
    "--ink": "#10213a",
    "--paper-2": "#f4f7fb",
    "--paper": "#ffffff",
    "--line": "#d5deea",
    "--control": "#6f8099",
    "--accent": "#0b5cad",
    "--bad": "#b3261e",
    "--land": "#e9eef5",
    "--sea": "#f8fafd",
    "--k-synchrotron": "#0072b2",
    "--k-fel": "#a14a00",
    "--k-neutron": "#007355",
    "--k-laser": "#a0417a",
    "--k-electron": "#6a51a3",
    "--k-muon": "#5c6b1f",
    "--k-ion": "#5f5f5f",
    "--hue-0": "#0072b2",
    "--hue-1": "#b54708",
    "--hue-2": "#00735a",
    "--hue-3": "#a0417a",
    "--hue-4": "#5d4fa8",
    "--hue-5": "#7a6300",
    "--hue-6": "#1f7f95",
    "--hue-7": "#4a5b74",
}
RULES = """
.fig-text{fill:#10213a;font-family:'Source Sans 3',sans-serif;font-size:13px}
.fig-quiet{fill:#4a5b74;font-size:12px}.fig-strong{font-weight:600}
.fig-line{stroke:#d5deea;fill:none}.fig-axis{stroke:#6f8099;fill:none}
.fig-land{fill:#e9eef5;stroke:#fff;stroke-width:.7px}.fig-sea{fill:#f8fafd}.fig-shade{fill:#0b5cad}
.fig-mark{stroke-width:1.8px}.fig-mark.hollow{fill:#fff}
.fig-bar{fill:#0b5cad}.fig-bar-soft{fill:#0b5cad;opacity:.28}.fig-today{stroke:#b3261e;stroke-width:1.5px}
.fig-heat{fill:#0b5cad}.fig-on-heat{fill:#fff}.fig-confirmed{fill:#1c7c54}.fig-sourced{fill:#0b5cad}.fig-known{fill:#fdf3e0;stroke:#8a5000;stroke-dasharray:3 2}.fig-track{fill:#d5deea}
.fig-title{font-size:17px;font-weight:600}.fig-halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.fig-band{stroke:#10213a;stroke-width:1.6px;fill:none}.fig-dark{fill:#10213a;opacity:.82}.fig-dark-soft{fill:#10213a;opacity:.28}
.fig-stripe{fill:#f4f7fb}.fig-band-title{font-size:15px;font-weight:600}.fig-now{fill:#b3261e}.fig-soft{fill:#6f8099;opacity:.32}
.fig-lead{fill:none;stroke:#6f8099;stroke-width:1.3px}.fig-lead.is-strong{stroke:#10213a;stroke-width:2.2px}.fig-dark-thin{stroke:#10213a;stroke-width:3.5px;opacity:.82;fill:none}
.fig-stone{stroke-width:1.8px;stroke:#10213a;fill:#fff}.fig-stone.is-done{stroke:#1c7c54;fill:#1c7c54}.fig-stone.is-ahead{stroke:#0b5cad}
.fig-flow{fill:#0b5cad;fill-opacity:.38}.fig-flow.is-claimed{fill-opacity:.05;stroke:#0b5cad;stroke-width:1.1px;stroke-dasharray:5 4}
.fig-node{fill:#10213a}.fig-node.is-missing{fill:#fff;stroke:#b3261e;stroke-width:1.6px;stroke-dasharray:3 2}.fig-missing{fill:#b3261e}
.fig-stone.is-late{stroke:#b3261e;fill:#b3261e}.fig-stone.is-open{stroke:#6f8099}.fig-stone.is-claimed{stroke:#8a5000}
.fig-box-base{fill:#fff}.fig-small{font-size:12px}.is-struck{text-decoration:line-through}.fig-tie-line{fill:none;stroke:#4a5b74;stroke-width:1.5px}.fig-tie-tip{fill:#4a5b74}
.fig-tie.is-1 .fig-tie-line{stroke-width:.9px}.fig-tie.is-3 .fig-tie-line{stroke-width:2.4px}.is-pull .fig-tie-line{stroke:#a0417a}.is-pull .fig-tie-tip{fill:#a0417a}
.is-push .fig-tie-line{stroke:#0b5cad}.is-push .fig-tie-tip{fill:#0b5cad}.fig-tie.is-informs .fig-tie-line{stroke-dasharray:2 3}.fig-tie.is-competes .fig-tie-line{stroke:#b3261e;stroke-dasharray:7 4}.fig-tie.is-competes .fig-tie-tip{fill:#b3261e}
"""
# After the colours, which set both stroke and fill.
SURFACES = """
.fig-series{fill:none;stroke-width:2px}.fig-tick{fill:none;stroke-width:1.6px}
.fig-mark.is-about{fill-opacity:.35}.fig-mark.is-at-least,.fig-mark.is-at-most,.fig-mark.is-other-rule{fill:#fff}
.fig-mark.is-forecast{fill:#fff;stroke-dasharray:2.5 2}.fig-mark.hollow{fill:#fff}
.fig-plan{stroke-width:1.6px}.fig-plan.is-buy{fill:#0b5cad;stroke:#0b5cad}.fig-plan.is-bought{fill:#6f8099;stroke:#6f8099;opacity:.6}
.fig-plan.is-implied{fill:none;stroke:#0b5cad;stroke-dasharray:4 3}.fig-plan.is-near{fill:#fff;stroke:#1c7c54}.fig-plan.is-joint{fill:#1c7c54;stroke:#1c7c54}
.fig-way{fill:none;stroke-width:3px}.fig-way.is-forecast{stroke-dasharray:5 4}.fig-way-start{fill:#fff;stroke-width:1.8px}.fig-way-tip{stroke:none}
.fig-capacity{fill-opacity:.2;stroke-width:1.2px}
.fig-layer{fill-opacity:.07;stroke:none}.fig-box{fill-opacity:.16;stroke-width:1.3px}.fig-box.is-running{fill-opacity:.3}.fig-box.is-done{fill-opacity:.5}.fig-box.is-idea,.fig-box.is-timeless{stroke-dasharray:4 3;fill-opacity:.08}
.fig-box.is-dropped{fill:#fff;fill-opacity:1;stroke:#6f8099;stroke-dasharray:2 3}.fig-box-soft{fill-opacity:.22;stroke:none}.fig-strip{stroke:none}
"""
_INVALID = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TEXT = re.compile(r"(<text[^>]*>)(.*?)(</text>)", re.DOTALL)
_POWER = re.compile(r"(?<=10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


def text(value: object) -> str:
    """Text made safe for SVG content and attributes."""
    return escape(_INVALID.sub("", str(value)), quote=True)


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")


def standalone(svg: str) -> str:
    """The same figure as a file of its own, with the light palette inside it."""
    colours = "".join(
        f".kind-{name.removeprefix('--k-')}{{stroke:{colour};fill:{colour}}}"
        for name, colour in LIGHT.items()
        if name.startswith("--k-")
    )
    hues = "".join(
        f".{name.removeprefix('--')}{{stroke:{colour};fill:{colour}}}.{name.removeprefix('--').replace('hue', 'hue-ink')}{{fill:{colour}}}"
        for name, colour in LIGHT.items()
        if name.startswith("--hue-")
    )
    style = f"<style>{RULES}{colours}{hues}{SURFACES}</style>"
    svg = _TEXT.sub(lambda found: found[1] + _raised(found[2]) + found[3], svg)
    head, mark, rest = svg.partition(">")
    if "xmlns=" not in head:
        head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{head}{mark}{style}{rest}"


def _raised(content: str) -> str:
    """Powers such as 10²¹ with raised digits in place of characters that many fonts lack; titles stay as they are."""
    found = _POWER.search(content)
    if found is None or "<" in content[: found.start()]:
        return content
    plain = found[0].translate(_PLAIN)
    rest = _raised(content[found.end() :])
    back = f'<tspan dy=".32em">{rest}</tspan>' if rest and not rest.startswith("<") else rest
    return f'{content[: found.start()]}<tspan dy="-.43em" font-size="75%">{plain}</tspan>{back}'


def png(svg: str, scale: float = 2.0) -> bytes:
    """The figure as a PNG image on white."""
    import vl_convert  # 40 MB of renderer: only who asks for a PNG pays for it

    image: bytes = vl_convert.svg_to_png(standalone(svg), scale=scale)
    return image


def pdf(svg: str) -> bytes:
    """The figure as a page of PDF, as large as it is drawn."""
    import vl_convert  # as for a PNG

    page: bytes = vl_convert.svg_to_pdf(standalone(svg))
    return page


def framed(svg: str, heading: str, footer: str) -> str:
    """A finished drawing between a heading and a footer, for one that has no room for them itself."""
    from leaps.core.figures.series import wrapped  # which needs this module

    found = re.match(r'<svg viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', svg)
    if found is None or not (heading or footer):
        return svg
    left, top, wide, tall = (float(part) for part in found.groups())
    above, below = wrapped(heading, int(wide / 11)), wrapped(footer, int(wide / 6.7))
    y = top - 22 * len(above) - 8 if above else top
    parts = [f'<text class="fig-text fig-title" x="{number(left)}" y="{number(y + 22 * n + 17)}">{text(line)}</text>' for n, line in enumerate(above)]
    parts += [f'<text class="fig-text fig-quiet" x="{number(left)}" y="{number(top + tall + 16 + 17 * n)}">{text(line)}</text>' for n, line in enumerate(below)]
    bottom = top + tall + (17 * len(below) + 10 if below else 0)
    box = f'<svg viewBox="{number(left)} {number(y)} {number(wide)} {number(bottom - y)}"'
    return f"{box}{svg[found.end() : svg.rindex('</svg>')]}{''.join(parts)}</svg>"
