"""Counting people over facilities without their names: keyed hashes and HyperLogLog sketches.

ORCID numbers can be listed, so a plain hash of one hides nothing: whoever has the list can hash it too. The
hash here is keyed (HMAC-SHA256) with a secret of the league and bound to the year: without the secret a hash
cannot be tried out, and hashes of two years cannot be joined. Who holds the secret can still ask whether a
given person is in a list or in a sketch; hashes and sketches are personal data and are kept as such.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import idutils

from leaps.core.errors import DomainError
from leaps.indicators.formulas.checks import OutOfRange, within
from leaps.indicators.formulas.intervals import Interval

LG_SIZE: Final = 12  # 2^12 registers: relative standard error about 1.04 / sqrt(4096) = 1.6 %
MIN_SECRET_BYTES: Final = 32
_MAGIC: Final = b"LHLL1"
_ID_BYTES: Final = 8


class InvalidOrcid(DomainError):
    """The text is no ORCID iD: wrong form or wrong check digit."""

    status = 422


class DifferentKeys(DomainError):
    """Sketches made with different secrets or for different years have no person in common by construction."""

    status = 409


class BrokenSketch(DomainError):
    """The bytes are not a sketch written by `Sketch.to_bytes`, or were damaged on the way."""

    status = 422


def year_key(secret: bytes, league: str, year: int) -> bytes:
    """The key under which persons are hashed in one league and one year, 32 bytes.

    Raises OutOfRange if the secret is shorter than 32 bytes or the year has not four digits.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise OutOfRange(f"The secret of the league must have at least {MIN_SECRET_BYTES} bytes.")
    within("year", year, 1000, 9999)
    return hmac.digest(secret, f"person key\0{league}\0{year}".encode(), hashlib.sha256)


def person_key(orcid: str, key: bytes) -> str:
    """The pseudonym of a person: 64 hexadecimal digits, the same wherever the ORCID iD is written differently.

    Addresses, lower-case x and missing hyphens are normalised first. Raises InvalidOrcid.
    """
    text = orcid.strip().upper().rstrip("/").removeprefix("ORCID:").strip()
    number = text.rsplit("/", 1)[-1].replace("-", "").replace(" ", "")
    shown = "-".join(number[i : i + 4] for i in range(0, len(number), 4))
    if len(number) != 16 or not number.isascii() or not idutils.is_orcid(shown):
        raise InvalidOrcid(
            f"“{orcid}” is not an ORCID iD: it has 16 digits of ORCID's block, of which the last checks the others."
        )
    return hmac.digest(key, idutils.normalize_orcid(shown).encode(), hashlib.sha256).hex()


def person_keys(orcids: Iterable[str | None], key: bytes) -> list[str | None]:
    """The pseudonym of each, None where there is no ORCID iD or an invalid one; count these with `keyed_bounds`."""
    cache: dict[str, str | None] = {}
    keys: list[str | None] = []
    for orcid in orcids:
        if not orcid:
            keys.append(None)
            continue
        if orcid not in cache:
            try:
                cache[orcid] = person_key(orcid, key)
            except InvalidOrcid:
                cache[orcid] = None
        keys.append(cache[orcid])
    return keys


@dataclass(frozen=True, slots=True)
class Sketch:
    """A HyperLogLog sketch of persons, with the mark of the key they were hashed with.

    Merging is commutative, associative and idempotent. Up to a few hundred persons the sketch holds (cut)
    hashes and counts exactly; beyond, registers only.
    """

    key_id: bytes
    data: bytes

    def to_bytes(self) -> bytes:
        """For a file or a column: mark, key mark, checksum, data."""
        body = self.key_id + self.data
        return _MAGIC + hashlib.sha256(body).digest()[:_ID_BYTES] + body

    @classmethod
    def from_bytes(cls, content: bytes) -> "Sketch":
        """Read what `to_bytes` wrote. Raises BrokenSketch.

        The checksum keeps damaged bytes away from the library, whose reader is written in C++.
        """
        head = len(_MAGIC) + _ID_BYTES
        checksum, body = content[len(_MAGIC) : head], content[head:]
        if (
            not content.startswith(_MAGIC)
            or len(body) <= _ID_BYTES
            or hashlib.sha256(body).digest()[:_ID_BYTES] != checksum
        ):
            raise BrokenSketch(
                "This is not a sketch of persons, or it was damaged; make it again and send it anew."
            )
        return cls(body[:_ID_BYTES], body[_ID_BYTES:])


def key_mark(key: bytes) -> bytes:
    """Eight bytes that tell two keys apart without giving either away."""
    return hmac.digest(key, b"mark of the key", hashlib.sha256)[:_ID_BYTES]


def sketch(keys: Iterable[str | None], key: bytes) -> Sketch:
    """The sketch of pseudonyms made with `person_key(..., key)`; None (no key) is left out."""
    # Imported here: a compiled library that only counting needs.
    from datasketches import hll_sketch, tgt_hll_type

    counter = hll_sketch(LG_SIZE, tgt_hll_type.HLL_8)
    for name in keys:
        if name is not None:
            counter.update(name)
    return Sketch(key_mark(key), bytes(counter.serialize_compact()))


def merge(sketches: Sequence[Sketch]) -> Sketch:
    """The sketch of the union. Raises DifferentKeys, OutOfRange (nothing to merge) and BrokenSketch."""
    # Imported here: a compiled library that only counting needs.
    from datasketches import hll_sketch, hll_union, tgt_hll_type

    if not sketches:
        raise OutOfRange("There is no sketch to merge.")
    if len({one.key_id for one in sketches}) > 1:
        raise DifferentKeys(
            "These sketches were made with different keys or for different years; they cannot be merged."
        )
    union = hll_union(LG_SIZE)
    for one in sketches:
        try:
            union.update(hll_sketch.deserialize(one.data))
        except (RuntimeError, ValueError, IndexError) as error:
            raise BrokenSketch("A sketch cannot be read; make it again and send it anew.") from error
    return Sketch(sketches[0].key_id, bytes(union.get_result(tgt_hll_type.HLL_8).serialize_compact()))


def estimate(one: Sketch, deviations: int = 2) -> Interval:
    """Distinct persons in a sketch, with the bounds at 1, 2 or 3 standard deviations.

    Relative standard error at most 1.04/sqrt(2^12) = 1.6 %, after a merge as well. Raises OutOfRange,
    BrokenSketch.
    Source: P. Flajolet et al., AofA 2007; implementation Apache DataSketches.
    """
    # Imported here: a compiled library that only counting needs.
    from datasketches import hll_sketch

    if deviations not in {1, 2, 3}:
        raise OutOfRange("Bounds exist for 1, 2 or 3 standard deviations.")
    try:
        counter = hll_sketch.deserialize(one.data)
    except (RuntimeError, ValueError, IndexError) as error:
        raise BrokenSketch("The sketch cannot be read; make it again and send it anew.") from error
    level = {1: 0.6827, 2: 0.9545, 3: 0.9973}[deviations]
    return Interval(
        counter.get_estimate(),
        counter.get_lower_bound(deviations),
        counter.get_upper_bound(deviations),
        level,
    )
