"""What builds keep of each other, so that only what changed is made again."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

VERSION: Final = 1
"""Counts on when the same input gives other bytes: what was kept of earlier builds is then not used."""


def once(kept: Path | None, kind: str, given: Any, work: Callable[[], bytes]) -> bytes:
    """What work gives, read from the folder if the same was asked before; `given` (JSON) is all it depends on.

    Written beside and renamed: whole or not at all. Without a folder nothing is kept.
    """
    if kept is None:
        return work()
    name = hashlib.sha256(json.dumps([VERSION, kind, given], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    path = kept / f"{kind}-{name}"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    found = work()
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept, delete=False) as file:
        file.write(found)
    Path(file.name).replace(path)
    return found
