"""Returns: sent, read apart, mended, explained, signed, restated, frozen; and what is computed from them."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from leaps.accounts import actions as accounts_actions
from leaps.accounts.models import User
from leaps.core import mail as house_mail
from leaps.core.errors import Conflict, InvalidInput, NotAllowed
from leaps.core.lake import Store
from leaps.indicators import actions, tasks
from leaps.indicators.intake import limited
from leaps.indicators.models import Campaign, ComputedValue, Return, ReturnPart
from leaps.indicators.queries import returns as queries
from leaps.indicators.synthetic import Batch, SyntheticFacility, league
from leaps.indicators.types import Origin, ReturnState, Shown
from tests.background import work
from tests.indicators import signed
from tests.indicators.signed import NOW, parquet, person, sign
from tests.record.factories import facility, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
SMALL = (
    SyntheticFacility("ring", "SE", ("ring-one", "ring-two"), 4000, 60),
    SyntheticFacility("other", "DE", ("other-one",), 3000, 40),
)


@pytest.fixture
def campaign() -> Campaign:
    """2024, with two members of LEAPS in the record."""
    write(facility("ring", membership="member", country="SE"), facility("other", membership="member", country="DE"))
    return Campaign.objects.create(year=2024, due_on=dt.date(2025, 6, 30), opened_at=NOW, opened_label="Olga")


@pytest.fixture
def officer() -> User:
    return person("Kim", ("kpi_officer", "ring"))


@pytest.fixture
def office() -> User:
    return person("Olga", ("office", ""))


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    return list(league(SMALL, (2023, 2024), seed=9))


Send = Callable[..., Return]


@pytest.fixture
def send(campaign: Campaign, batches: list[Batch]) -> Send:
    """Send a return and let the worker read it."""

    def sent(actor: User, slug: str = "ring", *, content: bytes = b"", name: str = "return.zip", only: tuple[str, ...] = (), of: Campaign | None = None) -> Return:
        of = of or campaign
        return signed.send(of, actor, slug, content or parquet(batches, slug, of.year, only=only), name)

    return sent


def values(slug: str = "ring", **more: Any) -> dict[str, float | None]:
    rows = ComputedValue.objects.filter(facility=slug, dimension="", closed_at=None, **more)
    return {f"{row.indicator} {row.variant}".strip(): row.value for row in rows}


class TestTheWayOfAReturn:
    """From the files to the signature."""

    def test_it_is_read_and_says_what_would_follow(self, send: Send, officer: User, lake: Store) -> None:
        made = send(officer)

        assert made.state == ReturnState.CHECKED
        assert made.problems == []
        assert made.tables["energy"] == 24
        assert {c["indicator"] for c in made.changes} >= {"ACC-07", "OPS-03", "ENV-01"}
        assert all(lake.read(part.path) for part in ReturnPart.objects.filter(of=made))
        assert not ComputedValue.objects.exists()  # nothing counts before it is signed

    def test_signed_it_counts_under_the_name_of_who_signed(self, send: Send, officer: User) -> None:
        made = sign(send(officer), officer)
        work()

        found = values()
        assert (made.signed_label, made.signed_by) == ("Kim", officer)
        assert found["ENV-01"] == pytest.approx(next(c["value"] for c in made.changes if c["indicator"] == "ENV-01"))
        assert found.keys() >= {"ACC-10", "OPS-05 T/n, 60 min", "SCI-02", "ACC-11"}
        assert values("")["ENV-01"] == found["ENV-01"]  # the league of one

    def test_faults_are_told_with_their_place_and_nothing_is_kept(self, send: Send, officer: User) -> None:
        text = b"meter,month,carrier,direction,energy_kwh\nmain,13,electricity,bought,7\nmain,2,electricity,bought,1.5 GWh\n"

        made = send(officer, content=text, name="energy.csv")

        assert made.state == ReturnState.FAULTY
        assert [(p["file"], p["row"], p["field"]) for p in made.problems] == [("energy.csv", 2, "month"), ("energy.csv", 3, "energy_kwh")]
        assert all(p["cure"] for p in made.problems)
        assert not made.parts.exists()
        with pytest.raises(actions.NotReady, match="without fault"):
            sign(made, officer)

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("visit.parquet", b"PAR1 half a file", "is not a whole Parquet file"),
            ("return.zip", b"PK\x03\x04 half a zip", "is not a whole zip archive"),
            ("energy.csv", b"", "the file is empty"),
            ("holiday.csv", b"a,b\n1,2\n", "is not named like a kind of raw record"),
        ],
    )
    def test_broken_files_are_refused_in_words(self, send: Send, officer: User, name: str, content: bytes, words: str) -> None:
        made = send(officer, content=content or b" ", name=name)

        assert (made.state, [p["message"] for p in made.problems]) == (ReturnState.FAULTY, [words])

    def test_a_workbook_with_macros_is_not_even_kept(self, lake: Store) -> None:
        with pytest.raises(InvalidInput, match="macros are not opened"):
            actions.keep_for_later([actions.Sent("return.xlsm", 10, [b"x"])])
        assert lake.unnamed(()) == []

    def test_another_year_and_another_facility_are_told(self, send: Send, officer: User, batches: list[Batch]) -> None:
        made = send(officer, content=parquet(batches, "other", 2023, only=("energy",)))

        assert {(p["field"], p["message"]) for p in made.problems} >= {("facility", "is another facility"), ("year", "is another year")}

    def test_what_was_sent_is_forgotten_once_it_is_read(self, send: Send, officer: User, lake: Store) -> None:
        made = send(officer)
        work()

        assert [file.is_kept for file in made.files.all()] == [False]
        assert lake.unnamed(made.parts.values_list("path", flat=True)) == []

    def test_a_zip_that_unpacks_without_end_is_stopped(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limited, "UNPACKED_BYTES", 100_000)
        with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("visit.csv", b"0" * 1_000_000)

        (problem,) = limited.unpack(tmp_path)

        assert problem.message.startswith("unpacks to more than")

    def test_a_zip_cannot_write_outside_its_folder(self, tmp_path: Any) -> None:
        inner = tmp_path / "in"
        inner.mkdir()
        with zipfile.ZipFile(inner / "slip.zip", "w") as archive:
            archive.writestr("../../energy.csv", b"meter\n")

        assert limited.unpack(inner) == []
        assert [p.name for p in inner.iterdir()] == ["energy.csv"]
        assert [p.name for p in tmp_path.iterdir()] == ["in"]


class TestWhoMay:
    """Each step has a denial."""

    def test_only_the_facilitys_officer_sends_and_signs(self, send: Send, officer: User, office: User) -> None:
        stranger = person("Stig", ("kpi_officer", "other"), ("facility_editor", "ring"))
        made = send(officer)

        for actor in (stranger, office):
            with pytest.raises(NotAllowed):
                send(actor, "ring")
            with pytest.raises(NotAllowed):
                sign(made, actor)
            with pytest.raises(NotAllowed):
                actions.withdraw(sent=made, actor=actor, now=NOW)
        assert queries.visible_return(person("Otto", ("kpi_officer", "other")), made.pk) is None
        assert queries.visible_return(office, made.pk) == made

    def test_only_the_office_opens_and_freezes(self, campaign: Campaign, officer: User) -> None:
        with pytest.raises(NotAllowed):
            actions.open_campaign(year=2023, due_on=dt.date(2024, 6, 30), actor=officer, now=NOW)
        with pytest.raises(NotAllowed):
            actions.freeze(campaign=campaign, actor=officer, now=NOW)


class TestSigning:
    """Twice at once, oddities, restatements, embargoes."""

    def test_of_two_who_sign_at_once_the_second_is_told(self, send: Send, officer: User) -> None:
        other = person("Kai", ("kpi_officer", "ring"))
        made = send(officer)
        seen_by_both = Return.objects.get(pk=made.pk)
        sign(made, officer)

        with pytest.raises(actions.NotReady, match="Kim signed this return"):
            sign(seen_by_both, other)
        assert made.events.filter(verb="signed").count() == 1

    def test_what_looks_odd_needs_a_comment(self, send: Send, officer: User) -> None:
        odd = b"instrument,month,fraction_open,offered_h,delivered_h\nring-one,1,1,100,160\n"
        made = send(officer, content=odd, name="instrument_period.csv")
        assert [w["rule"] for w in made.warnings] == ["delivered-above-offered"]

        with pytest.raises(InvalidInput, match="because something looks odd"):
            actions.sign(sent=made, actor=officer, now=NOW, comment=" ")
        assert Return.objects.get(pk=made.pk).state == ReturnState.CHECKED
        assert sign(made, officer).state == ReturnState.SIGNED

    def test_a_restatement_needs_a_reason_and_closes_the_old_values(self, send: Send, officer: User, batches: list[Batch]) -> None:
        first = sign(send(officer), officer)
        work()
        before = values()["ENV-01"]
        energy = next(b.rows for b in batches if (b.facility, b.year, b.record) == ("ring", 2024, "energy"))
        doubled = energy.set_column(energy.schema.get_field_index("energy_kwh"), "energy_kwh", pa.array([2 * v for v in energy["energy_kwh"].to_pylist()]))
        part = io.BytesIO()
        pq.write_table(doubled, part)
        second = send(officer, content=part.getvalue(), name="energy.parquet")

        with pytest.raises(InvalidInput, match="because a signed return exists"):
            sign(second, officer)
        sign(second, officer, reason="the meter was read twice")
        work()

        first.refresh_from_db()
        assert first.state == ReturnState.SUPERSEDED
        assert values() == {"ENV-01": pytest.approx(2 * (before or 0)), "ENV-06": pytest.approx(values()["ENV-06"])}
        history = ComputedValue.objects.filter(facility="ring", indicator="ENV-01", dimension="").order_by("version")
        assert [(row.version, row.value, row.closed_at is None) for row in history] == [(1, before, False), (2, pytest.approx(2 * (before or 0)), True)]

    def test_computing_again_changes_nothing(self, send: Send, officer: User) -> None:
        sign(send(officer), officer)
        work()
        rows = ComputedValue.objects.count()

        assert actions.recompute(facility="ring", is_synthetic=False, now=NOW) == 0
        assert actions.recompute_league(is_synthetic=False, now=NOW) == 0
        assert ComputedValue.objects.count() == rows

    def test_under_embargo_the_league_does_without(self, send: Send, officer: User) -> None:
        second = person("Otto", ("kpi_officer", "other"))
        sign(send(second, "other"), second)
        now = dt.datetime.now(dt.UTC)
        sign(send(officer), officer, now=now, embargo_until=now.date() + dt.timedelta(days=30))
        work()
        alone, own = values("")["ENV-01"], values()["ENV-01"]

        assert alone == values("other")["ENV-01"]
        assert set(ComputedValue.objects.filter(facility="ring").values_list("shown", flat=True)) == {Shown.HOUSE}
        assert tasks.end_embargoes(now + dt.timedelta(days=31)) == 1
        work()
        assert values("")["ENV-01"] == pytest.approx((alone or 0) + (own or 0))
        assert ComputedValue.objects.get(facility="ring", indicator="ENV-01", dimension="").shown == Shown.PUBLIC

    def test_records_left_out_are_never_taken_for_zero(self, send: Send, officer: User) -> None:
        sign(send(officer, only=("run_plan", "energy")), officer)
        work()

        assert "OPS-01 reserve out" in values()
        assert not any(name.startswith(("OPS-03", "OPS-07")) for name in values())  # no outages sent: not "none happened"
        assert not any(name.startswith(("OPS-03", "OPS-07")) for name in values(""))


class TestFinishedValues:
    """From a facility that cannot give its records."""

    HEAD = b"indicator,variant,dimension,category,value,numerator,denominator,note\n"

    def test_they_stand_beside_computed_ones_and_join_the_league(self, send: Send, officer: User) -> None:
        second = person("Otto", ("kpi_officer", "other"))
        sign(send(second, "other"), second)
        rows = self.HEAD + b"ENV-01,,,,12.5,,,meter\nACC-03,,,,40,40,100,\nACC-10,,,,200,,,\nACC-20,,,,90,,,\n"
        sign(send(officer, content=rows, name="finished_value.csv"), officer)
        work()

        other, league_ = values("other"), values("")
        assert values() == {"ENV-01": 12.5, "ACC-03": 40.0, "ACC-10": 200.0, "ACC-20": 90.0}
        assert set(ComputedValue.objects.filter(facility="ring").values_list("origin", flat=True)) == {Origin.FINISHED}
        assert league_["ENV-01"] == pytest.approx((other["ENV-01"] or 0) + 12.5)
        rate = ComputedValue.objects.get(facility="other", indicator="ACC-03", dimension="")
        assert league_["ACC-03"] == pytest.approx(100 * ((rate.numerator or 0) + 40) / ((rate.denominator or 0) + 100))
        users = ComputedValue.objects.get(facility="", indicator="ACC-10", dimension="")
        assert (users.origin, users.n_facilities) == (Origin.MIXED, 2)
        assert (users.low, users.high) == (max(200, other["ACC-10"] or 0), 200 + (other["ACC-10"] or 0))
        assert league_["ACC-20"] == other["ACC-20"]  # a median cannot be put together

    @pytest.mark.parametrize(
        ("row", "field", "message"),
        [
            (b"ACC-99,,,,1,,,", "indicator", "is no indicator of the league's core set"),
            (b"OPS-03,my own,,,97,97,100,", "variant", "is no rule of this indicator"),
            (b"ACC-10,,shoe size,44,9,,,", "dimension", "is no dimension of this indicator"),
            (b"ACC-10,,gender,,9,,,", "category", "does not go with the dimension"),
            (b"ACC-03,,,,40,40,,", "denominator", "is missing"),
            (b"ACC-03,,,,0.4,40,100,", "value", "is not the quotient of numerator and denominator"),
            (b"ENV-01,,,,1,,,\nENV-01,,,,2,,,", "indicator", "says the same as row 2"),
        ],
    )  # fmt: skip
    def test_what_the_registry_does_not_know_is_refused(self, send: Send, officer: User, row: bytes, field: str, message: str) -> None:
        made = send(officer, content=self.HEAD + row + b"\n", name="finished_value.csv")

        assert [(p["field"], p["message"]) for p in made.problems] == [(field, message)]


class TestFrozenYears:
    """Nothing changes any more, whoever tries."""

    @pytest.fixture
    def frozen(self, send: Send, officer: User, office: User, campaign: Campaign) -> Campaign:
        sign(send(officer), officer)
        work()
        actions.freeze(campaign=campaign, actor=office, now=NOW)
        campaign.refresh_from_db()
        return campaign

    def test_returns_are_refused_in_words(self, frozen: Campaign, send: Send, officer: User) -> None:
        with pytest.raises(actions.Frozen, match="2024 is frozen since 2025-03-01"):
            send(officer)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE indicators_computedvalue SET value = 1",
            "UPDATE indicators_computedvalue SET closed_at = NULL, version = 7",
            "DELETE FROM indicators_computedvalue",
            "UPDATE indicators_return SET comment = 'other'",
            "UPDATE indicators_campaign SET frozen_at = NULL",
            "DELETE FROM indicators_campaign",
        ],
    )
    def test_the_database_refuses_too(self, frozen: Campaign, statement: str) -> None:
        with pytest.raises(IntegrityError, match="the year is frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_the_database_takes_no_value_into_it(self, frozen: Campaign) -> None:
        value = ComputedValue(campaign=frozen, facility="ring", indicator="XXX-01", value=1.0, computed_at=NOW)
        with pytest.raises(IntegrityError, match="the year is frozen"), transaction.atomic():
            value.save()

    def test_who_signed_may_still_leave(self, frozen: Campaign, officer: User) -> None:
        officer.delete()

        sent = Return.objects.get(campaign=frozen, state=ReturnState.SIGNED)
        assert (sent.signed_by, sent.signed_label) == (None, "Kim")

    def test_who_asks_to_be_forgotten_leaves_only_the_signature(self, frozen: Campaign, officer: User) -> None:
        told = accounts_actions.export(officer)["returns"]["returns"]
        accounts_actions.erase(person=officer)

        sent = Return.objects.get(campaign=frozen, state=ReturnState.SIGNED)
        assert [entry["did"] for entry in told] == ["sent", "signed"]
        assert (sent.signed_label, sent.sent_label) == ("Kim", "a former member")
        assert {e.actor_label for e in sent.events.exclude(verb="signed")} == {"a former member", "the worker"}

    def test_computing_leaves_it_alone(self, frozen: Campaign) -> None:
        before = list(ComputedValue.objects.order_by("pk").values_list("pk", "value", "closed_at"))

        assert actions.recompute(facility="ring", is_synthetic=False, now=NOW) == 0
        assert list(ComputedValue.objects.order_by("pk").values_list("pk", "value", "closed_at")) == before

    def test_it_is_not_frozen_twice_nor_empty(self, frozen: Campaign, office: User) -> None:
        with pytest.raises(Conflict, match="is frozen since"):
            actions.freeze(campaign=frozen, actor=office, now=NOW)
        empty = actions.open_campaign(year=2023, due_on=dt.date(2024, 6, 30), actor=office, now=NOW)
        with pytest.raises(Conflict, match="nothing to freeze"):
            actions.freeze(campaign=empty, actor=office, now=NOW)


class TestFaultsOfTheHouse:
    """A worker that is killed, a task that is done twice."""

    def test_killed_before_the_end_nothing_is_taken_in_and_the_next_try_is_whole(
        self, send: Send, officer: User, campaign: Campaign, batches: list[Batch], monkeypatch: pytest.MonkeyPatch, lake: Store
    ) -> None:
        content = parquet(batches, "ring")
        made = actions.receive(
            campaign=campaign, facility="ring", actor=officer, now=NOW,
            files=actions.keep_for_later([actions.Sent("r.zip", len(content), [content])]),
        )  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(actions, "record_reading", lambda **_kwargs: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                tasks.read_return.call(str(made.pk), "en")
        made.refresh_from_db()
        assert (made.state, made.parts.count()) == (ReturnState.RECEIVED, 0)

        tasks.read_return.call(str(made.pk), "en")
        tasks.read_return.call(str(made.pk), "en")  # done twice, it is done once

        made.refresh_from_db()
        assert made.state == ReturnState.CHECKED
        assert sorted(part.record for part in made.parts.all()) == sorted([*made.tables, "visitor"])

    def test_what_killed_workers_left_is_swept_after_a_day(self, lake: Store, campaign: Campaign) -> None:
        lake.keep("incoming/left", [b"x"])

        assert tasks.sweep(dt.datetime.now(dt.UTC)) == 0
        assert tasks.sweep(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)) == 1
        assert lake.unnamed(()) == []

    def test_withdrawn_while_it_is_read_it_stays_withdrawn(
        self, send: Send, officer: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = send(officer, only=("energy",))
        Return.objects.filter(pk=made.pk).update(state=ReturnState.RECEIVED)
        made.parts.all().delete()
        real = limited.read

        def meanwhile(*args: Any, **kwargs: Any) -> Any:
            actions.withdraw(sent=made, actor=officer, now=NOW)
            return real(*args, **kwargs)

        monkeypatch.setattr(limited, "read", meanwhile)
        tasks.read_return.call(str(made.pk), "en")

        made.refresh_from_db()
        assert (made.state, made.parts.count()) == (ReturnState.WITHDRAWN, 0)


class TestReminders:
    """Once a week in the month before, to the officers of who is missing."""

    def test_officers_of_missing_facilities_are_reminded(self, send: Send, officer: User, campaign: Campaign) -> None:
        person("Otto", ("kpi_officer", "other"))
        sign(send(officer), officer)
        early, due = dt.datetime(2025, 5, 1, tzinfo=dt.UTC), dt.datetime(2025, 6, 10, tzinfo=dt.UTC)

        assert tasks.remind(early) == 0
        assert tasks.remind(due) == 1
        assert tasks.remind(due + dt.timedelta(hours=6)) == 0
        assert tasks.remind(due + dt.timedelta(days=7)) == 1
        house_mail.deliver.call("x@example.org", "x", "x")
        work()
        texts = [m.body for m in mail.outbox if m.to == ["otto@example.org"]]
        assert len(texts) == 2
        assert "are due on 30 Jun 2025" in texts[0]
        assert "/indicators/returns/2024/other/" in texts[0]


class TestThePages:
    """The same by the web page."""

    @pytest.fixture
    def client(self, officer: User) -> Client:
        client = Client()
        client.force_login(officer)
        return client

    def test_send_see_the_faults_mend_sign(self, client: Client, campaign: Campaign, batches: list[Batch]) -> None:
        bad = SimpleUploadedFile("energy.csv", b"meter,month,carrier,direction,energy_kwh\nmain,1,steam,bought,7\n")
        answer = client.post("/indicators/returns/2024/ring/", {"tables": [bad]})
        waiting = client.get(answer["Location"])
        assert "Reading your files" in waiting.content.decode()
        work()
        told = client.get(answer["Location"]).content.decode()
        assert "1 thing to mend" in told
        assert "Use one of: electricity, heat, gas, fuel, cooling." in told

        good = SimpleUploadedFile("return.zip", parquet(batches, "ring"))
        answer = client.post("/indicators/returns/2024/ring/", {"tables": [good]})
        work()
        assert "ready to sign" in client.get(answer["Location"]).content.decode()
        client.post(f"{answer['Location']}sign/", {"comment": "as every year", "verb": "keep"})
        assert Return.objects.get(state=ReturnState.CHECKED).comment == "as every year"
        client.post(f"{answer['Location']}sign/", {"comment": "as every year", "verb": "sign"})
        work()
        assert "Signed by Kim" in client.get(answer["Location"]).content.decode()
        assert "signed" in client.get("/indicators/returns/2024/").content.decode()

    def test_nothing_sent_is_told_beside_the_field(self, client: Client, campaign: Campaign) -> None:
        answer = client.post("/indicators/returns/2024/ring/", {})

        assert answer.status_code == 422
        assert "Choose one or more files." in answer.content.decode()

    def test_the_templates_are_what_the_checks_accept(self, client: Client) -> None:
        text = client.get("/indicators/records/energy.csv").content.decode()

        assert text.strip() == "meter,month,carrier,direction,energy_kwh,emission_kg_per_kwh"
