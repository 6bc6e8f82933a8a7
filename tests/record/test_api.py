"""The record over HTTP: who may read and write what, versions, pages, past days, former keys, packs."""

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.accounts import actions as accounts_actions
from leaps.accounts.models import ApiToken
from leaps.record import actions, queries, registry
from leaps.record.models import ChangeSet
from tests.record.factories import NOW, OFFICE, delete, facility, instrument, technique, update, write
from tests.rest import ANYBODY, Caller, editor, office, person, problems_of

pytestmark = pytest.mark.django_db

RING = "facilities/ring"
CITY = {"values": {"city": "Lund"}}


@pytest.fixture
def ring() -> None:
    """Two facilities, one with an instrument."""
    write(facility(), facility("other"), instrument())


def city() -> Any:
    state = queries.state("facility", "ring")
    assert state is not None
    return state.values["city"]


class TestReading:
    """Open to all."""

    def test_an_object_has_values_and_provenance(self, ring: None) -> None:
        found = ANYBODY.json(RING)

        assert (found["kind"], found["key"], found["version"]) == ("facility", "ring", 1)
        assert found["values"]["short_name"] == "RING"
        assert found["values"]["city"] is None
        assert found["provenance"]["country"] == {
            "confidence": "sourced", "source_url": "https://example.org/page", "as_of": "2025",
        }  # fmt: skip
        assert "city" not in found["provenance"]
        assert found["url"].endswith("/facilities/ring/")

    def test_a_list_can_be_narrowed_to_a_facility(self, ring: None) -> None:
        write(instrument("other-i01", "other"))
        write(facility("third"))

        assert [i["key"] for i in ANYBODY.walk("upgrades?facility=ring")] == []
        assert [i["key"] for i in ANYBODY.walk("instruments?facility=ring")] == ["ring-i01"]

    @pytest.mark.parametrize("size", [1, 2, 3, 7])
    def test_following_next_visits_every_object_once(self, size: int) -> None:
        keys = [f"f{n}" for n in range(7)]
        write(*(facility(key) for key in keys))

        assert [item["key"] for item in ANYBODY.walk(f"facilities?limit={size}")] == keys

    def test_what_is_added_meanwhile_disturbs_no_page(self) -> None:
        write(*(facility(key) for key in ("b", "d", "f")))
        first = ANYBODY.json("facilities?limit=2")
        write(facility("a"), facility("e"))

        second = ANYBODY.json(first["next"].removeprefix("http://testserver"))

        assert [i["key"] for i in first["items"] + second["items"]] == ["b", "d", "e", "f"]

    def test_a_past_day_shows_the_record_of_that_day(self) -> None:
        write(facility(city="Lund"), now=NOW)
        write(update("facility", "ring", city="Malmö"), now=NOW + dt.timedelta(days=2))
        day = NOW.date()

        then = ANYBODY.json(f"{RING}?on={day}")

        assert (then["values"]["city"], then["version"], then["values"]["staff_count"]) == ("Lund", 1, None)
        assert ANYBODY.json(f"{RING}?on={day + dt.timedelta(days=2)}")["values"]["city"] == "Malmö"
        assert ANYBODY.get(f"{RING}?on={day - dt.timedelta(days=1)}").status_code == 404

    def test_a_removed_object_can_be_read_on_a_past_day(self) -> None:
        write(facility(), now=NOW)
        write(delete("facility", "ring"), now=NOW + dt.timedelta(days=1))

        assert ANYBODY.get(RING).status_code == 404
        assert ANYBODY.json(f"{RING}?on={NOW.date()}")["key"] == "ring"

    def test_a_former_key_redirects(self, ring: None) -> None:
        actions.rename(kind="facility", key="ring", new_key="new-ring", actor=OFFICE, reason="", now=NOW)

        answer = ANYBODY.get(RING)

        assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v1/facilities/new-ring")
        assert ANYBODY.json("instruments/ring-i01")["values"]["facility"] == "new-ring"

    def test_a_write_to_a_former_key_reaches_the_object(self, ring: None) -> None:
        actions.rename(kind="facility", key="ring", new_key="new-ring", actor=OFFICE, reason="", now=NOW)
        etag = ANYBODY.etag("facilities/new-ring")

        answer = office().send("PATCH", RING, CITY, If_Match=etag)

        assert (answer.status_code, answer.json()["key"], answer.json()["values"]["city"]) == (200, "new-ring", "Lund")

    @pytest.mark.parametrize("key", ["nothing", "%00", "a%2Fb", "%ED%A0%80", "x" * 500, "..", "ring%0A"])
    def test_a_key_that_is_none_is_not_found(self, ring: None, key: str) -> None:
        answer = ANYBODY.get(f"facilities/{key}")

        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")

    def test_the_number_of_queries_does_not_depend_on_the_number_of_objects(self, ring: None) -> None:
        write(technique("PaNET00001", "root"))
        write(update("instrument", "ring-i01", techniques=["PaNET00001"]))

        def counts() -> list[int]:
            found = []
            for path in ("facilities", "techniques", "instruments", "changes", "packs"):
                ANYBODY.json("instruments")  # the index is read before
                with CaptureQueriesContext(connection) as statements:
                    ANYBODY.json(path)
                found.append(len(statements))
            return found

        one = counts()
        write(facility("f2"), technique("PaNET00002", "b", ["PaNET00001"]), instrument("ring-i02", techniques=["PaNET00001"]))
        write(facility("f3"), technique("PaNET00003", "c"), instrument("ring-i03", techniques=["PaNET00002"]))

        assert one == counts()


