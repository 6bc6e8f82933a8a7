"""The public pages: what they say is what the record and the code do."""

import csv
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from leaps.outreach import glossary, queries
from leaps.record import actions, registry
from leaps.record.survey import survey
from leaps.record.types import Action, Edit
from tests.conftest import PACK
from tests.record.factories import facility, instrument, update, write

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def entries(client: Client) -> dict[str, str | None]:
    tree = ET.fromstring(client.get("/sitemap.xml").content)
    return {
        str(url.findtext("s:loc", namespaces=SITEMAP)): url.findtext("s:lastmod", namespaces=SITEMAP)
        for url in tree.findall("s:url", SITEMAP)
    }


@pytest.mark.usefixtures("real_record", "db")
class TestWithTheShippedRecord:
    """What the pages say about the real record."""

    def test_the_survey_counts_what_the_provenance_table_lists(self) -> None:
        rows = list(csv.DictReader((PACK / "provenance.csv").open()))
        counted = survey()

        assert counted.values == len(rows)
        for code, n in counted.standing.items():
            assert n == sum(row["confidence"] == code for row in rows)
        for table in counted.tables:
            for field in table.fields:
                listed = sum(r["table"] == table.table and r["field"] == field.spec.name for r in rows)
                assert field.recorded == listed, (table.table, field.spec.name)

    def test_every_table_is_offered_and_is_the_pack_to_the_byte(self, client: Client) -> None:
        page = client.get("/data/").content.decode()
        offered = re.findall(r'href="/data/([a-z_]+)\.csv" download', page)

        assert sorted([f"{name}.csv" for name in offered if name != "standing"]) == sorted(p.name for p in PACK.glob("*.csv"))
        for name in offered:
            if name != "standing":
                assert client.get(f"/data/{name}.csv").content == (PACK / f"{name}.csv").read_bytes()

    def test_a_table_is_not_sent_twice(self, client: Client) -> None:
        tag = client.get("/data/upgrades.csv").headers["ETag"]

        assert client.get("/data/upgrades.csv", headers={"if-none-match": tag}).status_code == 304

    @pytest.mark.parametrize("name", ["nothing", "datapackage", "../secret"])
    def test_a_table_that_is_not_there_is_not_found(self, name: str, client: Client) -> None:
        assert client.get(f"/data/{name}.csv").status_code == 404

    def test_the_figure_comes_as_a_file(self, client: Client) -> None:
        drawing = client.get("/data/standing.svg").content
        image = client.get("/data/standing.png").content
        numbers = list(csv.DictReader(io.StringIO(client.get("/data/standing.csv").content.decode())))

        assert ET.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
        assert image.startswith(b"\x89PNG")
        assert sum(int(row["sourced"]) for row in numbers) == survey().standing["sourced"]
        assert client.get("/data/standing.exe").status_code == 404

    def test_the_sitemap_lists_every_object(self, client: Client) -> None:
        found = entries(client)

        assert sum(f"{settings.BASE_URL}/instruments/" in address for address in found) == 531 + 1
        assert sum(f"{settings.BASE_URL}/techniques/" in address for address in found) == 377 + 1
        assert all(client.get(a.removeprefix(settings.BASE_URL)).status_code == 200 for a in list(found)[::97])

    def test_home_runs_three_examples_that_find_something(self, client: Client) -> None:
        page = client.get("/").content.decode()
        examples = re.findall(r'href="(/instruments/\?q=[^"]+)"', page)

        assert len(examples) == 3
        for example in examples:
            answer = client.get(example, follow=True).content.decode()
            assert re.search(r'data-testid="result-head"[^>]*>\s*(<[^>]+>)*\s*[1-9]', answer), example

    def test_a_wrong_address_leads_to_what_was_meant(self, client: Client) -> None:
        response = client.get("/beamlines/esrf/")

        assert response.status_code == 404
        assert 'href="/facilities/esrf/"' in response.content.decode()
        assert 'value="esrf"' in response.content.decode()

    def test_the_number_of_queries_does_not_depend_on_the_size(self, client: Client, django_assert_max_num_queries: object) -> None:
        client.get("/data/")
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            client.get("/data/")
        with django_assert_max_num_queries(2 * len(registry.all_types()) + 4):  # type: ignore[operator]
            client.get("/sitemap.xml")


