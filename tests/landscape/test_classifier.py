"""The classifier: word by word, without chance, without order, and better when people decide."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.landscape.classifier import REJECTED, Classifier, Judged, Passage, terms

CHALLENGES = {
    "batteries": [Passage("title", "Batteries", 3), Passage("words", "lithium; electrode; electrolyte", 2), Passage("need", "Which changes inside a lithium-ion cell take away its capacity?")],
    "soil": [Passage("title", "A soil deal", 3), Passage("words", "soil; root; fertiliser", 2), Passage("need", "Is the chromium of a soil in its toxic form?")],
    "peace": [Passage("title", "Peace and justice", 3)],
}  # fmt: skip
BACKGROUND = ["x-ray diffraction", "photon counting detectors", "ring with many magnets", "a lattice of magnets", "a sample in a flow cell"]
JUDGED = [Judged("batteries", "Sodium storage", "Hard carbon takes up sodium", 3), Judged("soil", "Root of a plant cell", "", 0)]
WORDS = st.lists(st.sampled_from(["lithium", "electrode", "soil", "root", "cell", "chromium", "sodium", "magnet", "banana", "capacity", "peace"]), max_size=12).map(" ".join)


def made(judged: list[Judged] | None = None) -> Classifier:
    return Classifier(CHALLENGES, BACKGROUND, judged or [])


def test_a_word_and_its_plural_are_one_term_and_neighbours_are_one_too() -> None:
    assert terms("Batteries, a battery") == ["battery", "battery", "battery battery"]
    assert terms("Fuel cells. Masses") == ["fuel", "cell", "fuel cell", "mass"]
    assert terms("Ångström gases of the X-ray, 2026") == ["angstrom", "gase", "angstrom gase"]
    assert terms("Status of glass, analysis of focus") == ["status", "glass", "focus", "status glass", "glass focus"]


def test_a_suggestion_says_which_words_and_their_shares_add_up() -> None:
    found = made().suggest("Lithium in an electrode", "A cell loses capacity", threshold=0.01)

    (one,) = found
    assert one.challenge == "batteries"
    assert {hit.word for hit in one.hits} == {"lithium", "electrode", "cell", "capacity"}
    assert sum(hit.weight for hit in one.hits) == pytest.approx(one.score)
    assert next(hit for hit in one.hits if hit.word == "lithium").where == ("need", "words")
    assert one.hits[0].word == "lithium", "of the title, and twice in the challenge"


@pytest.mark.parametrize("text", ["", "   ", "the of and", "2026 12", "banana", "…", "電池"])
def test_a_text_without_known_words_gives_nothing(text: str) -> None:
    assert made(JUDGED).suggest(text, text, threshold=0.0001) == []
    assert set(made(JUDGED).scores(text).values()) == {0.0}


def test_one_word_alone_is_not_certain() -> None:
    assert made().scores("Peace")["peace"] < 0.5


def test_what_was_confirmed_draws_its_like_near_and_what_was_rejected_pushes_away() -> None:
    before, after = made(), made(JUDGED)

    assert after.scores("Sodium in hard carbon")["batteries"] > before.scores("Sodium in hard carbon")["batteries"] == 0
    assert after.scores("A root in soil")["soil"] < before.scores("A root in soil")["soil"]
    (one,) = after.suggest("A root in soil", threshold=0.01)
    assert REJECTED in next(hit for hit in one.hits if hit.word == "root").where


def test_a_stronger_word_draws_nearer() -> None:
    weak, strong = (made([Judged("batteries", "Sodium storage", "", strength)]).scores("Sodium")["batteries"] for strength in (1, 3))

    assert 0 < weak < strong


@given(title=WORDS, body=WORDS, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_no_order_matters(title: str, body: str, seed: int) -> None:
    shuffled = random.Random(seed)
    challenges = [(key, shuffled.sample(passages, len(passages))) for key, passages in CHALLENGES.items()]
    shuffled.shuffle(challenges)
    other = Classifier(dict(challenges), shuffled.sample(BACKGROUND, len(BACKGROUND)), shuffled.sample(JUDGED, len(JUDGED)))

    assert other.scores(title, body) == pytest.approx(made(JUDGED).scores(title, body), abs=1e-12)
    assert [one.challenge for one in other.suggest(title, body)] == [one.challenge for one in made(JUDGED).suggest(title, body)]


@given(title=WORDS, body=WORDS)
@settings(max_examples=60, deadline=None)
def test_scores_have_bounds_and_suggestions_are_the_best_of_them(title: str, body: str) -> None:
    classifier = made(JUDGED)
    scores = classifier.scores(title, body)
    found = classifier.suggest(title, body, most=2, threshold=0.05)

    assert all(-1.0001 <= score <= 1.0001 for score in scores.values())
    assert [one.score for one in found] == pytest.approx(sorted((score for score in scores.values() if score >= 0.05), reverse=True)[:2])


@given(title=WORDS, body=WORDS)
@settings(max_examples=40, deadline=None)
def test_unknown_words_change_nothing(title: str, body: str) -> None:
    assert made().scores(title, f"{body}. zzyzx. qwertz") == pytest.approx(made().scores(title, body))


def test_without_challenges_there_is_nothing_to_suggest() -> None:
    assert Classifier({}).suggest("Lithium") == []
