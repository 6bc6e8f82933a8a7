"""What happened to returns, told inside the transaction, so that what follows is queued with it or not at all."""

from dataclasses import dataclass
from uuid import UUID

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class ReturnReceived:
    """Files of a return are kept and wait to be read; faults are told in `language`."""

    return_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class ReturnCounts:
    """The records that count for a facility have changed: signed, restated, or an embargo is over."""

    facility: str
    is_synthetic: bool


return_received = Signal()
return_counts = Signal()
