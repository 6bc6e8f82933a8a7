"""Documentation is tested: it is generated where it can be, its links lead somewhere, its sessions run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.text import slugify

from leaps.config import options, reference
from leaps.record import registry

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HERE_DOCUMENT = re.compile(r"<<'?(\w+)'?")


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    return {slugify(re.sub(r"[`*]", "", head)) for head in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)}


def sessions(page: Path) -> list[tuple[str, str]]:
    """The commands of every ```console block with the output that is shown, in order."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        lines = block.splitlines()
        while lines:
            line = lines.pop(0)
            assert line.startswith("$ "), f"{page}: {line!r} is the output of no command"
            command = [line[2:]]
            if document := HERE_DOCUMENT.search(line):
                while command[-1] != document.group(1):
                    command.append(lines.pop(0))
            output = []
            while lines and not lines[0].startswith("$ "):
                output.append(lines.pop(0))
            found.append(("\n".join(command), "\n".join(output)))
    return found


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )  # fmt: skip
    return done.stdout.rstrip()


@pytest.mark.parametrize("name", list(reference.pages()))
def test_a_generated_page_is_the_committed_one(name: str) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")

    assert committed == reference.pages()[name], "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:", "/")):  # "/": an address of the running site
            continue
        path, _mark, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not fragment or fragment in anchors(target), f"{page.name}: {link}"


def test_every_page_is_in_the_index() -> None:
    index = DOCS / "README.md"
    listed = {(DOCS / link).resolve() for link in LINK.findall(prose(index)) if "://" not in link}

    assert {p for p in DOCS.rglob("*.md") if p != index} - listed == set()


@pytest.mark.parametrize("option", options.OPTIONS, ids=lambda o: o.name)
def test_every_option_is_described(option: options.Option) -> None:
    assert option.text.endswith(".")
    assert f"| `{option.name}` | `LEAPS_{option.name.upper()}` |" in (DOCS / "reference" / "settings.md").read_text()


def test_every_command_and_argument_is_described() -> None:
    text = (DOCS / "reference" / "commands.md").read_text()
    names = [name for name, _command in reference.own_commands()]

    assert {"pack", "serve", "reference"} <= set(names)
    for name, command in reference.own_commands():
        assert f"## leaps {name}\n" in text
        assert command.help.strip().endswith("."), name
    undescribed = [line for line in text.splitlines() if re.fullmatch(r"\| `[^`]+`( \(.*\))? \|\s*\|", line)]
    assert [line for line in undescribed if not line.startswith("| `leaps ")] == []


def test_every_field_is_described() -> None:
    text = (DOCS / "reference" / "pack.md").read_text()
    for record_type in registry.all_types():
        section = text.split(f"\n## {record_type.table}\n")[1].split("\n## ")[0]
        for spec in record_type.specs.values():
            assert f"| `{spec.name}` | {spec.title} |" in section, (record_type.table, spec.name)


def test_names_in_the_prose_are_those_of_the_code() -> None:
    """A path in code marks exists; so pages do not outlive what they describe."""
    for page in PAGES:
        for name in re.findall(r"`((?:src|tests|docs|packs|tools)/[\w./-]+)`", prose(page)):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_the_picture_of_the_readme_is_there_and_small() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text())

    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
    assert (ROOT / picture).stat().st_size < 250_000


@pytest.mark.sqlite_only
@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=lambda p: p.stem)
def test_the_sessions_of_a_guide_run_as_shown(page: Path, tmp_path: Path) -> None:
    """In a folder of their own, on an empty installation; the pack of the project is at hand as in a checkout."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("LEAPS_", "DATABASE_URL", "DJANGO_"))}
    home = tmp_path / "home"
    home.mkdir()
    environment = bare | {"LEAPS_HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{bare['PATH']}"}
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "packs").symlink_to(ROOT / "packs")

    for command, shown in sessions(page):
        assert run(command, folder, environment) == shown, command


def test_a_session_with_another_output_is_told_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("text\n\n```console\n$ cat <<END\nfirst\nEND\nfirst\n$ echo two\nthree\n```\n\n```sh\nrm -rf nothing\n```\n")
    told = sessions(page)

    assert told == [("cat <<END\nfirst\nEND", "first"), ("echo two", "three")]
    assert [run(c, tmp_path, dict(os.environ)) == shown for c, shown in told] == [True, False]
