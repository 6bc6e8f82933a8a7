"""Pandoc's tree of a text as JSON: reading it from Markdown, walking it, making nodes."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from leaps.core.errors import DomainError

Node = dict[str, Any]
READER = "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-fenced_divs-bracketed_spans-yaml_metadata_block-pandoc_title_block-latex_macros"
"""Markdown without any way to hand something through to a writer as it is."""
SECONDS = 60
_API = [1, 23, 1]


class PandocFailed(DomainError):
    """Pandoc could not read or write a text, or took too long."""

    status = 422


def pandoc(arguments: list[str], given: str, *, folder: Path | None = None, epoch: int = 0) -> str:
    """Run pandoc on a text; what it wrote. Raises PandocFailed.

    With `epoch` (seconds) every date it writes is that one, so that the same input gives the same bytes.
    """
    import pypandoc  # only who makes documents needs it

    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": str(epoch), "HOME": str(folder or "/nonexistent")}
    # Half a gigabyte is a hundred times what a chapter takes.
    line = [pypandoc.get_pandoc_path(), "+RTS", "-M1G", "-RTS", *arguments]
    try:
        done = subprocess.run(  # noqa: S603  a program of ours, fixed arguments
            line, input=given, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder, env=environment
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PandocFailed(_("The text took too long to read; make it shorter or simpler.")) from None
    if done.returncode:
        raise PandocFailed(_("The text cannot be read: %(error)s") % {"error": done.stderr.strip()[-400:]})
    return done.stdout


def read(text: str) -> list[Node]:
    """The blocks of a Markdown text. Raises PandocFailed."""
    blocks: list[Node] = json.loads(pandoc(["--sandbox", "-f", READER, "-t", "json"], text))["blocks"]
    return blocks


def write(blocks: list[Node], arguments: list[str], *, folder: Path | None = None, meta: Mapping[str, Any] | None = None, epoch: int = 0) -> str:
    """Write blocks with a writer of pandoc. Raises PandocFailed."""
    tree = {"pandoc-api-version": _API, "meta": dict(meta or {}), "blocks": blocks}
    return pandoc(["-f", "json", *arguments], json.dumps(tree, ensure_ascii=False), folder=folder, epoch=epoch)


def walk(node: Any) -> Iterator[Node]:
    """Every node below and including one, in order."""
    if isinstance(node, dict):
        if "t" in node:
            yield node
        yield from walk(node.get("c"))
    elif isinstance(node, list):
        for one in node:
            yield from walk(one)


def replace(node: Any, change: Callable[[Node], list[Node] | None]) -> Any:
    """The tree with nodes in lists replaced by what `change` gives; None keeps one and goes on below it."""
    if isinstance(node, list):
        found: list[Any] = []
        for one in node:
            new = change(one) if isinstance(one, dict) and "t" in one else None
            if new is None:
                found.append(replace(one, change))
            else:
                found.extend(new)
        return found
    if isinstance(node, dict):
        return {key: replace(value, change) for key, value in node.items()}
    return node


# -- nodes -------------------------------------------------------------------------------------------


def words(text: str) -> list[Node]:
    """A text as inlines."""
    found: list[Node] = []
    for number, word in enumerate(text.split()):
        if number:
            found.append({"t": "Space"})
        found.append({"t": "Str", "c": word})
    return found


def strong(text: str) -> Node:
    """A text that stands out."""
    return {"t": "Strong", "c": words(text)}


def link(inlines: list[Node], target: str) -> Node:
    """A link."""
    return {"t": "Link", "c": [["", [], []], inlines, [target, ""]]}


def span(inlines: list[Node], *classes: str, **attributes: str) -> Node:
    """Inlines with classes and data attributes."""
    return {"t": "Span", "c": [["", list(classes), [[f"data-{k}", v] for k, v in attributes.items()]], inlines]}


def note(inlines: list[Node]) -> Node:
    """A footnote."""
    return {"t": "Note", "c": [paragraph(inlines)]}


def paragraph(inlines: list[Node]) -> Node:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def header(level: int, identifier: str, title: list[Node], *classes: str) -> Node:
    """A heading."""
    return {"t": "Header", "c": [level, [identifier, list(classes), []], title]}


def raw(writer: str, text: str) -> Node:
    """Something for one writer only; never made from what an author wrote."""
    return {"t": "RawInline", "c": [writer, text]}


def figure(identifier: str, content: Node, caption: list[Node]) -> Node:
    """A figure with its caption."""
    return {"t": "Figure", "c": [[identifier, [], []], [None, [{"t": "Plain", "c": caption}]], [{"t": "Plain", "c": [content]}]]}


LINE_CHARACTERS = 84
"""What fits beside each other on a printed line of a table."""


def _widths(head: list[str], rows: list[list[str]]) -> list[Node]:
    """No widths for a table that fits; else shares of the line by what the columns hold, the longest word of each unbroken."""
    lines = [head, *rows]
    longest = [max(len(line[i]) for line in lines) for i in range(len(head))]
    if sum(longest) + 2 * len(head) <= LINE_CHARACTERS:
        return [{"t": "ColWidthDefault"} for _column in head]
    words_ = [max((len(word) for line in lines for word in line[i].split()), default=1) for i in range(len(head))]
    weights = [max(word + 2, min(whole + 2, 30)) for word, whole in zip(words_, longest, strict=True)]
    return [{"t": "ColWidth", "c": round(weight / sum(weights), 4)} for weight in weights]


def table(identifier: str, caption: list[Node], head: list[str], rows: list[list[str]], numeric: frozenset[int]) -> Node:
    """A table with a head."""

    def row(cells: list[str]) -> Any:
        return [["", [], []], [[["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": words(cell)}]] for cell in cells]]

    columns = [[{"t": "AlignRight" if i in numeric else "AlignLeft"}, width] for i, width in enumerate(_widths(head, rows))]
    body = [[["", [], []], 0, [], [row(cells) for cells in rows]]]
    return {"t": "Table", "c": [[identifier, [], []], [None, [{"t": "Plain", "c": caption}]], columns, [["", [], []], [row(head)]], body, [["", [], []], []]]}  # fmt: skip


def plain(node: Any) -> str:
    """The words of inlines, without notes."""
    found: list[str] = []
    _gather(node, found)
    return "".join(found)


def _gather(node: Any, found: list[str]) -> None:
    if isinstance(node, list):
        for one in node:
            _gather(one, found)
        return
    if not isinstance(node, dict):
        return
    match node.get("t"):
        case "Str":
            found.append(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            found.append(" ")
        case "Code" | "Math":
            found.append(node["c"][1])
        case "Note" | "RawInline":
            pass
        case "Quoted":
            found.append("“")
            _gather(node["c"][1], found)
            found.append("”")
        case "Link" | "Span" | "Image":
            _gather(node["c"][1], found)
        case _:
            _gather(node.get("c"), found)
