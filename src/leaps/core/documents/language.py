"""The language of bound texts: Markdown with calls such as `{{ count('instrument', country='DE') }}`, and nothing more.

A call has a name and literal arguments. There are no variables, loops, conditions or expressions, so a text can neither
run for ever nor ask for anything that no binder offers. A call stands on one line.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leaps.core.errors import Problem

Literal = str | int | float | bool | None
OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters around the number of a call, where it stood in the text."""

_CALL = re.compile(r"\{\{(.*?)\}\}")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
MOST_CALLS = 2_000
LONGEST_CALL = 400


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was written, with its line (from 1)."""

    name: str
    args: tuple[Literal, ...]
    kwargs: tuple[tuple[str, Literal], ...]
    line: int
    source: str

    @property
    def named(self) -> dict[str, Literal]:
        """The arguments given by name."""
        return dict(self.kwargs)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text with each call replaced by its number between OPEN and CLOSE, the calls in order, and what is wrong."""

    text: str
    calls: tuple[Call, ...]
    problems: tuple[Problem, ...]


def calls(text: str) -> tuple[Call, ...]:
    """The calls of a text in order, those that cannot be read left out."""
    return parse(text).calls


def parse(text: str, *, file: str = "") -> Parsed:
    """Find the calls of a text. Problems name the line; a text with problems still has its other calls."""
    found: list[Call] = []
    problems: list[Problem] = []
    lines: list[str] = []
    fence = ""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        complain = _complainer(problems, file, number)
        if OPEN in line or CLOSE in line:
            complain(_("holds a character for private use"), _("Remove it; it cannot be printed."), "")
            lines.append(line.replace(OPEN, "").replace(CLOSE, ""))
            continue
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1][0] == fence[0] and len(mark[1]) >= len(fence):
                fence = ""
        if fence:
            lines.append(line)
            continue
        lines.append(_CALL.sub(_keeper(found, complain, number), line))
        rest = _CALL.sub("", line)
        if "{%" in rest or "%}" in rest:
            complain(_("is a statement of another language"), _("Loops and conditions are not part of it; write a call such as {{ count('instrument') }}."), rest.strip())
        elif "{{" in rest or "}}" in rest:
            complain(_("is a call that does not end on its line"), _("Write it on one line, from {{ to }}."), rest.strip())
    if len(found) > MOST_CALLS:
        problems.append(Problem(_("holds more than %(n)d calls") % {"n": MOST_CALLS}, _("Divide the chapter."), file=file))
    return Parsed("\n".join(lines), tuple(found), tuple(problems))


def _complainer(problems: list[Problem], file: str, line: int) -> Callable[[str, str, str], None]:
    def complain(message: str, cure: str, value: str) -> None:
        problems.append(Problem(message, cure, file=file, row=line, value=value))

    return complain


def _keeper(found: list[Call], complain: Callable[[str, str, str], None], line: int) -> Callable[[re.Match[str]], str]:
    def keep(match: re.Match[str]) -> str:
        try:
            found.append(_read(match[1].strip(), line))
        except ValueError as error:
            complain(str(error), _("Write a name and literal arguments, such as {{ value('esrf', 'ACC-07', 2022) }}."), match[0])
            return ""
        return f"{OPEN}{len(found) - 1}{CLOSE}"

    return keep


def _read(source: str, line: int) -> Call:
    """Read what stands between the braces. Raises ValueError with words."""
    if len(source) > LONGEST_CALL:
        raise ValueError(_("is too long for a call"))
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(_("cannot be read as a call")) from None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise ValueError(_("is no call of a name"))  # noqa: TRY004  about a text, not a type
    args = tuple(_literal(node) for node in tree.args)
    if any(keyword.arg is None for keyword in tree.keywords):
        raise ValueError(_("holds an argument that is no literal"))
    kwargs = tuple((str(keyword.arg), _literal(keyword.value)) for keyword in tree.keywords)
    return Call(tree.func.id, args, kwargs, line, source)


def _literal(node: ast.expr) -> Literal:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str | int | float | bool)):
        return node.value
    raise ValueError(_("holds an argument that is no literal"))
