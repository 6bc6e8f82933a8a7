"""Collect every translatable text into a .pot file, without GNU gettext: tools/messages.py messages.pot

Templates go through Django's own `templatize`, Python files through their syntax tree.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "leaps"
# Functions of gettext with the positions of their texts: context, singular, plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None), "gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1), "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2), "npgettext_lazy": (0, 1, 2),
}  # fmt: skip
Message = tuple[str, str, str]  # context, singular, plural


class NotLiteral(ValueError):
    """A text handed to gettext that is not written there as it is, so that nobody could translate it."""


def in_python(source: str, name: str) -> Iterator[tuple[int, Message]]:
    """The texts of a Python file with their lines. Raises NotLiteral."""
    tree = ast.parse(source)
    # A function that only passes its text on is called like gettext itself, with plain texts.
    passing = {id(call) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS for call in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or id(node) in passing:
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called not in FUNCTIONS or not node.args:
            continue
        texts = []
        for place in FUNCTIONS[called]:
            if place is None:
                texts.append("")
                continue
            argument = node.args[place]
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                message = f"{name}:{node.lineno}: {called}() of something that is not a plain text"
                raise NotLiteral(message)
            texts.append(argument.value)
        yield node.lineno, (texts[0], texts[1], texts[2])


def in_template(source: str, name: str) -> Iterator[tuple[int, Message]]:
    """The texts of a template with their lines."""
    from django.utils.translation.template import templatize

    # What is no text of gettext is crossed out by templatize; its calls are C-like, one by one.
    text = templatize(source, origin=name)
    strings = r"""(u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*'|u?\"\"\".*?\"\"\")"""
    call = re.compile(rf"\b(n?p?gettext|_)\(\s*{strings}(?:\s*,\s*{strings})?(?:\s*,\s*{strings})?", re.DOTALL)
    for found in call.finditer(text):
        values = [ast.literal_eval(s.removeprefix("u")) for s in found.groups()[1:] if s]
        context, singular, plural = FUNCTIONS[found.group(1)]
        yield text[: found.start()].count("\n") + 1, (
            values[context] if context is not None else "",
            values[singular],
            values[plural] if plural is not None else "",
        )


def collect(folder: Path = SOURCE) -> dict[Message, list[str]]:
    """Every text with the places it stands at."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("templates/**/*.html"), *folder.rglob("templates/**/*.txt")]):
        if "migrations" in path.parts:
            continue
        name = str(path.relative_to(folder.parent))
        read = in_python if path.suffix == ".py" else in_template
        for line, message in read(path.read_text(encoding="utf-8"), name):
            found.setdefault(message, []).append(f"{name}:{line}")
    return found


def quoted(text: str) -> str:
    """A text as gettext writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    if len(lines) == 1:
        return f'"{lines[0]}"'
    return "\n".join(['""', *(f'"{line}\\n"' for line in lines[:-1]), f'"{lines[-1]}"'])


def template_file(messages: dict[Message, list[str]]) -> str:
    """The .pot file."""
    parts = ['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n']
    for (context, singular, plural), places in messages.items():
        entry = [f"#: {place}" for place in places]
        if "%(" in singular + plural:
            entry.append("#, python-format")
        if context:
            entry.append(f"msgctxt {quoted(context)}")
        entry.append(f"msgid {quoted(singular)}")
        if plural:
            entry += [f"msgid_plural {quoted(plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
        else:
            entry.append('msgstr ""')
        parts.append("\n".join(entry) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Write the file named on the command line."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
    django.setup()
    target = Path(sys.argv[1])
    messages = collect()
    target.write_text(template_file(messages), encoding="utf-8")
    print(f"{target}: {len(messages)} texts.")


if __name__ == "__main__":
    main()
