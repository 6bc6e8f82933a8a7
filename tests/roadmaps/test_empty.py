"""A record in which nothing stands yet."""

import pytest
from django.test import Client

from leaps.roadmaps import queries


@pytest.mark.django_db
def test_the_planner_says_that_there_is_nothing_to_plan(client: Client) -> None:
    queries._supply.cache_clear()

    answer = client.get("/planner/")

    queries._supply.cache_clear()
    assert answer.status_code == 200
    assert "No ring is dark in the years to come" in answer.content.decode()
