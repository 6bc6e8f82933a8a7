"""Names become keys on the facility's own machine, so that none leaves it.

A user office knows people by ORCID iD or by a number of its own. A column `orcid` becomes the league's key of
the year, under which the same person is known everywhere; without one, `local_id` becomes a key only this
facility can make. Both columns are gone afterwards, whatever else the row holds.
"""

import hashlib
import hmac
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.indicators.formulas.sketches import InvalidOrcid, person_key, year_key
from leaps.indicators.intake.checking import MOST_TOLD
from leaps.indicators.intake.reading import RawTable, Read

LEAGUE: Final = "leaps"
# The column that holds the key, by kind of record, and what a user office has in its place.
_KEYS: Final = {
    "person": ("person_key", "orcid", "local_id"),
    "visit": ("person_key", "orcid", "local_id"),
    "proposal": ("pi_key", "pi_orcid", "pi_local_id"),
}


def pseudonymise(read: Read, *, facility: str, year: int, secret: bytes) -> Read:
    """The same tables with keys for names. A wrong ORCID iD is a problem with its row; nothing is guessed.

    Tables that bring keys already stay as they are. Raises OutOfRange when the secret is too short.
    """
    key = year_key(secret, LEAGUE, year)
    own = hmac.digest(key, f"own\0{facility}".encode(), hashlib.sha256)
    found = Read(problems=list(read.problems))
    for table in read.tables:
        found.tables.append(_with_keys(table, key, own, found.problems))
    return found


def _with_keys(table: RawTable, key: bytes, own: bytes, problems: list[Problem]) -> RawTable:
    import pyarrow as pa

    target, orcid, local = _KEYS.get(table.record, ("", "", ""))
    names = table.columns.column_names
    if not target or (orcid not in names and local not in names):
        return table
    rows = table.columns.num_rows
    texts = {name: table.columns[name].to_pylist() if name in names else [None] * rows for name in (orcid, local)}
    keys: list[str | None] = []
    shared: list[str] = []
    wrong = 0
    known: dict[str, str] = {}  # the same person comes with many visits
    for number, (iD, number_of) in enumerate(zip(texts[orcid], texts[local], strict=True)):  # noqa: N806  as ORCID writes it
        made, is_shared = None, False
        if iD and str(iD).strip():
            try:
                made = known.get(iD) or known.setdefault(iD, person_key(str(iD), key))
                is_shared = True
            except InvalidOrcid:
                wrong += 1
                if wrong <= MOST_TOLD:
                    cure = _("Check it with the person, or leave it empty and give local_id.")
                    problems.append(
                        Problem(_("is no ORCID iD"), cure, file=table.file, row=int(table.numbers[number]), field=orcid)
                    )
        elif number_of and str(number_of).strip():
            made = hmac.new(own, str(number_of).strip().encode(), hashlib.sha256).hexdigest()
        keys.append(made)
        shared.append("true" if is_shared else "false")
    if wrong > MOST_TOLD:
        more = _("the same in %(more)d more rows") % {"more": wrong - MOST_TOLD}
        problems.append(Problem(more, _("The cure is the same."), file=table.file, field=orcid))
    columns = table.columns.drop_columns([name for name in (orcid, local, target) if name in names])
    columns = columns.append_column(target, pa.array(keys, pa.string()))
    if table.record == "person":
        columns = columns.drop_columns(["league_key"]) if "league_key" in names else columns
        columns = columns.append_column("league_key", pa.array(shared, pa.string()))
    return replace(table, columns=columns)
