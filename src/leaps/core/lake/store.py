"""Where the parts of the lake lie: a folder, or object storage with the S3 protocol.

A part is written once, under a name made of its content, and never changed. It is written beside
its place and put there in one step, so a process killed half-way leaves rubbish, never half a part.
"""

import datetime as dt
import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from leaps.core.errors import DomainError
from leaps.core.lake.schema import Schema

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_A_GROUP = 128 * 1024


class BrokenPart(DomainError):
    """A part is missing, cut off or not what was written."""

    status = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable file of a table. `path` is relative to the store."""

    path: str
    rows: int
    size: int
    sha256: str


class Store:
    """A place for parts: `/a/folder` or `s3://bucket/folder`.

    For object storage `options` are those of `pyarrow.fs.S3FileSystem`: access_key, secret_key,
    region, endpoint_override, scheme.
    """

    def __init__(self, address: str | Path, **options: Any) -> None:
        self.address = str(address)
        self._options = options
        self._lock = threading.Lock()
        self._opened: tuple[Any, str] | None = None

    @property
    def is_local(self) -> bool:
        """Whether the parts are files of this machine."""
        return "://" not in self.address

    def _open(self) -> tuple[Any, str]:
        from pyarrow import fs  # slow to import; only who works with the lake pays

        with self._lock:
            if self._opened is None:
                if self.is_local:
                    root = Path(self.address)
                    root.mkdir(parents=True, exist_ok=True)
                    self._opened = fs.LocalFileSystem(), str(root.resolve())
                else:
                    kind, _sep, place = self.address.partition("://")
                    if kind != "s3":
                        message = f"The lake cannot lie at {self.address}: use a folder or s3://bucket/folder."
                        raise DomainError(message)
                    self._opened = fs.S3FileSystem(**self._options), place.rstrip("/")
        return self._opened

    @property
    def filesystem(self) -> Any:
        """The Arrow file system of the store."""
        return self._open()[0]

    def full(self, path: str) -> str:
        """The whole path of a part, for the file system of the store."""
        return f"{self._open()[1]}/{path}"

    def write(self, schema: Schema, data: "pa.Table") -> Part:
        """Write rows as one part. The columns must be those of the schema; they are put in its order.

        Raises pyarrow.ArrowInvalid when a column does not fit its type.
        """
        import pyarrow.parquet as pq

        wanted = schema.arrow()
        data = data.select(wanted.names).cast(wanted)
        stream = io.BytesIO()
        pq.write_table(
            data, stream, compression="zstd", row_group_size=ROWS_IN_A_GROUP, use_dictionary=True,
            store_schema=True, write_statistics=True,
        )  # fmt: skip
        content = stream.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        path = f"{schema.name}/{digest[:2]}/{digest}.parquet"
        self._put(path, content)
        return Part(path, data.num_rows, len(content), digest)

    def keep(self, path: str, chunks: Iterable[bytes]) -> int:
        """Keep bytes as they are under a path, whole or not at all; answers how many there were."""
        size = 0
        if not self.is_local:
            with self.filesystem.open_output_stream(self.full(path)) as stream:
                for chunk in chunks:
                    size += stream.write(chunk)
            return size
        with self._whole_file(path) as file:
            for chunk in chunks:
                size += file.write(chunk)
        return size

    def fetch(self, path: str, target: Path) -> None:
        """Copy what was kept under a path into a file, piece by piece. Raises BrokenPart."""
        try:
            with self.filesystem.open_input_stream(self.full(path)) as stream, target.open("wb") as file:
                while chunk := stream.read(1 << 22):
                    file.write(chunk)
        except OSError as error:
            message = f"{path} of the lake cannot be read: {error}"
            raise BrokenPart(message) from error

    def _put(self, path: str, content: bytes) -> None:
        if not self.is_local:
            # An object appears whole when the upload is finished, or not at all.
            with self.filesystem.open_output_stream(self.full(path)) as stream:
                stream.write(content)
            return
        with self._whole_file(path) as file:
            file.write(content)

    @contextmanager
    def _whole_file(self, path: str) -> Iterator[IO[bytes]]:
        """A file that appears under its name when all is written and safe on the disk."""
        target = Path(self.full(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def read(self, path: str) -> bytes:
        """The bytes of a part. Raises BrokenPart."""
        try:
            with self.filesystem.open_input_stream(self.full(path)) as stream:
                return bytes(stream.read())
        except OSError as error:
            message = f"The part {path} of the lake cannot be read: {error}"
            raise BrokenPart(message) from error

    def verify(self, part: Part) -> None:
        """Check that a part is there and holds what was written. Raises BrokenPart."""
        if hashlib.sha256(self.read(part.path)).hexdigest() != part.sha256:
            message = f"The part {part.path} of the lake is not what was written; restore it from a backup."
            raise BrokenPart(message)

    def remove(self, paths: Iterable[str]) -> None:
        """Delete parts that no table names any more; those already gone are no fault."""
        for path in paths:
            try:
                self.filesystem.delete_file(self.full(path))
            except FileNotFoundError:
                continue

    def unnamed(self, named: Iterable[str], *, before: dt.datetime | None = None) -> list[str]:
        """What lies in the store and has no name in a table: left by killed processes.

        `before` spares what was written since: it may be about to get its name.
        """
        from pyarrow import fs

        _files, root = self._open()
        found = self.filesystem.get_file_info(fs.FileSelector(root, recursive=True, allow_not_found=True))
        known = set(named)
        paths = (
            info.path.removeprefix(f"{root}/")
            for info in found
            if info.type == fs.FileType.File and (before is None or info.mtime < before)
        )
        return sorted(path for path in paths if path not in known)
