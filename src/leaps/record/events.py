"""What happened in the record, told to the apps above after the transaction has been committed."""

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """One set of changes has been written; `objects` are (kind, key) pairs."""

    changeset_id: int
    revision: int
    objects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CorrectionProposed:
    """A correction was proposed, or its e-mail address confirmed."""

    correction_id: int


@dataclass(frozen=True, slots=True)
class CorrectionDecided:
    """A proposed correction was accepted, amended or declined."""

    correction_id: int


record_changed = Signal()
correction_proposed = Signal()
correction_decided = Signal()
