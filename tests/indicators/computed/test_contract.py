"""What every computed indicator keeps to."""

from typing import Any

import pytest

from leaps.core.lake import fetch
from leaps.indicators import raw
from leaps.indicators.computed import CannotGroup, Kind, all_indicators, compute
from leaps.indicators.computed.base import RESULT_COLUMNS

IDS = list(all_indicators())


def values(duck: tuple[Any, dict[str, Any]], identity: str, *by: str) -> list[dict[str, Any]]:
    connection, tables = duck
    return list(fetch(connection, compute(all_indicators()[identity], tables, by).order_by(*by, "variant")).to_pylist())


@pytest.mark.parametrize("identity", IDS)
def test_it_says_what_it_is(identity: str) -> None:
    found = all_indicators()[identity]

    assert found.id == identity
    assert str(found.title)
    assert str(found.rule).endswith(".")
    assert set(found.records) <= set(raw.RECORDS)
    assert not found.variants or found.standard_variant in found.variants
    assert len(found.method_hash) == 16


@pytest.mark.parametrize("identity", IDS)
def test_it_gives_a_row_for_each_facility_year_and_variant(identity: str, duck: tuple[Any, dict[str, Any]]) -> None:
    found = values(duck, identity, "facility", "year")

    assert found
    assert tuple(found[0]) == ("facility", "year", *RESULT_COLUMNS)
    keys = [(row["facility"], row["year"], row["variant"]) for row in found]
    assert len(set(keys)) == len(keys)
    variants = set(all_indicators()[identity].variants) or {""}
    assert {row["variant"] for row in found} == variants


@pytest.mark.parametrize("identity", IDS)
def test_its_dimensions_can_be_grouped_by(identity: str, duck: tuple[Any, dict[str, Any]]) -> None:
    for dim in all_indicators()[identity].dims:
        assert values(duck, identity, "year", dim)
    with pytest.raises(CannotGroup, match="cannot be grouped"):
        values(duck, identity, "shoe size")


@pytest.mark.parametrize("identity", [i for i in IDS if all_indicators()[i].kind is Kind.SUM])
def test_facilities_add_up_to_the_league(identity: str, duck: tuple[Any, dict[str, Any]]) -> None:
    league = {(r["year"], r["variant"]): r["value"] for r in values(duck, identity, "year")}
    added: dict[tuple[int, str], float] = {}
    for row in values(duck, identity, "facility", "year"):
        key = (row["year"], row["variant"])
        added[key] = added.get(key, 0.0) + row["value"]

    assert added == pytest.approx(league)


@pytest.mark.parametrize("identity", [i for i in IDS if all_indicators()[i].kind is Kind.RATIO])
def test_ratios_of_the_league_are_sums_over_sums(identity: str, duck: tuple[Any, dict[str, Any]]) -> None:
    scale = all_indicators()[identity].scale
    for row in values(duck, identity, "year"):
        parts = [r for r in values(duck, identity, "facility", "year") if (r["year"], r["variant"]) == (row["year"], row["variant"])]
        top, below = sum(r["numerator"] for r in parts), sum(r["denominator"] for r in parts)
        assert row["numerator"] == pytest.approx(top)
        assert row["value"] == (pytest.approx(scale * top / below) if below else None)


@pytest.mark.parametrize("identity", [i for i in IDS if all_indicators()[i].kind is Kind.DISTINCT])
def test_unions_lie_between_the_largest_and_the_sum(identity: str, duck: tuple[Any, dict[str, Any]]) -> None:
    apart = values(duck, identity, "facility", "year")
    for row in values(duck, identity, "year"):
        parts = [r["value"] for r in apart if r["year"] == row["year"]]
        assert max(parts) <= row["value"] <= sum(parts)


def test_persons_are_united_and_own_keys_are_told(duck: tuple[Any, dict[str, Any]]) -> None:
    apart = values(duck, "ACC-10", "facility", "year")
    whole = values(duck, "ACC-10", "year")

    assert whole[0]["value"] < sum(r["value"] for r in apart if r["year"] == 2022)
    delta = next(r for r in apart if (r["facility"], r["year"]) == ("delta", 2022))
    assert whole[0]["unshared"] == delta["value"] == delta["unshared"]
