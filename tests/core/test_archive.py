"""The archive of a back-up: what is damaged, foreign or dangerous is refused; exchanging files is all or nothing."""

import dataclasses
import json
import random
import zipfile
from pathlib import Path

import pytest

from leaps.core.backups import restoring
from leaps.core.backups.archive import BadArchive, Manifest, Reader, Writer
from leaps.core.backups.journal import Journal, Part

CONTENT = {"leaps.sqlite3": random.Random(1).randbytes(20_000), "uploads/a.txt": b"words " * 500}


def manifest(**changed: object) -> Manifest:
    base = Manifest(
        made_by="leaps-commons 0.1.0", made_at="2026-11-25T12:00:00+00:00", engine="sqlite", engine_version="3",
        migrations=["core.0001_initial"],
    )  # fmt: skip
    return dataclasses.replace(base, **changed)


def write(path: Path, content: dict[str, bytes] = CONTENT, **changed: object) -> Path:
    writer = Writer(path, manifest(**changed))
    for name, data in content.items():
        with writer.member(name) as target:
            target.write(data)
    writer.finish()
    return path


def rewrite(path: Path, change: object) -> None:
    """The same zip with other members, without telling the manifest."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)  # type: ignore[operator]
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)


def read(path: Path) -> dict[str, bytes]:
    with Reader.open(path) as reader:
        return {name: b"".join(reader.chunks(name)) for name in reader.manifest.members}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.zip")) == CONTENT


def test_no_flipped_bit_gets_through(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip")
    whole = path.read_bytes()
    chance = random.Random(2)
    refused = 0
    for _ in range(150):
        place = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            found = read(path)
        except BadArchive:
            refused += 1
        else:
            assert found == CONTENT  # a bit of the zip's own dates and attributes, which nobody reads
    assert refused > 120


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_truncated_archive_is_refused(tmp_path: Path, part: float) -> None:
    path = write(tmp_path / "a.zip")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])

    with pytest.raises(BadArchive, match="is damaged or no back-up at all"):
        read(path)


def test_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match=r"none\.zip cannot be read: No such file"):
        read(tmp_path / "none.zip")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.pop("manifest.json"), "holds no manifest.json"),
        (lambda members: members.pop("uploads/a.txt"), "does not hold what its manifest lists: uploads/a.txt"),
        (lambda members: members.update(extra=b"x"), "does not hold what its manifest lists: extra"),
        (lambda members: members.update({"uploads/a.txt": b"words"}), r"uploads/a.txt is not what was written"),
        (lambda members: members.update({"manifest.json": b"[]"}), "the manifest cannot be read"),
        (lambda members: members.update({"manifest.json": b'{"format": 1}'}), "the manifest cannot be read"),
        (lambda members: members.update({"manifest.json": b'{"format": 2}'}), "has format 2; this platform reads format 1"),
    ],
)
def test_changed_archive_is_refused_in_words(tmp_path: Path, change: object, words: str) -> None:
    path = write(tmp_path / "a.zip")
    rewrite(path, change)

    with pytest.raises(BadArchive, match=words):
        read(path)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "uploads/../../evil", "uploads\\evil"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadArchive, match="which no back-up of ours has"):
        read(write(tmp_path / "a.zip", {name: b"x"}))


def test_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", migrations=["record.0001_initial", "record.9999_future"], made_by="leaps-commons 7.0")

    with pytest.raises(BadArchive, match=r"made by leaps-commons 7\.0.*record\.9999_future.*Install that version first"):
        restoring.check(path)


def test_manifest_is_readable_by_anybody(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path / "a.zip", rows={"record_change": 3})) as archive:
        told = json.loads(archive.read("manifest.json"))

    assert told["rows"] == {"record_change": 3}
    assert told["members"]["uploads/a.txt"]["bytes"] == 3000
    assert len(told["members"]["uploads/a.txt"]["sha256"]) == 64


# -- the exchange of files, stopped after each single step -------------------------------------------


class _PulledPlug(Exception):
    pass


def tree(home: Path) -> dict[str, str]:
    return {str(f.relative_to(home)): f.read_text() for f in sorted(home.rglob("*")) if f.is_file()}


@pytest.mark.parametrize("steps", range(8))
def test_exchange_stopped_after_any_step_can_be_undone(
    tmp_path: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("uploads/a", "db", "db-wal", "unconcerned"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"old {name}")
    before = tree(tmp_path)
    for name in ("uploads/b", "db", "fresh"):
        (tmp_path / "stage" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "stage" / name).write_text(f"new {name}")
    parts = [
        Part("uploads", had_old=True, has_new=True),
        Part("fresh", had_old=False, has_new=True),
        Part("db-wal", had_old=True, has_new=False),
        Part("db", had_old=True, has_new=True),
    ]
    journal = Journal("stage", "aside", parts=parts)
    journal.write(tmp_path)
    rename, done = Path.rename, 0

    def limited(self: Path, target: Path) -> Path:
        nonlocal done
        if done == steps:
            raise _PulledPlug
        done += 1
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", limited)
        try:
            journal.exchange(tmp_path)
        except _PulledPlug:
            assert steps < 6
        else:
            assert steps >= 6
            assert tree(tmp_path)["db"] == "new db"

    found = Journal.read(tmp_path)
    assert found == journal
    found.undo(tmp_path)

    assert tree(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["db", "db-wal", "unconcerned", "uploads"]
