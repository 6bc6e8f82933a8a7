"""Who may what: one line for each page and each action of the site.

A line names an address, what is sent, and the outcome for each kind of person, in the order of
`world.WHO`: anonymous, closed, member, reviewer, owner, other_editor, editor, office.

  ok   the page is shown          in   sent to sign in
  did  the action was carried out no   refused with words (403)
  bad  understood, but refused (422, 409, 400, 429)      404  as if it did not exist
  405  the wrong verb
A single word stands for everybody. `shows` lists secrets that those who get `ok` may and must see.
"""

from dataclasses import dataclass, field
from typing import Any

EDIT = "in in no no no no did did"
SEE_EDIT = "in in no no no no ok ok"
MEMBERS = "in in ok ok ok ok ok ok"
MEMBERS_WITHOUT_PASSWORD = "in in no no no no no no"  # nothing to ask them for
OWN_ADDRESS: dict[str, tuple[str, ...]] = {who: (f"{who}'s address",) for who in ("owner", "editor", "office")}
OFFICE = "in in no no no no no ok"
OFFICE_DOES = "in in no no no no no did"
EDITORS = "in in no no no ok ok ok"
HOUSE: dict[str, tuple[str, ...]] = dict.fromkeys(("editor", "office"), ("house value",))
SEES_RETURN = "in in 404 404 404 404 ok ok"
PROPOSED: dict[str, tuple[str, ...]] = dict.fromkeys(("owner", "office"), ("proposed action",))
SEES_MEETINGS = "in in no no ok no no ok"
DRAFT_PURCHASES: dict[str, tuple[str, ...]] = dict.fromkeys(("editor", "office"), ("purchase",))
DRAFTS: dict[str, tuple[str, ...]] = dict.fromkeys(("editor", "office"), ("draft",))
ANSWERS: dict[str, tuple[str, ...]] = {"owner": ("answer",), "editor": ("answer", "owner's address"), "office": ("answer", "owner's address")}
DARK = {"facility": "ring", "title": "New ring", "start": "2029-02-01", "end": "2030-02-01", "confidence": "open", "visibility": "draft"}
NAMED: dict[str, tuple[str, ...]] = dict.fromkeys(("member", "reviewer", "owner", "other_editor", "editor", "office"), ("estimate",))
ESTIMATE = {"base": "1", "low": "6", "mode": "9", "high": "18", "basis": "An offer"}
BUYS = {
    "facility": "ring", "title": "Mirrors for all", "category": "mirrors", "first_month": "2029-03", "last_month": "2029-09", "state": "idea",
    "visibility": "draft",
}  # fmt: skip
MEASURES = {"target": "ring-emittance", "measured_on": "2020-05", "value": "120", "sigma": "4", "evidence": "https://example.org/report"}
BEST = {"technology": "bends", "metric": "horizontal emittance | pm rad", "kind": "world_best", "value": "30", "year": "2025", "holder": "Far away"}
READY = {"technology": "bends", "facility": "ring", "role": "develops", "trl": "5", "stated_on": "2026"}
WORK = {"kind": "paper", "title": "A work", "abstract": "", "url": "https://example.org/x"}
STATED: dict[str, tuple[str, ...]] = dict.fromkeys(("reviewer", "other_editor", "editor", "office"), ("work",))
MEMBERS_WITH_ROLE = "in in no ok no ok ok ok"
OFFER = {
    "facility": "ring", "technique": "PaNET00001", "first_month": "2029-03", "last_month": "2029-04", "hours": "20", "contact_role": "user office",
    "expires_on": "2098-01-01",
}  # fmt: skip
UPDATE = {"base": "1", "next_step": "Go on", "status": "agreed", "due": "2099-01-01", "note": "still so"}
DECIDES = "in in 404 404 no 404 did did"
OWN_ONLY = "in in 404 404 did 404 404 404"


SEES_DRAFT = "404 404 404 404 404 ok ok ok"
WRITES = "in in 404 404 404 no no ok"
WRITES_DOES = "in in 404 404 404 no no did"


@dataclass(frozen=True)
class Line:
    """One page or action."""

    name: str
    outcome: str
    args: tuple[Any, ...] = ()  # a word is looked up in the world's objects
    post: dict[str, str] | str | None = None  # a word: a form in the world's objects
    query: str = ""
    shows: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)  # secrets one kind of person sees besides

    def __str__(self) -> str:
        return f"{'POST' if self.post is not None else 'GET'} {self.name}{self.query}"


