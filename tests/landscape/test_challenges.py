"""Challenges and their chains: the shipped record, what it refuses, what is missing, and the pages and files."""

import csv
import datetime as dt
import io
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaps.core.errors import InvalidInput
from leaps.landscape import challenge_queries, figures
from leaps.landscape.models import Challenge, ChallengeNeed, Need, Observable, ObservableTechnique
from leaps.record import queries, registry
from leaps.record.presentation import object_url
from leaps.record.types import Action, Edit
from tests.record.factories import facility, facts, instrument, technique, update, write

KINDS = ("challenge", "need", "observable", "challenge_need", "observable_technique")
TODAY = dt.date(2026, 11, 26)


@pytest.mark.usefixtures("real_record", "db")
class TestTheShippedPack:
    def test_all_of_it_is_there(self) -> None:
        lists = Counter(Challenge.objects.values_list("scheme", flat=True))

        assert lists == {"goal": 17, "cluster": 6, "theme": 6, "leaps": 6, "mission": 5}
        assert (Need.objects.count(), ChallengeNeed.objects.count(), Observable.objects.count(), ObservableTechnique.objects.count()) == (16, 63, 30, 53)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_value_has_a_standing(self, kind: str) -> None:
        for state in queries.states(registry.get(kind)).values():
            filled = {name for name, value in state.values.items() if value not in (None, [])} - {"slug"}
            assert filled == set(state.provenance), state.key
            assert {told["confidence"] for told in state.provenance.values()} <= {"sourced", "known"}, state.key

    def test_no_strength_is_called_sourced_and_no_evidence_is_without_its_address(self) -> None:
        for kind in KINDS[2:]:
            for state in queries.states(registry.get(kind)).values():
                assert state.provenance["strength"]["confidence"] == "known"
                if state.values["evidence_url"]:
                    assert state.provenance["evidence_url"]["source_url"] == state.values["evidence_url"]

    def test_chains_end_at_instruments_or_say_that_they_do_not(self) -> None:
        rows = {row.key: row for row in challenge_queries.challenges(TODAY)}

        assert rows["mission-climate"].coverage is None
        assert [gap.kind for gap in rows["mission-climate"].gaps] == ["no-need"]
        energy = rows["leaps-energy"]
        assert energy.coverage is not None
        assert 0.3 < energy.coverage <= 1
        assert [(gap.kind, "neutron transmission radiography" in gap.words) for gap in energy.gaps] == [("no-instrument", True)]
        assert {"esrf", "max-iv", "petra-iii"} <= set(energy.facilities)

    def test_are_read_with_one_query_for_each_kind(self) -> None:
        challenge_queries.challenges(TODAY)
        with CaptureQueriesContext(connection) as captured:
            challenge_queries.challenges(TODAY)

        read = [query["sql"] for query in captured if 'FROM "landscape_' in query["sql"]]
        assert len(read) == len(KINDS) + 1  # and what was taken as evidence beside the record

    def test_the_api_shows_them(self, client: Client) -> None:
        told = client.get("/api/v1/observable_techniques/catalyst-sites-state-panet01265").json()

        assert told["values"]["time_resolution_s"] == 0.02
        assert told["provenance"]["strength"]["confidence"] == "known"
        assert told["provenance"]["evidence_url"]["confidence"] == "sourced"


def make(kind: str, key: str, **values: Any) -> Edit:
    return Edit(kind, key, Action.CREATE, facts(values))


def chain(**more: Any) -> list[Edit]:
    """A challenge with one need, one observable and one technique."""
    return [
        make("challenge", "warm", scheme="mission", code="w", title="Warmth"),
        make("need", "why", question="Why is it warm?"),
        make("challenge_need", "warm-why", challenge="warm", need="why", strength=2),
        make("observable", "heat", need="why", name="heat", strength=3),
        make("observable_technique", "heat-imaging", observable="heat", technique="PaNET01285", **{"strength": 2, **more}),
    ]


def one(year: int | None = None) -> challenge_queries.ChallengeRow:
    (row,) = challenge_queries.challenges(TODAY, year)
    return row


@pytest.fixture
def _there(db: None) -> None:
    write(facility("ring"), technique("PaNET01285", "x-ray imaging"))


