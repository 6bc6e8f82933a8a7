"""Keeping remarks with their paragraphs while chapters are written."""

import datetime as dt
from collections.abc import Sequence

from leaps.landscape import paragraphs
from leaps.landscape.models import Chapter, Comment


def place(remark: Comment, text: str, near: int = 0) -> None:
    """Set which paragraph of a chapter's text a new remark is about; none when the page shows an older text without a trace of it."""
    texts = [one.text for one in paragraphs.paragraphs(text)]
    found = paragraphs.of_quote(remark.quote, texts, near)
    remark.place, remark.paragraph = (found, texts[found]) if found is not None else (None, "")


def carry(*, chapter: Chapter, before: str, now: dt.datetime) -> int:
    """After a chapter was saved, take every remark to where its paragraph is now; how many are about other words or places than before.

    A paragraph that is not in the chapter any more is looked for in the others; what is found nowhere is kept with its last text
    as gone, and comes back with the paragraph. To be called in the transaction that saves the chapter.
    """
    if before == chapter.text:
        return 0
    remarks = Comment.objects.select_for_update(of=("self",)).filter(edition_id=chapter.edition_id, parent=None).exclude(quote="").order_by("pk")
    old = [one.text for one in paragraphs.paragraphs(before)]
    new = [one.text for one in paragraphs.paragraphs(chapter.text)]
    ways = paragraphs.follow(old, new)
    fresh = [j for j in range(len(new)) if j not in set(ways.values())]
    others: list[tuple[str, list[str]]] | None = None
    moved = []
    for remark in remarks:
        was = (remark.chapter, remark.place, remark.paragraph, remark.gone_at)
        if remark.gone_at is not None:
            _bring_back(remark, chapter, [(j, new[j]) for j in fresh])
        elif remark.chapter == chapter.slug:
            if not remark.paragraph:
                place(remark, before)
            here = _place_of(remark, old)
            if here is not None and here in ways:
                remark.place, remark.paragraph = ways[here], new[ways[here]]
            elif here is not None:
                others = _others(chapter) if others is None else others
                _look_elsewhere(remark, others, now)
        if was != (remark.chapter, remark.place, remark.paragraph, remark.gone_at):
            moved.append(remark)
    Comment.objects.bulk_update(moved, ["chapter", "place", "paragraph", "gone_at"])
    for remark in moved:
        remark.replies.exclude(chapter=remark.chapter).update(chapter=remark.chapter)
    return len(moved)


def _place_of(remark: Comment, texts: Sequence[str]) -> int | None:
    if remark.place is not None and remark.place < len(texts) and texts[remark.place] == remark.paragraph:
        return remark.place
    return paragraphs.find(remark.paragraph, texts) if remark.paragraph else None


def _others(chapter: Chapter) -> list[tuple[str, list[str]]]:
    """The other chapters of the edition, the nearest first."""
    rows = Chapter.objects.filter(edition_id=chapter.edition_id).exclude(pk=chapter.pk).values_list("position", "slug", "text")
    near = sorted(rows, key=lambda row: (abs(row[0] - chapter.position), row[0]))
    return [(slug, [one.text for one in paragraphs.paragraphs(text)]) for _position, slug, text in near]


def _look_elsewhere(remark: Comment, others: Sequence[tuple[str, list[str]]], now: dt.datetime) -> None:
    same = [(slug, texts.index(remark.paragraph), texts) for slug, texts in others if remark.paragraph in texts]
    like = [(slug, found, texts) for slug, texts in others if (found := paragraphs.find(remark.paragraph, texts)) is not None] if not same else []
    for slug, found, texts in [*same, *like][:1]:
        remark.chapter, remark.place, remark.paragraph = slug, found, texts[found]
        return
    remark.gone_at = now


def _bring_back(remark: Comment, chapter: Chapter, fresh: Sequence[tuple[int, str]]) -> None:
    found = paragraphs.find(remark.paragraph, [text for _place, text in fresh]) if remark.paragraph else None
    if found is not None:
        remark.chapter, remark.gone_at = chapter.slug, None
        remark.place, remark.paragraph = fresh[found]
