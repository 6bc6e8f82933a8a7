"""The first edition of the landscape: its chapters as Markdown with bound numbers, and the documents it cites."""

from importlib import resources

from django.utils.translation import gettext as _

from leaps.core.documents import Chapter

SLUG = "landscape-2026"


def title() -> str:
    """The title of the edition."""
    return _("Landscape 2026")


def subtitle() -> str:
    """What the edition is about."""
    return _("Europe's accelerator-based light sources: what they are, what they do, what comes next")


def chapters() -> list[Chapter]:
    """The chapters in order, each the Markdown file of its name. The first line of a file is the title."""
    found = []
    folder = resources.files(__package__) / "chapters"
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".md"):
            head, _rest, text = path.read_text(encoding="utf-8").partition("\n")
            found.append(Chapter(path.name.removesuffix(".md").partition("-")[2], head.removeprefix("# ").strip(), text.strip() + "\n"))
    return found
