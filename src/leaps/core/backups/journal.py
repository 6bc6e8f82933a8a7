"""Exchanging files so that a process killed in the middle leaves the old ones, not a mixture.

Before the first file is moved, a journal says what is going to happen; it is deleted when all is
done and checked. Whoever finds a journal and holds the home undoes what it says.
Needs nothing of Django: the command line reads it before anything else.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "restore.journal"


@dataclass(frozen=True, slots=True)
class Part:
    """A file or folder of the home that is exchanged: whether there is an old and a new one."""

    name: str
    had_old: bool
    has_new: bool


@dataclass
class Journal:
    """What a restore is doing: new things come from `stage`, old ones go to `aside`, both in the home.

    `schema` is where PostgreSQL's old tables go; once it exists, the exchange has been made.
    """

    stage: str
    aside: str
    schema: str = ""
    parts: list[Part] = field(default_factory=list)

    def write(self, home: Path) -> None:
        """Announce the exchange."""
        draft = home / f"{NAME}.draft"
        with draft.open("w") as stream:
            json.dump(asdict(self), stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(home / NAME)
        sync(home)

    @classmethod
    def read(cls, home: Path) -> "Journal | None":
        """The journal of an exchange that has not been finished."""
        try:
            raw = json.loads((home / NAME).read_text())
        except FileNotFoundError:
            return None
        return cls(raw["stage"], raw["aside"], raw["schema"], [Part(**part) for part in raw["parts"]])

    def exchange(self, home: Path) -> None:
        """Move every old part aside and every new one into its place."""
        (home / self.aside).mkdir(exist_ok=True)
        for part in self.parts:
            if part.had_old:
                (home / part.name).rename(home / self.aside / part.name)
            if part.has_new:
                (home / self.stage / part.name).rename(home / part.name)
        sync(home)

    def undo(self, home: Path) -> None:
        """Bring every old part back, however far the exchange had come."""
        for part in reversed(self.parts):
            present, old, new = home / part.name, home / self.aside / part.name, home / self.stage / part.name
            if part.has_new and not new.exists() and present.exists():
                present.rename(new)
            if part.had_old and old.exists():
                old.rename(present)
        sync(home)
        self.forget(home)

    def forget(self, home: Path) -> None:
        """The exchange is over, in one way or the other."""
        (home / NAME).unlink(missing_ok=True)
        sync(home)
        shutil.rmtree(home / self.stage, ignore_errors=True)
        aside = home / self.aside
        if aside.exists() and not any(aside.iterdir()):
            aside.rmdir()


def sync(folder: Path) -> None:
    """See the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