class TestConditions:
    """ETags spare work, and keep two writers from overwriting each other."""

    @pytest.mark.parametrize("path", [RING, "facilities", "instruments", "instruments/ring-i01/pidinst", "changes", "packs", "openapi.json"])
    def test_who_has_the_version_gets_304_without_a_body(self, ring: None, path: str) -> None:
        etag = ANYBODY.etag(path)

        same, weak, other = (ANYBODY.get(path, If_None_Match=value) for value in (etag, f'"x", W/{etag}', '"x"'))

        assert [(a.status_code, len(a.content) > 0) for a in (same, weak, other)] == [(304, False), (304, False), (200, True)]
        assert same.headers["ETag"] == etag

    def test_the_etag_of_an_object_changes_only_with_the_object(self, ring: None) -> None:
        before = ANYBODY.etag(RING)
        write(update("facility", "other", city="Lund"))
        unmoved = ANYBODY.etag(RING)
        write(update("facility", "ring", city="Lund"))

        assert (before == unmoved, before == ANYBODY.etag(RING)) == (True, False)

    def test_the_etag_of_a_list_changes_with_the_record(self, ring: None) -> None:
        before = ANYBODY.etag("facilities")
        write(update("facility", "ring", city="Lund"))

        assert ANYBODY.etag("facilities") != before

    def test_the_etag_follows_the_key_of_an_object_it_names(self, ring: None) -> None:
        before = ANYBODY.etag("instruments/ring-i01")
        actions.rename(kind="facility", key="ring", new_key="new-ring", actor=OFFICE, reason="", now=NOW)

        assert ANYBODY.etag("instruments/ring-i01") != before

    def test_the_second_of_two_writers_is_shown_the_difference(self, ring: None) -> None:
        first, second = editor(), office()
        etag = ANYBODY.etag(RING)

        one = first.send("PATCH", RING, {"values": {"city": "Lund"}}, If_Match=etag)
        two = second.send("PATCH", RING, {"values": {"city": "Malmö", "country": "SE"}}, If_Match=etag)

        assert (one.status_code, two.status_code) == (200, 412)
        assert city() == "Lund"
        told = two.json()
        assert [(p["field"], p["value"], "Lund" in p["message"]) for p in told["problems"]] == [("city", "Malmö", True)]
        assert told["present"]["values"]["city"] == "Lund"
        again = second.send("PATCH", RING, {"values": {"city": "Malmö"}}, If_Match=told["present"]["etag"])
        assert (again.status_code, city()) == (200, "Malmö")

    def test_a_write_between_check_and_lock_is_noticed_too(self, ring: None, monkeypatch: pytest.MonkeyPatch) -> None:
        applied = actions.apply_edits

        def overtaken(**arguments: Any) -> Any:
            monkeypatch.setattr(actions, "apply_edits", applied)
            write(update("facility", "ring", city="Lund"))
            return applied(**arguments)

        monkeypatch.setattr(actions, "apply_edits", overtaken)

        answer = office().send("PATCH", RING, {"values": {"city": "Malmö"}}, If_Match=ANYBODY.etag(RING))

        assert (answer.status_code, city()) == (412, "Lund")
        assert answer.json()["present"]["etag"] == ANYBODY.etag(RING)

    def test_the_etag_of_a_write_is_that_of_the_next_read(self, ring: None) -> None:
        answer = office().send("PATCH", RING, CITY, If_Match=ANYBODY.etag(RING))

        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (ANYBODY.etag(RING), "no-store")

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_a_write_must_say_which_version_it_changes(self, ring: None, method: str) -> None:
        answer = office().send(method, RING, CITY if method == "PATCH" else None)

        assert answer.status_code == 428
        assert city() is None

    def test_a_star_takes_any_version(self, ring: None) -> None:
        assert office().send("PATCH", RING, CITY, If_Match="*").status_code == 200

    def test_an_overtaken_removal_removes_nothing(self, ring: None) -> None:
        etag = ANYBODY.etag("instruments/ring-i01")
        write(update("instrument", "ring-i01", full_name="New"))

        answer = office().send("DELETE", "instruments/ring-i01", If_Match=etag)

        assert answer.status_code == 412
        assert queries.state("instrument", "ring-i01") is not None


