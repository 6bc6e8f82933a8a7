"""What people do with the catalogue beyond reading it: keep searches."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue import search_index
from leaps.catalogue.finder import parse, to_params
from leaps.catalogue.models import SavedSearch
from leaps.core.errors import DomainError, NotAllowed

MOST_SEARCHES = 50


class TooManySearches(DomainError):
    """Nobody needs that many."""


class EmptySearch(DomainError):
    """A search without any condition matches everything and tells nothing."""


def fitting_keys(address: str, today: dt.date) -> set[str]:
    """The instruments that fit an address now, by key."""
    index = search_index.current().index
    query, _problems = parse(parse_qs(address), index.values)
    return {index.instrument(i).key for i in index.search(query, today=today).fits.tolist()}


def save_search(*, actor: Any, name: str, address: str, now: dt.datetime) -> SavedSearch:
    """Keep a search under a name; instruments that fit already are not news later.

    Raises NotAllowed for visitors, EmptySearch, TooManySearches.
    """
    if not isinstance(actor, User):
        raise NotAllowed(_("Sign in to keep a search."))
    query, _problems = parse(parse_qs(address[:4000]), search_index.current().index.values)
    if not query.conditions:
        raise EmptySearch(_("Choose at least one filter before you save the search."))
    canonical = urlencode(to_params(query))
    with transaction.atomic():
        if actor.searches.count() >= MOST_SEARCHES:
            raise TooManySearches(_("You have %(n)d searches; forget one first.") % {"n": MOST_SEARCHES})
        return SavedSearch.objects.create(
            user=actor, name=name.strip()[:120] or _("My search"), address=canonical, created_at=now,
            seen=sorted(fitting_keys(canonical, now.date())),
        )  # fmt: skip


def forget_search(*, actor: Any, pk: int) -> None:
    """Delete one's own search. Raises NotAllowed when it is not one's own or not there."""
    if not isinstance(actor, User) or not SavedSearch.objects.filter(pk=pk, user=actor).delete()[0]:
        raise NotAllowed(_("There is no such search of yours."))


def news_of_searches(*, now: dt.datetime) -> list[tuple[SavedSearch, list[str]]]:
    """The saved searches that fit new instruments, each with the new keys; they are marked as seen.

    Searches of people who cannot sign in any more are left alone.
    """
    found = []
    with transaction.atomic():
        rows = SavedSearch.objects.select_for_update().select_related("user").filter(user__is_active=True)
        for search in rows:
            fitting = fitting_keys(search.address, now.date())
            fresh = sorted(fitting - set(search.seen))
            if fresh:
                search.seen = sorted(fitting | set(search.seen))
                search.told_at = now
                search.save(update_fields=["seen", "told_at"])
                found.append((search, fresh))
    return found
