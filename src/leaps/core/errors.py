"""What can be expected to go wrong, in words fit for the person who did it.

Each app defines its own failures as subclasses of DomainError in the module that raises them; an
entrance (view, API, command) turns them into a form error, a problem document or an exit code.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """An expected refusal. `str(error)` is a sentence a person can act on."""

    status = 400


class NotAllowed(DomainError):
    """The person may not do this to this object."""

    status = 403


class Conflict(DomainError):
    """Somebody else changed the object in the meantime; nothing was written."""

    status = 409


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with input: where it stands, what it says and what would cure it.

    `row` counts from 1 for the first line of the file (the header), as a spreadsheet shows it.
    """

    message: str
    cure: str = ""
    file: str = ""
    row: int | None = None
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"field {self.field}" if self.field else "",
            )
            if part
        )
        shown = f" (found {self.value!r})" if self.value else ""
        cure = f" {self.cure}" if self.cure else ""
        return f"{place}: {self.message}{shown}.{cure}" if place else f"{self.message}{shown}.{cure}"


class InvalidInput(DomainError):
    """Input with one or more problems; all of them are reported, nothing was written."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))