class TestWriting:
    """By token with scope, within the roles of its owner."""

    def test_an_editor_changes_what_is_his(self, ring: None) -> None:
        body = {"values": {"city": "Lund"}, "provenance": {"source_url": "https://example.org", "as_of": "2026"}, "reason": "Moved"}

        answer = editor().send("PATCH", RING, body, If_Match=ANYBODY.etag(RING))

        assert answer.json()["provenance"]["city"] == {"confidence": "sourced", "source_url": "https://example.org", "as_of": "2026"}
        made = ChangeSet.objects.order_by("-revision")[0]
        assert (made.actor_label, made.origin, made.reason) == ("editor-ring", "api", "Moved")

    def test_an_editor_confirms_with_his_name(self, ring: None) -> None:
        body = CITY | {"provenance": {"confirmed": True}}

        answer = editor().send("PATCH", RING, body, If_Match="*")

        assert answer.json()["provenance"]["city"] == {
            "confidence": "confirmed", "vouched_by": "editor-ring", "vouched_on": timezone.now().date().isoformat(),
        }  # fmt: skip

    def test_the_office_does_not_confirm_for_a_facility(self, ring: None) -> None:
        answer = office().send("PATCH", RING, CITY | {"provenance": {"confirmed": True}}, If_Match="*")

        assert (answer.status_code, city()) == (403, None)

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("anybody", 401), ("nonsense", 401), ("without role", 403), ("other editor", 403),
            ("read only", 403), ("expired", 401), ("revoked", 401), ("left", 401), ("editor", 200), ("office", 200),
        ],
    )  # fmt: skip
    def test_who_may_change_a_facility(self, ring: None, who: str, status: int) -> None:
        caller = {
            "anybody": lambda: ANYBODY,
            "nonsense": lambda: Caller("leaps_nothing"),
            "without role": lambda: person("user"),
            "other editor": lambda: editor("other"),
            "read only": lambda: person("reader", ("facility_editor", "ring"), scopes=("read",)),
        }.get(who, editor if who != "office" else office)()
        if who == "expired":
            ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
        if who == "revoked":
            token = ApiToken.objects.get()
            accounts_actions.revoke_token(token=token, actor=token.user)
        if who == "left":
            token = ApiToken.objects.get()
            token.user.is_active = False
            token.user.save()

        answers = [
            caller.send("PATCH", RING, CITY, If_Match="*"),
            caller.send("POST", "instruments", {"key": "ring-i02", "values": {"facility": "ring", "name": "I02"}}),
            caller.send("DELETE", "instruments/ring-i01", If_Match="*"),
        ]

        allowed = status == 200
        assert [a.status_code for a in answers] == ([200, 201, 204] if allowed else [status] * 3)
        assert city() == ("Lund" if allowed else None)
        assert (queries.state("instrument", "ring-i02") is not None) == allowed
        assert (queries.state("instrument", "ring-i01") is None) == allowed
        if status == 401:
            assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")

    def test_an_editor_cannot_take_an_instrument_to_his_facility(self, ring: None) -> None:
        answer = editor("other").send("PATCH", "instruments/ring-i01", {"values": {"facility": "other"}}, If_Match="*")

        assert answer.status_code == 403

    def test_a_signed_in_browser_is_nobody_here(self, ring: None, client: Any, admin_user: Any) -> None:
        client.force_login(admin_user)

        answer = client.patch("/api/v1/facilities/ring", json.dumps(CITY), "application/json", headers={"If-Match": "*"})

        assert (answer.status_code, city()) == (401, None)

    def test_a_wrong_token_is_refused_for_reading_too(self, ring: None) -> None:
        assert [Caller(t).get(RING).status_code for t in ("leaps_x", "ö", "x" * 5000)] == [401, 401, 401]

    def test_a_new_object_has_an_address(self, ring: None) -> None:
        body = {"key": "ring-i02", "values": {"facility": "ring", "name": "I02", "photon_energy_min_ev": 5}}

        answer = editor().send("POST", "instruments", body)

        assert (answer.status_code, answer.headers["Location"]) == (201, "http://testserver/api/v1/instruments/ring-i02")
        assert ANYBODY.get(answer.headers["Location"].removeprefix("http://testserver")).headers["ETag"] == answer.headers["ETag"]

    def test_a_key_is_given_once(self, ring: None) -> None:
        answer = office().send("POST", "facilities", {"key": "ring", "values": {"name": "Another"}})

        assert answer.status_code == 409

    def test_every_fault_of_a_body_is_named_with_a_cure(self, ring: None) -> None:
        values = {"country": "Sweden", "latitude_deg": 300, "colour": "red", "staff_count": "many", "homepage": "x"}

        answer = office().send("PATCH", RING, {"values": values}, If_Match="*")

        found = problems_of(answer)
        assert [field for field, cure in found if cure] == list(values)

    def test_what_stands_between_fields_is_checked_too(self, ring: None) -> None:
        values = {"photon_energy_min_ev": 10, "photon_energy_max_ev": 5}

        answer = office().send("PATCH", "instruments/ring-i01", {"values": values}, If_Match="*")

        assert [field for field, _cure in problems_of(answer)] == ["photon_energy_min_ev"]

    def test_an_object_that_others_name_stays(self, ring: None) -> None:
        answer = office().send("DELETE", RING, If_Match="*")

        assert problems_of(answer) == [("slug", "Remove or change those first.")]

    def test_saying_what_is_so_already_changes_nothing(self, ring: None) -> None:
        body = {"values": {"country": "SE"}, "provenance": {"source_url": "https://example.org/page", "as_of": "2025"}}

        answer = office().send("PATCH", RING, body, If_Match=ANYBODY.etag(RING))

        assert (answer.status_code, answer.json()["version"], ChangeSet.objects.count()) == (200, 1, 1)

    @pytest.mark.parametrize(("name", "value"), [("city", ""), ("kind", "Synchrotron"), ("kind", ["fel"]), ("kind", {"a": 1})])
    def test_a_program_is_not_forgiven_what_a_person_is(self, ring: None, name: str, value: Any) -> None:
        answer = office().send("PATCH", RING, {"values": {name: value}}, If_Match="*")

        assert [field for field, cure in problems_of(answer) if cure] == [name]

    def test_null_empties_a_field(self, ring: None) -> None:
        write(update("facility", "ring", city="Lund"))

        answer = office().send("PATCH", RING, {"values": {"city": None}}, If_Match="*")

        assert answer.json()["values"]["city"] is None
        assert "city" not in answer.json()["provenance"]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{", 400), ("", 422), ("[" * 100_000, 400), ("[]", 422), ('{"values": 1}', 422), ('{"values": {}}', 422),
            ('{"values": {"city": "\\u0000"}}', 422), ('{"values": {"city": "\\ud800"}}', 422),
            ('{"values": {"city": ["\\ud800"]}}', 422), ('{"values": {"\\ud800": 1}}', 422), ('{"values": {"staff_count": 1e999}}', 422),
            ('{"values": {"staff_count": NaN}}', 422), ('{"values": {"staff_count": ' + "9" * 400 + "}}", 422),
            ('{"values": {"staff_count": ' + "9" * 9000 + "}}", 400), ('{"values": {"latitude_deg": true}}', 422),
            ('{"values": {"slug": "else"}}', 422), ('{"values": {"city": {"a": 1}}}', 422),
            ('{"values": {"city": "x"}, "reason": "\\u0000"}', 422), ('{"values": {"city": "x"}, "reason": "\\ud800"}', 422),
            ('{"values": {"city": "x"}, "provenance": {"source_url": "\\u0000"}}', 422),
            ('{"values": {"city": "x"}, "provenance": {"source_url": "ftp://x"}}', 422),
            ('{"values": {"city": "x"}, "provenance": {"as_of": "2025-13"}}', 422), ('{"values": {"city": "x"}, "more": 1}', 422),
        ],
    )  # fmt: skip
    def test_nonsense_in_a_body_is_refused_in_words(self, ring: None, body: str, status: int) -> None:
        answer = office().send("PATCH", RING, body, If_Match="*")

        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["detail"]
        assert (city(), ChangeSet.objects.count()) == (None, 1)

    @pytest.mark.parametrize("value", [{"a": 1}, ["x"], 3, True, "\x00", "\ud800", "x" * 500, "nothing"])
    def test_nonsense_as_reference_is_refused_in_words(self, ring: None, value: Any) -> None:
        caller = office()
        for table, name, more in (("insertion_devices", "source", {"kind": "wiggler"}), ("instruments", "facility", {})):
            answer = caller.send("POST", table, {"key": "new", "values": {name: value, "name": "x", **more}})

            assert [field for field, cure in problems_of(answer) if cure] == [name]


