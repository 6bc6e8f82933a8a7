"""The language of bound texts: calls with literals, and nothing that runs, repeats or reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.core.documents.language import CLOSE, OPEN, parse


def test_a_call_has_a_name_and_literals_and_its_line() -> None:
    found = parse("One.\n\nAbout {{ value('esrf', 'ACC-07', 2022) }} and {{count('instrument', country=\"DE\", dark=False, at=-1.5)}}.")

    assert [(c.name, c.args, c.named, c.line) for c in found.calls] == [
        ("value", ("esrf", "ACC-07", 2022), {}, 3),
        ("count", ("instrument",), {"country": "DE", "dark": False, "at": -1.5}, 3),
    ]
    assert found.text == f"One.\n\nAbout {OPEN}0{CLOSE} and {OPEN}1{CLOSE}."
    assert found.problems == ()


@pytest.mark.parametrize(
    "line",
    [
        "{% for x in facilities %}",
        "{% include '/etc/passwd' %}",
        "{{ settings.SECRET_KEY }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ value(__import__('os').environ) }}",
        "{{ value('a' * 10**9) }}",
        "{{ value([1] * 3) }}",
        "{{ value(*['a']) }}",
        "{{ value(**{'a': 1}) }}",
        "{{ (lambda: value('a'))() }}",
        "{{ value('a'",
        "value('a') }}",
        "{{ }}",
        "{{ 9**9**9 }}",
        "{{ " + "(" * 300 + " }}",
        "{{ value('" + "x" * 500 + "') }}",
        f"{OPEN}0{CLOSE}",
    ],
)
def test_everything_else_is_refused_with_its_line(line: str) -> None:
    found = parse(f"First.\n{line}\nLast.", file="impact")

    assert found.calls == ()
    assert [(p.file, p.row) for p in found.problems] == [("impact", 2)]
    assert all(p.cure for p in found.problems)


def test_a_fault_does_not_hide_the_other_calls() -> None:
    found = parse("{{ value('a') }} {{ x.y }} {{ value('b') }}")

    assert [c.args for c in found.calls] == [("a",), ("b",)]
    assert len(found.problems) == 1


def test_a_block_of_code_is_left_alone() -> None:
    found = parse("```\n{{ value('a') }} {% x %}\n```\n{{ value('b') }}")

    assert [c.line for c in found.calls] == [4]
    assert found.problems == ()


@given(st.text(alphabet=st.sampled_from("{}%'\"(),=ab1 \n`~.-" + OPEN), max_size=80))
def test_no_text_breaks_it_and_every_brace_is_read_or_told(text: str) -> None:
    found = parse(text)
    outside = found.text

    assert outside.count(OPEN) == len(found.calls)
    if "{{" in outside and "```" not in text and "~~~" not in text:
        assert found.problems
