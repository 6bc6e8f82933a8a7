"""Returns that are really sent, read, signed and computed, small enough for a test."""

import datetime as dt
import io
import zipfile
from typing import Any

import pyarrow.parquet as pq

from leaps.accounts.models import RoleGrant, User
from leaps.indicators import actions, tasks
from leaps.indicators.models import Campaign, Return
from leaps.indicators.synthetic import Batch

NOW = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)


def person(name: str, *grants: tuple[str, str]) -> User:
    """Somebody with roles."""
    made = User.objects.create_user(f"{name}@example.org", name=name)
    for role, scope in grants:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


def parquet(batches: list[Batch], slug: str, year: int = 2024, *, only: tuple[str, ...] = ()) -> bytes:
    """The zip that `leaps return make` would write."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for batch in batches:
            if (batch.facility, batch.year) == (slug, year) and (not only or batch.record in only):
                part = io.BytesIO()
                pq.write_table(batch.rows, part)
                archive.writestr(f"{batch.record}.parquet", part.getvalue())
    return stream.getvalue()


def send(campaign: Campaign, actor: User, slug: str, content: bytes, name: str = "return.zip") -> Return:
    """Send a return and let the worker read it."""
    kept = actions.keep_for_later([actions.Sent(name, len(content), [content])])
    made = actions.receive(campaign=campaign, facility=slug, files=kept, actor=actor, now=NOW)
    tasks.read_return.call(str(made.pk), "en")
    made.refresh_from_db()
    return made


def sign(sent: Return, actor: User, **said: Any) -> Return:
    """Vouch for it."""
    return actions.sign(sent=sent, actor=actor, now=said.pop("now", NOW), comment="checked against the logbook", **said)