class TestChanges:
    """What was changed, newest first."""

    def test_field_by_field_with_provenance(self, ring: None) -> None:
        made = write(update("facility", "ring", city="Lund"), reason="Moved")

        found = ANYBODY.json(f"changes/{made.revision}")

        assert (found["reason"], found["count"]) == ("Moved", 1)
        (change,) = found["changes"]
        assert (change["kind"], change["key"], change["action"], change["facility"]) == ("facility", "ring", "update", "ring")
        assert change["fields"] == [
            {
                "field": "city",
                "before": {"value": None, "provenance": {"confidence": "known"}},
                "after": {"value": "Lund", "provenance": {"confidence": "sourced", "source_url": "https://example.org/page", "as_of": "2025"}},
            }
        ]

    def test_they_can_be_narrowed_and_walked(self, ring: None) -> None:
        for number in range(5):
            write(update("facility", "ring", staff_count=number))
        write(update("facility", "other", staff_count=1))

        def walked(query: str) -> list[int]:
            return [item["revision"] for item in ANYBODY.walk(f"changes?{query}")]

        assert walked("limit=2") == [7, 6, 5, 4, 3, 2, 1]
        assert walked("facility=ring&limit=3") == [6, 5, 4, 3, 2, 1]
        assert walked("kind=instrument") == [1]
        assert walked("kind=facility&key=other") == [7, 1]
        assert walked("origin=pack") == []

    @pytest.mark.parametrize(
        "query",
        ["kind=beamline", "key=ring", "origin=mail", "facility=nothing", "cursor=x", "cursor=WyJhIl0", "limit=0", "limit=1000000000000", "on=2026-01-01", "kind=", "limit=", "cursor=+", "facility="],
    )
    def test_nonsense_is_refused_in_words(self, ring: None, query: str) -> None:
        assert [field for field, cure in problems_of(ANYBODY.get(f"changes?{query}")) if cure] == [query.partition("=")[0]]

    @pytest.mark.parametrize("revision", ["99", "0", "9" * 30, "9" * 5000, "x", "-1"])
    def test_a_change_that_never_was_is_not_found(self, ring: None, revision: str) -> None:
        assert ANYBODY.get(f"changes/{revision}").status_code == 404


