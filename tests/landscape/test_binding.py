"""What a text can ask of the record, at any revision; what is refused; the first edition as it stands."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from leaps.core.documents import Call, Document, Number, Standing, Table, Unbound, assemble, build
from leaps.core.documents.language import calls
from leaps.landscape import first_edition, tables
from leaps.landscape.binding import bind, functions
from leaps.landscape.snapshots import Snapshot
from leaps.record import queries as record_queries
from leaps.record.types import Provenance
from tests.indicators.factories import definition, published
from tests.pdf import broken_rules
from tests.record.factories import Edit, delete, facility, facts, instrument, update, write

PACK = Path(__file__).resolve().parents[2] / "packs" / "leaps"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def call(source: str) -> Call:
    (found,) = calls("{{ " + source + " }}")
    return found


def number(source: str, revision: int | None = None) -> Number:
    found = bind(revision=revision)(call(source))
    assert isinstance(found, Number)
    return found


def refusal(source: str) -> str:
    with pytest.raises(Unbound) as caught:
        bind()(call(source))
    return f"{caught.value} {caught.value.cure}"


@pytest.mark.django_db
class TestASmallRecord:
    @pytest.fixture(autouse=True)
    def _there(self) -> None:
        write(
            facility("ring", users_per_year=1200, first_light_year=1990),
            facility("other", country="DE", users_per_year=300),
            instrument("ring-a", status="operating"),
            instrument("ring-b", status="planned"),
            instrument("other-a", of="other", status="operating", photon_energy_min_ev=80),
            definition("ACC-01"),
            published("a", year=2003, value=1622),
            published("b", year=2004, value=1.0),
            published("c", year=2004, value=2.0, part="first half"),
            published("d", year=2005, value=None, standing="suppressed"),
        )

    def test_a_fact_leads_back_to_its_source(self) -> None:
        found = number("fact('facility', 'ring', 'users_per_year')")

        assert (found.text, found.raw, found.key) == ("1\u202f200", "1200", "facility/ring/users_per_year")
        assert (found.standing, found.source_url, found.as_of) == (Standing.SOURCED, "https://example.org/page", "2025")
        assert found.link == "/facilities/ring/"

    def test_what_nobody_has_verified_says_so_and_what_is_confirmed_names_who(self) -> None:
        known = Provenance("known")
        sure = Provenance("confirmed", "", "2026", "Ada Editor", "2026-02-03")
        write(Edit("facility", "ring", update("facility", "ring").action, facts({"city": "Lund"}, known) | facts({"homepage": "https://r.example"}, sure)))

        assert number("fact('facility', 'ring', 'city')").standing is Standing.UNVERIFIED
        confirmed = number("fact('facility', 'ring', 'homepage')")
        assert (confirmed.standing, confirmed.vouched) == (Standing.CONFIRMED, "Confirmed by Ada Editor, 2026-02-03.")

    @pytest.mark.parametrize(
        ("source", "text", "raw"),
        [
            ("count('facility')", "2", "2"),
            ("count('instrument', status='operating')", "2", "2"),
            ("count('instrument', status='operating', facility__country='SE')", "1", "1"),
            ("count('instrument', facility__country='FR')", "0", "0"),
            ("recorded('instrument', 'photon_energy_min_ev')", "1 of 3", "1/3"),
            ("least('facility', 'users_per_year')", "300", "300"),
            ("greatest('facility', 'users_per_year', partnership='LEAPS')", "1\u202f200", "1200"),
            ("value('ring', 'ACC-01', 2003)", "1\u202f622", "1622.0"),
            ("published('b')", "1", "1.0"),
        ],
    )
    def test_numbers(self, source: str, text: str, raw: str) -> None:
        found = number(source)

        assert (found.text, found.raw) == (text, raw)

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("secret('x')", "is nothing a text can ask for"),
            ("fact('user', 'x', 'password')", "Kinds are: "),
            ("fact('facility', 'none', 'city')", "There is no"),
            ("fact('facility', 'ring', 'password')", "has no field “password”"),
            ("fact('facility', 'ring', 'city')", "is not recorded"),
            ("fact('facility', 'ring')", "has other arguments than it takes"),
            ("count('facility', __class__='x')", "has no field"),
            ("count('facility', name__upper='x')", "refers to nothing"),
            ("count('instrument', facility__password='x')", "has no field"),
            ("least('facility', 'name')", "is no number"),
            ("least('facility', 'users_per_year', country='FR')", "Nothing recorded fits"),
            ("value('ring', 'ACC-01', 2004)", "Several values are published"),
            ("value('ring', 'ACC-01', 2005)", "neither published nor released"),
            ("value('ring', 'ACC-01', 1999)", "neither published nor released"),
            ("published('d')", "no published value"),
            ("table('passwords')", "There is no table"),
            ("table('facilities', country='DE')", "takes no options"),
            ("figure('F99')", "Choose one of them"),
            ("cite('none')", "There is no source"),
            ("dark(2029, 13)", "is no month"),
        ],
    )
    def test_what_cannot_be_printed_is_refused_with_a_cure(self, source: str, words: str) -> None:
        assert words in refusal(source)

    def test_a_revision_stays_what_it_was(self) -> None:
        before = record_queries.current_revision()
        later = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
        write(update("facility", "ring", users_per_year=5000), instrument("ring-c", status="operating"), now=later)
        write(delete("instrument", "other-a"), now=later + dt.timedelta(days=1))

        assert number("fact('facility', 'ring', 'users_per_year')").text == "5\u202f000"
        assert number("fact('facility', 'ring', 'users_per_year')", before).text == "1\u202f200"
        assert number("count('instrument')").raw == "3"
        assert number("count('instrument')", before).raw == "3"
        assert set(Snapshot(before).states("instrument")) == {"ring-a", "ring-b", "other-a"}
        assert set(Snapshot().states("instrument")) == {"ring-a", "ring-b", "ring-c"}

    def test_a_synthetic_value_is_never_printed(self, settings: object) -> None:
        from leaps.indicators.models import Campaign, ComputedValue

        settings.TRIAL = True  # type: ignore[attr-defined]
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        campaign = Campaign.objects.create(year=2020, due_on=now.date(), opened_at=now, opened_label="x")
        ComputedValue.objects.create(campaign=campaign, facility="ring", indicator="ACC-01", value=7.0, shown="public", is_synthetic=True, computed_at=now)

        assert "only in the synthetic league" in refusal("value('ring', 'ACC-01', 2020)")

    def test_a_value_under_embargo_is_not_printed(self) -> None:
        from leaps.indicators.models import Campaign, ComputedValue

        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        campaign = Campaign.objects.create(year=2020, due_on=now.date(), opened_at=now, opened_label="x")
        value = ComputedValue.objects.create(campaign=campaign, facility="ring", indicator="ACC-01", value=7.0, shown="house", computed_at=now)
        assert "neither published nor released" in refusal("value('ring', 'ACC-01', 2020)")

        ComputedValue.objects.filter(pk=value.pk).update(shown="public")
        assert number("value('ring', 'ACC-01', 2020)").raw == "7.0"

    @pytest.mark.parametrize("name", tables.names())
    def test_every_table_can_be_made_of_a_small_record(self, name: str) -> None:
        found = bind()(call(f"table('{name}')"))

        assert isinstance(found, Table)
        assert all(len(row) == len(found.head) for row in found.rows)


@pytest.mark.usefixtures("real_record", "db")
class TestTheFirstEdition:
    def test_every_number_of_it_is_bound_and_it_builds(self) -> None:
        document = Document("Landscape", "", dt.date(2026, 11, 25), "LEAPS", first_edition.chapters(), "https://leaps.example/landscape/l/")
        found = assemble(document, bind())

        assert found.problems == ()
        assert len(found.chapters) == 12
        assert len(found.uses) > 60
        assert {"F2", "F3", "F4", "F5", "F6", "F7", "F10", "F13"} <= set(found.figures)
        built, again = build(found), build(assemble(document, bind()))
        assert built.digest == again.digest
        assert broken_rules(built.pdf) == []

    def test_no_digit_stands_in_its_text_that_is_not_bound(self) -> None:
        """Years in names and of what a sentence is about are words; quantities are bound."""
        import re

        for chapter in first_edition.chapters():
            text = re.sub(r"\{\{.*?\}\}", "", chapter.text)
            text = re.sub(r"(?m)^\d+\. ", "", text)
            numbers = [n for n in re.findall(r"\d[\d.,]*", text) if not re.fullmatch(r"(19|20)\d\d\.?,?", n)]
            assert numbers in ([], ["30"]), (chapter.slug, numbers)  # the accuracy of a formula

    def test_the_dark_months_are_those_of_the_brief_record(self) -> None:
        assert [number(f"dark({y}, {m})").raw for y, m in ((2028, 11), (2029, 3), (2029, 6), (2029, 12), (2030, 11), (2031, 6))] == ["70", "84", "43", "71", "42", "28"]

    def test_counts_agree_with_the_pack_itself(self) -> None:
        with (PACK / "instruments.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with (PACK / "facilities.csv").open(encoding="utf-8") as file:
            leaps = {row["slug"] for row in csv.DictReader(file) if row["partnership"] == "LEAPS"}
        wanted = sum(row["status"] == "operating" and row["facility"] in leaps for row in rows)

        assert number("count('instrument', facility__partnership='LEAPS', status='operating')").raw == str(wanted)

    def test_changing_one_source_row_changes_just_the_sentences_that_depend_on_it(self) -> None:
        from leaps.core.documents.comparing import moved_numbers

        document = Document("Landscape", "", dt.date(2026, 11, 25), "LEAPS", first_edition.chapters())
        before = assemble(document, bind())
        write(update("source", "esrf-ebs", horizontal_emittance_pm_rad=128))
        after = assemble(document, bind())
        moved = moved_numbers(before.uses, after.uses)

        assert {m.key for m in moved} == {"source/esrf-ebs/horizontal_emittance_pm_rad"}
        assert {u.chapter for m in moved for u in m.sentences} == {"messages", "sources-today", "world"}
        assert all("133 pm rad" in u.sentence for m in moved for u in m.sentences)

    def test_every_call_shown_to_authors_works(self) -> None:
        asked = [text for text, _words in functions() if "ref(" not in text]

        for text in asked:
            bind()(calls(text)[0])