RING = ("=facility", "=ring")
LINES = (
    # -- the open record
    Line("indicators:indicators", "ok"),
    Line("indicators:matrix", "ok"),
    Line("indicators:league", "ok"),
    Line("indicators:league-values", "ok", ("=csv",)),
    Line("indicators:facility", "ok", ("=ring",)),
    Line("indicators:facility-values", "ok", ("=ring", "=csv")),
    Line("indicators:relevance", "ok", ("=ring",)),
    Line("indicators:relevance", "no no no no no no did no", ("=ring",), post={"r-ACC-01": "relevant", "why-ACC-01": "", "seen-ACC-01": "0"}),
    Line("indicators:indicator", "ok", ("=ACC-01",)),
    Line("indicators:indicator-values", "ok", ("=ACC-01", "=csv")),
    Line("indicators:figure", "ok", ("=ACC-01", "=svg")),
    Line("indicators:embed", "ok", ("=ACC-01",)),
    Line("indicators:value", "ok", ("=ring-acc-01-2003",)),
    Line("indicators:board", "ok"),
    Line("indicators:funders", "ok"),
    Line("indicators:equity", "ok"),
    Line("indicators:countries", "ok"),
    Line("indicators:country", "ok", ("=SE",)),
    Line("indicators:country-figure", "404", ("=SE", "=svg")),  # nothing to draw in this world
    Line("indicators:country-values", "ok", ("=SE", "=csv")),
    Line("indicators:facility-board", "ok", ("=ring",), only=HOUSE),
    Line("indicators:facility-computed", "ok", ("=ring", "=csv")),
    Line("indicators:computed", "ok", ("=ENV-01",), only=HOUSE),
    Line("indicators:computed-embed", "ok", ("=ENV-01",)),
    Line("indicators:computed-figure", "404", ("=ENV-01", "=svg")),
    Line("indicators:computed-values", "ok", ("=ENV-01", "=csv")),
    Line("indicators:computed-value", "404 404 404 404 404 404 ok ok", ("house value",), shows=("house value",)),
    Line("indicators:reports", "ok"),
    Line("indicators:report", "ok", ("=esfri", "=ring", "=2024")),
    Line("indicators:report-file", "ok", ("=oecd", "=ring", "=2024", "=csv")),
    Line("indicators:report-annual", "ok", ("=ring",)),
    Line("indicators:report-annual-file", "ok", ("=ring", "=csv")),
    Line("indicators:report-country", "ok", ("=SE",)),
    Line("indicators:report-country-file", "ok", ("=SE", "=csv")),
    Line("indicators:report-package", "ok"),
    Line("indicators:report-esfri-all", OFFICE, ("=2003",)),
    Line("indicators:records", "ok"),
    Line("indicators:record-template", "ok", ("=visit",)),
    Line("indicators:impact", "ok"),
    Line("indicators:impact-calculator", "ok"),
    Line("indicators:impact-calculator-file", "ok", ("=csv",)),
    Line("indicators:impact-calculator-figure", "ok", ("=rounds", "=svg")),
    Line("indicators:impact-cost-benefit", "ok"),
    Line("indicators:impact-cost-benefit-file", "ok", ("=csv",)),
    Line("indicators:impact-cost-benefit-figure", "ok", ("=svg",)),
    Line("indicators:impact-ladder", "ok"),
    Line("indicators:impact-ladder-file", "ok", ("=csv",)),
    Line("indicators:impact-ladder-figure", "404", ("=svg",)),
    Line("landscape:brilliance", "ok"),
    Line("landscape:figures", "ok"),
    Line("landscape:figure", "ok", ("=emittance",)),
    Line("landscape:challenges", "ok"),
    Line("landscape:challenges-table", "ok", ("=csv",)),
    Line("landscape:chains-table", "ok", ("=csv",)),
    Line("landscape:challenge", "ok", ("=warm",)),
    Line("landscape:chain-file", "ok", ("=warm", "=svg")),
    Line("landscape:need", "ok", ("=why",)),
    Line("landscape:observable", "ok", ("=heat",)),
    Line("landscape:world", "ok"),
    Line("landscape:world-source", "ok", ("=far",)),
    Line("landscape:works", "ok", only=STATED),
    Line("landscape:works-table", "ok", ("=csv",)),
    Line("landscape:work", "ok", ("shown work",)),
    Line("landscape:work", "404 404 404 ok 404 ok ok ok", ("stated work",), shows=("work",)),
    Line("landscape:work", "in in 404 did 404 no no did", ("stated work",), post=WORK | {"base": "1"}),
    Line("landscape:work-withdraw", "in in 404 did 404 no no did", ("stated work",), post={}),
    Line("landscape:work-withdraw", "in in no did no no no did", ("shown work",), post={}),
    Line("landscape:work-new", MEMBERS_WITH_ROLE),
    Line("landscape:work-new", "in in no did no did did did", post=WORK),
    Line("landscape:works-import", MEMBERS_WITH_ROLE),
    Line("landscape:works-import", "in in no did no did did did", post={"go": "1", "rows": '[{"number": 2, "cells": {"title": "T", "url": "https://example.org/t"}}]'}),
    Line("landscape:tag-desk", MEMBERS_WITH_ROLE, query="?state=all", shows=("work",)),
    Line("landscape:tag-technology", "ok", ("=bends",)),
    Line("landscape:tag-say", "in in 404 no 404 did did did", post="tag form"),
    Line("landscape:tag-say", "in in no did no did did did", post={"kind": "technology", "key": "bends", "challenge": "warm", "base": "0", "verb": "propose"}),
    Line("landscape:adopt", OFFICE_DOES, post="adopt form"),
    Line("landscape:challenge_need", "ok", ("=warm-why",)),
    Line("landscape:observable_technique", "ok", ("=heat-root",)),
    Line("landscape:figure-embed", "ok", ("=emittance",)),
    Line("landscape:figure-file", "ok", ("=capacity", "=svg")),
    Line("landscape:figure-data", "ok", ("=emittance", "=csv")),
    # -- editions; authors, the board and delegates are asked in tests/landscape/test_editions.py
    Line("landscape:editions", "ok"),
    Line("landscape:staleness", "ok"),
    Line("landscape:new", OFFICE),
    Line("landscape:new", OFFICE_DOES, post={"slug": "next", "title": "Next", "subtitle": "", "source": "empty"}),
    Line("landscape:edition", SEES_DRAFT, ("=ed",)),
    Line("landscape:chapter", SEES_DRAFT, ("=ed", "=one"), shows=("draft text",)),
    Line("landscape:edition-figure", SEES_DRAFT, ("=ed", "=F2")),
    Line("landscape:file", SEES_DRAFT, ("=ed", "=document.pdf")),
    Line("landscape:changes", SEES_DRAFT, ("=ed",)),
    Line("landscape:desk", WRITES, ("=ed",)),
    Line("landscape:write", WRITES, ("=ed", "=one"), shows=("draft text",)),
    Line("landscape:write", WRITES_DOES, ("=ed", "=one"), post={"base": "1", "title": "One", "text": "New.", "note": ""}),
    Line("landscape:preview", WRITES, ("=ed", "=one"), post={"text": "New."}),
    Line("landscape:draft", WRITES, ("=ed", "=one"), post={"base": "1", "title": "One", "text": "New."}),
    Line("landscape:draft", WRITES_DOES, ("=ed", "=one"), post={"discard": "1"}),
    Line("landscape:versions", WRITES, ("=ed", "=one"), shows=("draft text",)),
    Line("landscape:describe", WRITES_DOES, ("=ed",), post={"title": "T", "subtitle": "", "creators": "L", "keywords": "", "doi": ""}),
    Line("landscape:move", WRITES_DOES, ("=ed",), post={"stage": "confirmation"}),
    Line("landscape:add-chapter", WRITES_DOES, ("=ed",), post={"slug": "two", "title": "Two"}),
    Line("landscape:build-new", WRITES_DOES, ("=ed",), post={}),
    Line("landscape:build", WRITES, ("=ed", "build")),
    Line("landscape:numbers", WRITES, ("=ed",)),
    Line("landscape:numbers", "in in 404 404 404 no no no", ("=ed",), post={"key": "facility/ring/country", "reason": "x"}),
    Line("landscape:sign", "in in 404 404 404 no no no", ("=ed",), post={"verdict": "yes", "note": ""}),
    Line("landscape:set-back", "in in 404 404 404 no no 404", ("=ed",), post={"facility": "ring", "reason": "x"}),  # none is signed
    Line("landscape:review", WRITES, ("=ed",)),
    Line("landscape:errata", WRITES, ("=ed",)),
    Line("landscape:comment", "in in 404 404 404 did did did", ("=ed",), post={"chapter": "one", "text": "x", "quote": ""}),
    Line("landscape:resolve", "in in 404 404 404 no did did", ("=ed", "remark"), post={}),
    Line("landscape:confirmations", "in in 404 404 404 ok ok ok", ("=ed",)),
    Line("landscape:confirm-sheet", "in in 404 404 404 404 ok ok", ("=ed", "=ring")),
    Line("landscape:confirm-sheet", "in in 404 404 404 404 did no", ("=ed", "=ring"), post={"verb": "confirm", "key": "facility/ring/country"}),
    Line("landscape:sheets", "ok"),
    Line("landscape:sheet", "ok", ("=country-lu",)),
    Line("landscape:sheet-file", "did", ("=country-lu", "=json")),  # the worker makes it
    Line("landscape:sheet-files", "ok", ("=country-lu",)),
    Line("landscape:sheet-files", "did", ("=country-lu",), post={}),
    Line("landscape:sheet-figure", "404", ("=country-lu", "=F7")),  # it holds none
    Line("roadmaps:technologies", "ok", query="?q=bends"),
    Line("roadmaps:technologies-table", "ok", ("=csv",)),
    Line("roadmaps:technology", "ok", ("=bends",)),
    Line("roadmaps:targets", "ok"),
    Line("roadmaps:targets-table", "ok", ("=csv",)),
    Line("roadmaps:targets-figure", "ok", ("=svg",)),
    Line("roadmaps:target", "ok", ("=ring-emittance",)),
    Line("roadmaps:trajectory", "ok", ("=svg",), query="?metric=horizontal+emittance&unit=pm+rad"),
    Line("roadmaps:measurement", "ok", ("=ring-2019",)),
    Line("roadmaps:measurements-table", "ok", ("=csv",)),
    Line("roadmaps:benchmark", "ok", ("=best",)),
    Line("roadmaps:benchmarks-table", "ok", ("=csv",)),
    Line("roadmaps:readiness", "ok", ("=ring-has",)),
    Line("roadmaps:readiness-table", "ok", ("=csv",)),
    # Directors and group chairs are asked in tests/roadmaps/test_statements.py
    Line("roadmaps:new-measurement", "in in no no no ok ok ok"),
    Line("roadmaps:new-measurement", "in in no no no bad did did", post=MEASURES),
    Line("roadmaps:new-benchmark", OFFICE),
    Line("roadmaps:new-benchmark", OFFICE_DOES, post=BEST),
    Line("roadmaps:new-readiness", "in in no no no ok ok ok"),
    Line("roadmaps:new-readiness", "in in no no no bad did did", post=READY),
    Line("roadmaps:milestones", "ok"),
    Line("roadmaps:milestones-table", "ok", ("=csv",)),
    Line("roadmaps:milestones-figure", "ok", ("=svg",)),
    Line("roadmaps:calendar", "ok"),
    Line("roadmaps:milestone", "ok", ("=ring-beam",), only=PROPOSED),
    Line("roadmaps:schedule", "ok"),
    Line("roadmaps:roadmap", "ok", ("=sources",)),
    Line("roadmaps:roadmap-table", "ok", ("=sources", "=csv")),
    Line("roadmaps:roadmap-figure", "ok", ("=sources", "=svg")),
    Line("roadmaps:planner", "ok", query="?technique=PaNET00001"),
    Line("roadmaps:planner-months", "ok", ("=csv",)),
    Line("roadmaps:joint", "ok"),
    Line("roadmaps:joint-table", "ok", ("=pairs", "=csv")),
    Line("roadmaps:joint-figure", "404", ("=band", "=svg")),  # nothing to draw in this world
    # Directors and funders are asked in tests/roadmaps/test_dark_calendar.py
    Line("roadmaps:dark-calendar", "ok", only=DRAFTS),
    Line("roadmaps:planner", "ok", query="?with=proposed"),
    Line("roadmaps:dark-new", "in in no no no ok ok ok"),
    Line("roadmaps:dark-new", "in in no no no bad did did", post=DARK),
    Line("roadmaps:dark-proposal", "404 404 404 404 404 404 ok ok", ("draft",), shows=("draft",)),
    Line("roadmaps:dark-proposal", "in in 404 404 404 404 did did", ("draft",), post=DARK | {"base": "1", "why": "x"}),
    Line("roadmaps:dark-proposal", "ok", ("shown draft",)),
    Line("roadmaps:dark-proposal", "in in no no no no did did", ("shown draft",), post=DARK | {"base": "1", "why": "x", "visibility": "public"}),
    Line("roadmaps:dark-withdraw", "in in 404 404 404 404 did did", ("draft",), post={}),
    Line("roadmaps:dark-withdraw", "in in no no no no did did", ("shown draft",), post={}),
    Line("roadmaps:supply", "ok", only=DRAFT_PURCHASES),
    Line("roadmaps:supply-table", "ok", ("=csv",), only=DRAFT_PURCHASES),
    Line("roadmaps:supply-joint", "ok", ("=csv",)),
    Line("roadmaps:supply-figure", "ok", ("=svg",), only=DRAFT_PURCHASES),
    Line("roadmaps:supply-new", "in in no no no ok ok ok"),
    Line("roadmaps:supply-new", "in in no no no bad did did", post=BUYS),
    Line("roadmaps:purchase", "404 404 404 404 404 404 ok ok", ("draft purchase",), shows=("purchase",)),
    Line("roadmaps:purchase", "in in 404 404 404 404 did did", ("draft purchase",), post=BUYS | {"base": "1"}),
    Line("roadmaps:purchase", "ok", ("shown purchase",)),
    Line("roadmaps:purchase", "in in no no no no did did", ("shown purchase",), post=BUYS | {"base": "1", "visibility": "public"}),
    Line("roadmaps:purchase-withdraw", "in in 404 404 404 404 did did", ("draft purchase",), post={}),
    Line("roadmaps:purchase-withdraw", "in in no no no no did did", ("shown purchase",), post={}),
    Line("roadmaps:chances", "ok", ("=ring-beam",)),
    Line("roadmaps:chances-table", "ok", ("=ring-beam", "=csv")),
    Line("roadmaps:chances-figure", "ok", ("=ring-beam", "=svg")),
    Line("roadmaps:keep-forecast", "in in no no no no did did", ("=ring-beam",), post={}),
    # Names are for those who have an account; chairs are asked in tests/roadmaps/test_estimates.py
    Line("roadmaps:estimate", "ok", ("=ring-beam",), only=NAMED),
    Line("roadmaps:estimate", "in in no no no no did did", ("=ring-beam",), post=ESTIMATE),
    Line("roadmaps:estimate-back", "in in no no no no did did", ("=ring-beam",), post={}),
    Line("roadmaps:forecasts", "ok"),
    Line("roadmaps:forecasts-table", "ok", ("=csv",)),
    Line("roadmaps:roadmaps", "ok", only=dict.fromkeys(("owner", "editor", "office"), ("roadmap",))),
    *(
        line
        for slug, secret, out, sees in (("=ours", ("roadmap",), "404", "404 404 404 404 ok 404 ok ok"), ("=shown", (), "no", "ok"))
        for line in (
            Line("roadmaps:group-roadmap", sees, (slug,), shows=secret),
            Line("roadmaps:group-file", sees, (slug, "=table", "=json"), shows=secret),
            Line("roadmaps:item", sees, (slug, "=lens"), shows=secret),
            Line("roadmaps:group-changes", sees, (slug,), shows=secret),
            Line("roadmaps:roadmap-editions", sees, (slug,), shows=secret),
            Line("roadmaps:roadmap-edition", sees, (slug, "=1"), shows=secret),
            Line("roadmaps:roadmap-edition-file", sees, (slug, "=1", "=text", "=txt"), shows=secret),
            Line("roadmaps:roadmap-editions", f"{'404 404' if out == '404' else 'no no'} {out} {out} no {out} no did", (slug,), post={"title": "Second"}),
            Line("roadmaps:editor", f"in in {out} {out} no {out} ok ok", (slug,), shows=secret),
            Line("roadmaps:move-item", f"in in {out} {out} no {out} ok ok", (slug,), post={"key": "lens", "base": "1", "layer": "projects"}, shows=secret),
            Line("roadmaps:new-item", f"in in {out} {out} no {out} ok ok", (slug,), shows=secret),
            Line("roadmaps:new-item", f"in in {out} {out} no {out} did did", (slug,), post={"title": "More", "layer": "projects", "status": "idea"}),
            Line("roadmaps:item", f"{'404 404' if out == '404' else 'no no'} {out} {out} no {out} did did", (slug, "=lens"), post={"base": "1", "title": "Lenses", "layer": "technologies", "status": "idea"}),
            Line("roadmaps:remove-item", f"in in {out} {out} no {out} did did", (slug, "=lens"), post={}),
            Line("roadmaps:link-item", f"in in {out} {out} no {out} did did", (slug, "=need"), post={"after": "able", "kind": "requires", "strength": "2"}),
            Line("roadmaps:undo", f"in in {out} {out} no {out} did did", (slug, "=6"), post={}),
            Line("roadmaps:import", f"in in {out} {out} no {out} ok ok", (slug,), shows=secret),
            Line("roadmaps:import", f"in in {out} {out} no {out} bad bad", (slug,), post={"text": "layer,title\ncellar,x"}, only=dict.fromkeys(("editor", "office"), secret)),
            Line("roadmaps:group-remarks", f"in in {out} {out} ok {out} ok ok", (slug,), shows=secret),
            Line("roadmaps:group-remarks", f"in in {out} {out} did {out} did did", (slug,), post={"text": "Why?"}),
            Line("roadmaps:grids", f"in in {out} {out} ok {out} ok ok", (slug,), shows=secret),
            Line("roadmaps:grids", f"in in {out} {out} no {out} no did", (slug,), post={"to": "discussed"}),
            Line("roadmaps:grid", f"in in {out} {out} ok {out} ok ok", (slug, "=needs"), shows=secret),
            Line("roadmaps:grid", f"in in {out} {out} did {out} did did", (slug, "=needs"), post={"s|need|able": "2"}),
            Line("roadmaps:ranking-table", f"in in {out} {out} ok {out} ok ok", (slug, "=json"), shows=secret),
            Line("roadmaps:group-people", f"in in {out} {out} no {out} no ok", (slug,), shows=secret),
            Line("roadmaps:group-people", f"in in {out} {out} no {out} no did", (slug,), post={"what": "archive"}),
        )
    ),
    Line("roadmaps:new-roadmap", OFFICE),
    Line("roadmaps:new-roadmap", OFFICE_DOES, post={"slug": "more", "title": "More", "first_year": "2026", "last_year": "2030", "begin": "empty"}),
    Line("roadmaps:guest-hours", "ok"),
    Line("roadmaps:guest-new", "in in no no no ok ok ok"),
    Line("roadmaps:guest-new", "in in no no no bad did did", post=OFFER),
    Line("roadmaps:guest-offer", "ok", ("offer",), only=ANSWERS),
    Line("roadmaps:guest-offer", "in in did did did did did did", ("offer",), post={"hours": "2", "words": "To see"}),
    Line("roadmaps:guest-withdraw", "in in no no no no did did", ("offer",), post={}),
    Line("roadmaps:guest-answer", "in in 404 404 did 404 404 404", ("answer",), post={}),
    Line("roadmaps:planner-reliance", "ok", ("=csv",)),
    Line("roadmaps:demand", "ok"),
    Line("roadmaps:demand-table", "ok", ("=csv",)),
    Line("roadmaps:demand-figure", "404", ("=svg",)),
    Line("roadmaps:propose", MEMBERS),
    Line("roadmaps:propose", "in in bad bad bad bad bad bad", post={"within": "99"}),
    Line("roadmaps:proposal", MEMBERS, ("proposal",)),
    Line("roadmaps:planner-figure", "ok", ("=svg",)),
    # -- action plans; what group chairs may is asked in tests/roadmaps/test_actions.py
    Line("roadmaps:actions", "ok", only=PROPOSED),
    Line("roadmaps:actions-table", "ok", ("=csv",), only=PROPOSED),
    Line("roadmaps:actions-calendar", "ok", only=PROPOSED),
    Line("roadmaps:week", "ok"),
    Line("roadmaps:week", "in in did did did did did did", post={"do": "send", "area": "optics"}),
    Line("roadmaps:new-action", OFFICE),
    Line(
        "roadmaps:new-action", OFFICE_DOES,
        post={"title": "Do", "why": "x", "area": "sources", "owner": "group", "due": "2099-01-01", "next_step": "y", "priority": "low"},
    ),
    Line("roadmaps:action", "ok", ("agreed action",)),
    Line("roadmaps:action", "404 404 404 404 ok 404 404 ok", ("proposed action",), shows=("proposed action",)),
    Line("roadmaps:action", "in in no no did no no did", ("agreed action",), post=UPDATE),
    Line("roadmaps:action", "in in no no bad no no did", ("agreed action",), post=UPDATE | {"status": "done", "evidence": "seen"}),
    Line("roadmaps:action", "in in 404 404 bad 404 404 did", ("proposed action",), post=UPDATE, only={"owner": ("proposed action",)}),
    Line("roadmaps:edit-action", OFFICE, ("agreed action",)),
    Line("roadmaps:edit-action", "in in 404 404 no 404 404 ok", ("proposed action",), shows=("proposed action",)),
    Line(
        "roadmaps:edit-action", OFFICE_DOES, ("agreed action",),
        post={"base": "1", "title": "Do", "why": "x", "area": "sources", "owner": "group", "priority": "low"},
    ),
    Line("roadmaps:meetings", SEES_MEETINGS),
    Line("roadmaps:meetings", OFFICE_DOES, post={"title": "Group", "held_on": "2099-01-01"}),
    Line("roadmaps:meeting", SEES_MEETINGS, ("meeting",), shows=("minutes",)),
    Line("roadmaps:meeting", OFFICE_DOES, ("meeting",), post={"base": "1", "minutes": "New"}),
    Line("roadmaps:hold-meeting", "in in no no no no no bad", ("meeting",), post={}),  # it is held already
    Line("roadmaps:take-over", OFFICE, ("meeting",)),
    Line("roadmaps:take-over", OFFICE_DOES, ("meeting",), post={"area": "sources"}),
    Line("home", "ok"),
    Line("catalogue:facilities", "ok"),
    Line("catalogue:facility", "ok", ("=ring",)),
    Line("catalogue:finder", "ok"),
    Line("catalogue:tree", "ok"),
    Line("catalogue:compare", "ok", query="?i=ring-i01&i=other-i01"),
    Line("catalogue:export", "ok", ("=csv",)),
    Line("catalogue:instrument", "ok", ("=ring-i01",)),
    Line("catalogue:techniques", "ok"),
    Line("catalogue:technique", "ok", ("=PaNET00001",)),
    Line("catalogue:source", "ok", ("=ring-1",)),
    Line("catalogue:insertion_device", "ok", ("=ring-1-u20",)),
    Line("catalogue:organisations", "ok"),
    Line("catalogue:organisation", "ok", ("=org",)),
    Line("catalogue:partnership", "ok", ("=leaps",)),
    Line("catalogue:timeline", "ok"),
    Line("catalogue:upgrade", "ok", ("=ring-up",)),
    Line("record:history", "ok", RING),
    Line("record:changes", "ok"),
    Line("record:feed", "ok"),
    Line("record:changeset", "ok", ("changed",)),
    Line("record:facility-pack", "ok", ("=ring",)),
    Line("record:whole-pack", "ok"),
    Line("record:table", "ok", ("=instruments",)),
    Line("outreach:about", "ok"),
    Line("outreach:data", "ok"),
    Line("outreach:standing", "ok", ("=csv",)),
    Line("outreach:accessibility", "ok"),
    Line("outreach:privacy", "ok"),
    Line("outreach:glossary", "ok"),
    Line("outreach:sitemap", "ok"),
    Line("outreach:robots", "ok"),
    Line("health-live", "ok"),
    Line("health-ready", "any"),
    Line("components", "ok"),
    # -- searches of one's own
    Line("catalogue:save-search", "in in did did did did did did", post={"name": "x", "address": "facility=ring"}),
    Line("catalogue:searches", MEMBERS, only={"owner": ("search",)}),
    Line("catalogue:forget-search", "in in no no did no no no", ("search",), post={}),
    # -- changing the record
    Line("record:edit", SEE_EDIT, RING),
    Line("record:edit", EDIT, RING, post="edit form"),
    Line("record:remove", SEE_EDIT, ("=instrument", "=ring-i01")),
    Line("record:remove", EDIT, ("=instrument", "=ring-i01"), post={"reason": "gone"}),
    Line("record:rename", OFFICE, RING),
    Line("record:rename", OFFICE_DOES, RING, post={"new_key": "big-ring", "reason": "x"}),
    Line("record:add", EDITORS, ("=instrument",)),
    Line("record:add", EDIT, ("=instrument",), post={"f-slug": "ring-i02", "f-name": "I02", "f-facility": "ring"}),
    Line("record:add", OFFICE_DOES, ("=technique",), post={"f-panet_id": "PaNET00002", "f-label": "new"}),
    Line("record:revert", EDIT, ("changed",), post={}),
    # -- corrections
    Line("record:choose", "ok", RING),
    Line("record:correct", "ok", (*RING, "=city")),
    Line(
        "record:correct", "ok", (*RING, "=city"),
        post={"value": "Boden", "reason": "x", "email": "new@example.org"},
    ),
    Line("record:correction-confirm", "ok", ("link",)),
    Line("record:my-corrections", MEMBERS),
    Line("record:withdraw", OWN_ONLY, ("waiting",), post={}),
    Line("record:queue", EDITORS),
    Line("record:decision", "in in 404 404 ok 404 ok ok", ("waiting",), shows=("correction",)),
    Line("record:decision", "in in 404 404 ok ok 404 ok", ("elsewhere",), shows=("other correction",)),
    Line("record:decision", "in in 404 404 ok 404 ok ok", ("decided",), shows=("correction", "decision note")),
    Line("record:decision", DECIDES, ("waiting",), post={"verb": "accept"}),
    Line("record:decision", DECIDES, ("waiting",), post={"verb": "amend", "value": "Gävle"}),
    Line("record:decision", DECIDES, ("waiting",), post={"verb": "decline", "note": "no"}),
    Line("record:reopen", DECIDES, ("decided",), post={}),
    # -- packs
    Line("record:pack-upload", EDITORS),
    Line("record:pack-check", "in in 404 404 404 404 ok 404", ("upload",), shows=("pack",)),
    Line("record:pack-load", "in in 404 404 404 404 did 404", ("upload",), post={"revision": "2"}),
    # -- suppliers
    Line("indicators:impact-suppliers", EDITORS),
    Line("indicators:impact-suppliers-of", SEES_RETURN, ("=ring",), shows=("supplier",)),
    Line("indicators:impact-suppliers-read", "in in 404 404 404 404 404 no", ("=ring",), post={}),  # the editor has no orders to read
    Line("indicators:impact-suppliers-accept", "in in 404 404 404 404 did no", ("=ring",), post={}),
    Line("indicators:impact-suppliers-decide", "in in 404 404 404 404 did no", ("=ring", "supplier"), post={"division": "26"}),
    Line("indicators:impact-suppliers-decide", "in in 404 404 404 404 404 404", ("=ring", "=999999"), post={"division": "26"}),
    # -- returns; what KPI officers may is asked in tests/indicators/test_returns.py
    Line("indicators:campaigns", OFFICE),
    Line("indicators:campaigns", OFFICE_DOES, post={"year": "2023", "due_on": "2024-06-30"}),
    Line("indicators:campaign", OFFICE, ("=2024",)),
    Line("indicators:campaign", OFFICE_DOES, ("=2024",), post={"due_on": "2025-07-31"}),
    Line("indicators:freeze", "in in no no no no no bad", ("=2024",), post={"year": "2024"}),
    Line("indicators:returns-of", SEES_RETURN, ("=2024", "=ring")),
    Line("indicators:returns-of", "in in 404 404 404 404 no no", ("=2024", "=ring"), post={}),
    Line("indicators:return", SEES_RETURN, ("return",), shows=("return comment",)),
    Line("indicators:return-problems", SEES_RETURN, ("return",)),
    Line("indicators:return-sign", "in in 404 404 404 404 no no", ("return",), post={"comment": "x"}),
    Line("indicators:return-withdraw", "in in 404 404 404 404 no no", ("return",), post={}),
    # -- one's own account
    Line("accounts:profile", MEMBERS, only=OWN_ADDRESS),
    Line("accounts:profile", "in in did did did did did did", post={"name": "New"}),
    Line("accounts:tokens", MEMBERS, only={"owner": ("token",)}),
    Line("accounts:revoke-token", "in in no no did no no did", ("token",), post={}),
    Line(
        "accounts:export", MEMBERS,
        only={
            "reviewer": ("work",),
            "owner": (
                "owner's address", "correction", "other correction", "decision note", "token", "search", "audit", "proposed action", "answer", "roadmap",
            ),
            "editor": ("editor's address", "decision note", "roadmap"),
            "office": ("office's address", "audit", "roadmap"),
        },
    ),
    Line("accounts:erase", MEMBERS),
    Line("accounts:erase", "in in bad bad bad bad bad bad", post={"email": "somebody@example.org"}),
    # -- the office
    Line("accounts:people", OFFICE, shows=("owner's address", "editor's address", "office's address")),
    Line("accounts:person", OFFICE, ("owner",), shows=("owner's address", "audit")),
    Line("accounts:person", OFFICE_DOES, ("owner",), post={"held": "facility_editor:ring"}),
    Line("accounts:close-account", OFFICE_DOES, ("owner",), post={}),
    Line("accounts:reopen-account", OFFICE_DOES, ("owner",), post={}),
    Line("accounts:drop-second-factor", OFFICE_DOES, ("owner",), post={}),
    Line("accounts:revoke-role", OFFICE_DOES, ("grant",), post={}),
    Line("accounts:audit", OFFICE, shows=("audit",)),
    # -- the trial's doors are shut outside a trial
    Line("accounts:become", "404", ("owner",), post={}),
    Line("accounts:trial-mail", "404"),
    # -- sign-in, by allauth
    Line("account_login", "ok ok did did did did did did"),
    Line("account_signup", "ok ok did did did did did did"),
    Line("account_logout", "did did ok ok ok ok ok ok"),
    Line("account_inactive", "ok"),
    Line("account_email", MEMBERS, only=OWN_ADDRESS),
    Line("account_email_verification_sent", "ok"),
    Line("account_set_password", MEMBERS),
    Line("account_change_password", "in in did did did did did did"),
    Line("account_reset_password", "ok"),
    Line("account_reset_password_done", "ok"),
    Line("account_reset_password_from_key", "ok", ("=1", "=nonsense")),
    Line("account_reset_password_from_key_done", "ok"),
    Line("account_confirm_email", "ok", ("=nonsense",)),
    Line("account_confirm_login_code", "in in did did did did did did"),
    Line("account_reauthenticate", MEMBERS_WITHOUT_PASSWORD),
    Line("mfa_index", MEMBERS),
    Line("mfa_authenticate", "in in did did did did did did"),
    Line("mfa_reauthenticate", MEMBERS_WITHOUT_PASSWORD),
    Line("mfa_reauthenticate_webauthn", MEMBERS_WITHOUT_PASSWORD),
    Line("mfa_activate_totp", MEMBERS),
    Line("mfa_deactivate_totp", "in in 404 404 404 404 404 404"),
    Line("mfa_view_recovery_codes", "in in 404 404 404 404 404 404"),
    Line("mfa_generate_recovery_codes", MEMBERS),
    Line("mfa_download_recovery_codes", "in in 404 404 404 404 404 404"),
    Line("mfa_list_webauthn", MEMBERS),
    Line("mfa_add_webauthn", MEMBERS, only=OWN_ADDRESS),
    Line("mfa_remove_webauthn", "in in 404 404 404 404 404 404", ("owner",)),
    Line("mfa_edit_webauthn", "in in 404 404 404 404 404 404", ("owner",)),
    Line("mfa_login_webauthn", "in in did did did did did did"),
    Line("socialaccount_login_cancelled", "ok"),
    Line("socialaccount_login_error", "401"),
    Line("socialaccount_signup", "in"),
    Line("socialaccount_connections", MEMBERS),
    Line("openid_connect_login", "404", ("=nowhere",)),
    Line("openid_connect_callback", "404", ("=nowhere",)),
)