@pytest.mark.usefixtures("_there")
class TestAChain:
    def test_finds_its_instruments_by_what_is_required(self) -> None:
        write(
            *chain(photon_energy_min_ev=10000.0, photon_energy_max_ev=20000.0),
            instrument("hard", "ring", techniques=["PaNET01285"], photon_energy_min_ev=8000.0, photon_energy_max_ev=30000.0, status="operating"),
            instrument("soft", "ring", techniques=["PaNET01285"], photon_energy_min_ev=100.0, photon_energy_max_ev=900.0, status="operating"),
            instrument("silent", "ring", techniques=["PaNET01285"], photon_energy_min_ev=None, photon_energy_max_ev=None, status="operating"),
            instrument("tells-nothing", "ring", techniques=[], status="operating"),
            instrument("planned", "ring", techniques=["PaNET01285"], photon_energy_min_ev=8000.0, photon_energy_max_ev=30000.0, status="planned"),
        )

        (end,) = one().chains[0].need.ends

        assert (end.offer.certain, end.offer.possible) == (1, 1)
        assert one().coverage == pytest.approx(2 / 3 * 1.5 / 5)

    def test_without_evidence_is_claimed(self) -> None:
        write(*chain(evidence_kind="paper", evidence_url="https://example.org/p", evidence_title="A paper"))

        assert [(step.kind, step.is_evidenced) for step in one().steps] == [("challenge_need", False), ("observable", False), ("observable_technique", True)]
        assert one().evidenced == 1

    def test_without_an_instrument_says_so(self) -> None:
        write(*chain())

        assert [gap.kind for gap in one().gaps] == ["no-instrument"]
        assert one().coverage == 0

    def test_counts_other_infrastructures_beside_it(self) -> None:
        write(*chain(), facility("reactor", kind="neutron"), instrument("cold", "reactor", techniques=["PaNET01285"], status="operating"))

        (gap,) = one().gaps
        assert gap.kind == "no-instrument"
        assert "Other infrastructures have 1 instrument for it." in gap.words

    def test_whose_facility_is_dark_all_year_says_so(self) -> None:
        write(
            *chain(), instrument("hard", "ring", techniques=["PaNET01285"], status="operating"),
            make("upgrade", "stop", facility="ring", project="Stop", dark_start="2028-01-01", dark_end="2029-01-01", date_precision="day", status="funded"),
        )  # fmt: skip

        assert [gap.kind for gap in one(2027).gaps] == []
        assert [gap.kind for gap in one(2028).gaps] == ["all-dark"]
        assert one(2028).coverage == 0

    def test_without_a_technique_or_an_observable_says_so(self) -> None:
        write(*chain()[:4])
        assert [gap.kind for gap in one().gaps] == ["no-technique"]

    def test_without_an_observable_says_so(self) -> None:
        write(*chain()[:3])
        assert [gap.kind for gap in one().gaps] == ["no-observable"]


@pytest.mark.usefixtures("_there")
class TestWhatIsRefused:
    def complaint(self, *edits: Edit) -> tuple[str, str]:
        with pytest.raises(InvalidInput) as refused:
            write(*edits)
        (problem,) = refused.value.problems
        return problem.field, problem.message

    def test_a_strength_above_three(self) -> None:
        assert self.complaint(*chain(strength=4)) == ("strength", "is above 3")

    def test_half_an_evidence(self) -> None:
        assert self.complaint(*chain(evidence_kind="paper")) == ("evidence_url", "is missing, though the kind of evidence is given")
        assert self.complaint(*chain(evidence_url="https://example.org/p")) == ("evidence_kind", "is missing, though evidence is given")

    def test_half_an_evidence_by_the_database_too(self) -> None:
        write(*chain())
        with pytest.raises(IntegrityError), transaction.atomic():
            ObservableTechnique.objects.update(evidence_kind="paper")

    def test_an_energy_range_upside_down(self) -> None:
        assert self.complaint(*chain(photon_energy_min_ev=20.0, photon_energy_max_ev=10.0))[0] == "photon_energy_min_ev"

    def test_a_key_that_hides_behind_a_list(self) -> None:
        assert self.complaint(make("challenge", "needs", scheme="goal", code="1", title="T"))[0] in ("slug", "challenge")

    def test_a_challenge_that_its_list_has_already(self) -> None:
        write(*chain())
        assert self.complaint(make("challenge", "again", scheme="mission", code="w", title="Warm"))[0] == "code"