class TestPacks:
    """Whole tables at once."""

    CSV = b"slug,city,staff_count\nring,Lund,120\n"

    def test_the_whole_record_stands_first_then_each_facility(self, ring: None) -> None:
        for size in (1, 2, 50):
            assert [item["facility"] for item in ANYBODY.walk(f"packs?limit={size}")] == [None, "other", "ring"]
        address = ANYBODY.json("packs")["items"][0]["url"].partition("8000")[2]
        assert "datapackage.json" in zipfile.ZipFile(io.BytesIO(ANYBODY.get(address).content)).namelist()

    def test_a_check_says_what_loading_would_change_and_writes_nothing(self, ring: None) -> None:
        found = editor().upload("packs/check", "facilities.csv", self.CSV).json()

        assert found == {"ok": True, "added": 0, "changed": 1, "removed": 0, "unchanged": 0, "problems": []}
        assert city() is None

    def test_an_editor_loads_his_rows(self, ring: None) -> None:
        answer = editor().upload("packs", "facilities.csv", self.CSV, confirmed="true", reason="New figures")

        assert (answer.status_code, answer.json()["revision"], answer.json()["reason"]) == (200, 2, "New figures")
        assert ANYBODY.json(RING)["provenance"]["city"]["confidence"] == "confirmed"

    def test_all_mistakes_are_named_and_nothing_is_written(self, ring: None) -> None:
        wrong = b"slug,city,staff_count,country\nring,Lund,many,SE\nother,Lund,3,Sweden\n"

        answer = office().upload("packs", "facilities.csv", wrong)

        assert [(p["file"], p["row"], p["field"], p["value"]) for p in answer.json()["problems"]] == [
            ("facilities.csv", 2, "staff_count", "many"),
            ("facilities.csv", 3, "country", "Sweden"),
        ]
        assert (answer.status_code, city()) == (422, None)

    @pytest.mark.parametrize("path", ["packs", "packs/check"])
    def test_who_may(self, ring: None, path: str) -> None:
        statuses = [
            caller.upload(path, "facilities.csv", self.CSV).status_code
            for caller in (ANYBODY, person("user"), person("reader", ("office", ""), scopes=("read",)))
        ]
        foreign = editor("other").upload(path, "facilities.csv", self.CSV)

        assert statuses == [401, 403, 403]
        assert (foreign.status_code, city()) == ((200 if "check" in path else 422), None)
        assert [p["message"] for p in foreign.json()["problems"]] == ["is not yours to change"]

    def test_the_office_does_not_confirm_by_pack(self, ring: None) -> None:
        assert office().upload("packs", "facilities.csv", self.CSV, confirmed="true").status_code == 403
        assert city() is None

    @pytest.mark.parametrize("content", [b"", b"\x00", b"PK\x03\x04broken", b"slug\n" + b"\xff" * 20, b'"'])
    def test_nonsense_as_file_is_refused_in_words(self, ring: None, content: bytes) -> None:
        answer = office().upload("packs", "facilities.csv", content)

        assert (answer.status_code, bool(answer.json()["problems"])) == (422, True)

    def test_a_file_is_needed(self, ring: None) -> None:
        answer = office().send("POST", "packs", {})

        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


NASTY = st.text(max_size=30) | st.sampled_from(["\x00", "0", "-1", "9" * 400, "NaN", "2026-02-30", "0001-01-01", "9999-12-31", "%", "'", "\u2028"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from([t.table for t in registry.all_types()] + ["facilities/ring", "changes", "changes/1", "packs", "instruments/ring-i01/pidinst"]),
    pairs=st.lists(st.tuples(st.sampled_from(["cursor", "limit", "on", "facility", "kind", "key", "origin", "q", "energy", "from", "sort", "format"]) | NASTY, NASTY), max_size=4),
)  # fmt: skip
def test_no_query_string_breaks_anything(ring: None, path: str, pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    query = urlencode([(n.encode(errors="surrogatepass"), v.encode(errors="surrogatepass")) for n, v in pairs])

    answer = ANYBODY.get(f"{path}?{query}")

    assert answer.status_code in (200, 404, 422), (query, answer.content)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
