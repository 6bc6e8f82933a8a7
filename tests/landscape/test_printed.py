"""Pages of facilities, sources and upgrades say where the landscape document prints them, to whom may read that."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.landscape.models import Build, Edition
from leaps.landscape.stages import Stage
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def use(chapter: str, key: str, text: str) -> dict[str, Any]:
    return {
        "chapter": chapter, "line": 1, "call": "", "sentence": "", "text": text, "key": key, "label": "", "standing": "sourced", "raw": text, "source": "",
        "source_url": "", "as_of": "", "vouched": "", "link": "",
    }  # fmt: skip


@pytest.fixture
def edition() -> Edition:
    write(facility("ring"), facility("ring-two"))
    made = Edition.objects.create(slug="ed", title="Landscape 2031", opened_at=NOW, opened_label="Person office", stage=Stage.COMMENT)
    Build.objects.create(
        edition=made, state="done", asked_at=NOW, asked_label="Person office", finished_at=NOW, revision=1, digest="0" * 64,
        chapters=[{"slug": "one", "title": "Rings of today"}, {"slug": "two", "title": "What is coming"}],
        uses=[use("one", "facility/ring/country", "SE"), use("one", "facility/ring-two/country", "FR"), use("one", "facility/ring/country", "SE")],
    )  # fmt: skip
    return made


def test_a_page_names_the_chapters_that_print_it(edition: Edition) -> None:
    page = Client().get("/facilities/ring/").content.decode()
    assert f'<a href="/landscape/{edition.slug}/one/">Rings of today</a>' in page
    assert "What is coming" not in page
    assert "/landscape/figures/map/" in page


def test_who_may_not_read_the_draft_is_not_told_of_it(edition: Edition) -> None:
    Edition.objects.update(stage=Stage.DRAFT)
    assert "Rings of today" not in Client().get("/facilities/ring/").content.decode()
    office = User.objects.create_user("office@example.org", name="Olga")
    RoleGrant.objects.create(user=office, role="office", scope="")
    client = Client()
    client.force_login(office)
    assert "Rings of today" in client.get("/facilities/ring/").content.decode()
