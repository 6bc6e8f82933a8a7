"""The file: a zip whose manifest names every member with its size and SHA-256."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from leaps.core.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


class BadArchive(DomainError):
    """An archive that must not be used: what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """Size and checksum of one file in the archive."""

    bytes: int
    sha256: str


@dataclass
class Manifest:
    """What an archive says about itself.

    `migrations` is the state of the database as "app.name"; `rows` counts each table; `columns`
    and `sequences` are for PostgreSQL, whose tables are members of their own.
    """

    made_by: str
    made_at: str
    engine: str
    engine_version: str
    migrations: list[str]
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    secrets_included: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def parse(cls, content: bytes, path: Path) -> "Manifest":
        """Read a manifest. Raises BadArchive for another format than this platform writes."""
        try:
            raw: dict[str, Any] = json.loads(content)
            number = raw["format"]
            if number == FORMAT:
                members = {name: Member(**entry) for name, entry in raw.pop("members").items()}
                return cls(**raw, members=members)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{path}: the manifest cannot be read ({error}). Take another back-up."
            raise BadArchive(message) from error
        message = (
            f"{path} has format {number}; this platform reads format {FORMAT}. "
            "Restore it with the version that made it, or install a newer one."
        )
        raise BadArchive(message)


class _Hashing:
    """Writes through to a member and keeps count and checksum."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.size, self.digest = inner, 0, hashlib.sha256()

    def write(self, content: bytes | memoryview) -> int:
        self.size += len(content)
        self.digest.update(content)
        return self.inner.write(content)


class Writer:
    """Writes an archive into a new file that only its owner may read."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    @contextmanager
    def member(self, name: str) -> Iterator[_Hashing]:
        """Open a member for writing; it enters the manifest when it is complete."""
        with self._zip.open(name, "w", force_zip64=True) as inner:
            hashing = _Hashing(inner)
            yield hashing
        self.manifest.members[name] = Member(hashing.size, hashing.digest.hexdigest())

    def add(self, name: str, source: Path) -> None:
        """Copy a file in."""
        with source.open("rb") as stream, self.member(name) as target:
            while chunk := stream.read(CHUNK):
                target.write(chunk)

    def finish(self) -> None:
        """Write the manifest and see everything onto the disk."""
        self._zip.writestr(MANIFEST, json.dumps(asdict(self.manifest), indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close an archive that will not be finished."""
        self._file.close()


class Reader:
    """A checked archive. `Reader.open` refuses what is damaged, incomplete or not ours."""

    def __init__(self, path: Path, inner: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self.manifest, self._zip = path, manifest, inner

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Reader"]:
        """Check the whole archive, every byte of it, and open it. Raises BadArchive in words."""
        try:
            with zipfile.ZipFile(path) as inner:
                try:
                    content = inner.read(MANIFEST)
                except KeyError:
                    message = f"{path} is no back-up of this platform: it holds no {MANIFEST}."
                    raise BadArchive(message) from None
                reader = cls(path, inner, Manifest.parse(content, path))
                reader._check_members()
                yield reader
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            message = f"{path} is damaged or no back-up at all ({error}). Take another back-up."
            raise BadArchive(message) from error
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror or error}."
            raise BadArchive(message) from error

    def _check_members(self) -> None:
        there = [name for name in self._zip.namelist() if name != MANIFEST]
        expected = self.manifest.members
        if sorted(there) != sorted(expected):
            odd = sorted(set(there) ^ set(expected)) or ["a name twice"]
            message = f"{self.path} does not hold what its manifest lists: {', '.join(odd[:5])}. Take another back-up."
            raise BadArchive(message)
        for name, member in expected.items():
            parts = PurePosixPath(name)
            if parts.is_absolute() or ".." in parts.parts or "\\" in name:
                message = f"{self.path} holds a file with the name {name!r}, which no back-up of ours has."
                raise BadArchive(message)
            digest, size = hashlib.sha256(), 0
            for chunk in self.chunks(name):
                digest.update(chunk)
                size += len(chunk)
            if (size, digest.hexdigest()) != (member.bytes, member.sha256):
                message = f"{self.path}: {name} is not what was written (SHA-256 differs). Take another back-up."
                raise BadArchive(message)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a member, piece by piece."""
        with self._zip.open(name) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def names(self, folder: str) -> list[str]:
        """The members in a folder."""
        return [name for name in self.manifest.members if name.startswith(f"{folder}/")]

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a file and see it onto the disk."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            for chunk in self.chunks(name):
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