@pytest.mark.usefixtures("real_record", "db")
class TestThePages:
    def test_the_list_shows_each_list_and_what_is_missing(self, client: Client) -> None:
        page = client.get("/landscape/challenges/").content.decode()

        for words in ("Themes of LEAPS", "Missions of the European Union", "Goals of the United Nations", "No need is on record", "every strength is unverified"):
            assert words in page

    def test_the_list_is_filtered(self, client: Client) -> None:
        page = client.get("/landscape/challenges/", {"list": "mission", "gap": "no-need"}).content.decode()

        assert "Adaptation to climate change" in page
        assert "Restore our ocean" not in page

    def test_nothing_found_says_what_to_do(self, client: Client) -> None:
        page = client.get("/landscape/challenges/", {"q": "zzzz"}).content.decode()

        assert "No challenge is like that" in page
        assert "Show all challenges" in page

    def test_a_challenge_shows_chain_gaps_evidence_and_instruments(self, client: Client) -> None:
        page = client.get("/landscape/challenges/leaps-energy/").content.decode()

        for words in ("is-claimed", "No light source of the record has neutron transmission radiography", "In-operando high-speed tomography", "not matched", 'aria-label="Figure"'):
            assert words in page

    def test_one_without_a_chain_says_so(self, client: Client) -> None:
        assert "No chain leads from here yet" in client.get("/landscape/challenges/mission-climate/").content.decode()

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_object_has_a_page(self, kind: str, client: Client) -> None:
        for key in sorted(queries.states(registry.get(kind)))[:3]:
            assert client.get(object_url(kind, key)).status_code == 200

    def test_a_technique_leads_to_the_needs(self, client: Client) -> None:
        page = client.get("/techniques/PaNET01265/").content.decode()

        assert "What society needs it for" in page
        assert "/landscape/challenges/needs/catalyst-sites/" in page
        assert "What society needs it for" not in client.get("/techniques/PaNET01214/").content.decode()

    @pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
    def test_lists_and_chains_come_as_files(self, form: str, client: Client) -> None:
        for path in ("/landscape/challenges/table.", "/landscape/challenges/chains.", "/landscape/challenges/leaps-energy/chain."):
            assert client.get(f"{path}{form}").status_code == 200

    def test_the_chains_as_a_table_hold_requirement_and_evidence(self, client: Client) -> None:
        text = client.get("/landscape/challenges/chains.csv", {"list": "leaps"}).content.decode("utf-8-sig")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(io.StringIO("\n".join(lines))))

        (one,) = [r for r in rows if r["challenge"] == "leaps-food" and r["technique"] == "PaNET01322"]
        assert (one["photon_energy_min_ev"], one["beam_size_um"], one["technique_strength"]) == ("11700", "20", "3")
        assert one["technique_evidence"].startswith("https://cfpub.epa.gov/")

    @pytest.mark.parametrize("form", ["svg", "png", "pdf"])
    def test_a_chain_comes_as_a_picture(self, form: str, client: Client) -> None:
        assert client.get(f"/landscape/challenges/leaps-energy/chain.{form}").status_code == 200

    def test_a_file_that_is_not_there_is_told(self, client: Client) -> None:
        assert client.get("/landscape/challenges/nothing/chain.csv").status_code == 404
        assert client.get("/landscape/challenges/leaps-energy/chain.doc").status_code == 404
        assert client.get("/landscape/challenges/table.doc").status_code in (400, 404)

    def test_a_year_of_nonsense_is_this_one(self, client: Client) -> None:
        for year in ("²", "99999999999999", "-1", "abc"):
            assert client.get("/landscape/challenges/", {"year": year}).status_code == 200


@pytest.mark.usefixtures("real_record", "db")
class TestTheFigure:
    def test_what_flows_in_flows_out(self) -> None:
        for code in ("leaps", "mission", "cluster", "theme", "goal"):
            made = figures.make("F9", AnonymousUser(), {"list": code})
            into: Counter[str] = Counter()
            out: Counter[str] = Counter()
            for record in made.records:
                if record["step"] == "challenge to technique":
                    into[record["to"]] += record["width"]
                else:
                    out[record["from"]] += record["width"]
            assert into
            assert {name: pytest.approx(width, abs=0.01) for name, width in into.items()} == dict(out)
            assert "is-claimed" in made.svg

    def test_evidence_decides_what_is_filled(self) -> None:
        def told() -> set[str]:
            made = figures.make("F9", AnonymousUser(), {"list": "leaps"})
            return {record["evidence"] for record in made.records if record["from"] == "leaps-food"}

        assert told() == {"shown", "claimed"}

        write(update("challenge_need", "leaps-food-arsenic-in-food", evidence_kind=None, evidence_url=None, evidence_title=None, evidence_date=None))

        assert told() == {"claimed"}