@pytest.mark.django_db
class TestWithASmallRecord:
    """What the pages say when things are few, new or missing."""

    def test_an_empty_record_is_said_to_be_empty(self, client: Client) -> None:
        assert "load a pack" in client.get("/").content.decode()
        assert client.get("/data/").status_code == 200
        assert client.get("/about/").status_code == 200

    def test_the_sitemap_dates_an_object_by_its_last_change_under_any_key(self, client: Client) -> None:
        write(facility("ring"), facility("other"), now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
        write(update("facility", "ring", city="Lund"), now=dt.datetime(2026, 3, 4, tzinfo=dt.UTC))
        actions.rename(
            kind="facility", key="ring", new_key="circle", actor=actions.System("office"),
            reason="", now=dt.datetime(2026, 5, 6, tzinfo=dt.UTC),
        )  # fmt: skip

        found = entries(client)

        assert found[f"{settings.BASE_URL}/facilities/circle/"] == "2026-05-06"
        assert found[f"{settings.BASE_URL}/facilities/other/"] == "2026-01-02"
        assert f"{settings.BASE_URL}/facilities/ring/" not in found

    def test_news_is_of_the_last_seven_days(self) -> None:
        now = timezone.now()
        write(facility("ring"), now=now - dt.timedelta(days=30))
        assert [c.key for c in queries.news(now).changes] == ["ring"]
        assert not queries.news(now).this_week

        write(instrument("ring-i01"), now=now - dt.timedelta(days=2))

        assert [c.key for c in queries.news(now).changes] == ["ring-i01"]
        assert queries.news(now).this_week

    def test_the_survey_follows_the_record(self) -> None:
        write(facility("ring", city="Lund"))
        before = survey().values
        write(Edit("facility", "ring", Action.DELETE))

        assert before > 0
        assert survey().values == 0

    def test_robots_keep_out_of_what_is_private(self, client: Client) -> None:
        lines = client.get("/robots.txt").content.decode().splitlines()

        assert "Disallow: /account/" in lines
        assert "Disallow: /" not in lines
        assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in lines

    @override_settings(TRIAL=True)
    def test_a_trial_is_no_place_for_robots(self, client: Client) -> None:
        assert "Disallow: /" in client.get("/robots.txt").content.decode().splitlines()

    def test_the_operator_is_named_where_one_is_set(self, client: Client) -> None:
        named = {**settings.OPTION, "operator": "The Lund Office", "operator_email": "office@example.org"}
        with override_settings(OPTION=named):
            for page in ("/about/", "/privacy/", "/accessibility/"):
                assert "office@example.org" in client.get(page).content.decode(), page
            assert "The Lund Office" in client.get("/privacy/").content.decode()


class TestTheGlossary:
    """One file, shown word by word."""

    def test_links_lead_to_words_that_are_there(self) -> None:
        terms = glossary.terms()
        anchors = {term.anchor for term in terms}
        wanted = {a for term in terms for p in term.paragraphs for a in re.findall(r'href="#([^"]+)"', p)}

        assert len(terms) > 30
        assert len(anchors) == len(terms)
        assert wanted <= anchors

    def test_words_stand_in_alphabetical_order(self) -> None:
        words = [term.word.casefold() for term in glossary.terms()]

        assert words == sorted(words)

    def test_markup_of_the_file_is_shown_not_run(self) -> None:
        (term,) = glossary.parse("# Head\n\n## A word\n\n<b>bold</b> `a<b` and [here](#there)\n\nsecond **strong**\n")

        assert term.anchor == "a-word"
        assert term.paragraphs == (
            '&lt;b&gt;bold&lt;/b&gt; <code>a&lt;b</code> and <a href="#there">here</a>',
            "second <strong>strong</strong>",
        )

    def test_a_link_to_a_script_stays_text(self) -> None:
        (term,) = glossary.parse("## A\n\n[x](javascript:alert(1))\n")

        assert "<a" not in term.paragraphs[0]
