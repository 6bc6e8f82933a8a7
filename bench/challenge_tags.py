"""Suggesting challenges: precision and recall on the evidence works of the record, and the time for many works.

The works are those that steps of chains name as evidence; the right answers are the challenges to which these steps lead. Each
is held out in turn and looked at by its title alone, for the record has no abstracts. "strict" also leaves out the needs that
the work was found for, whose words were written with it in view. The peer is the baseline that always says the most frequent
challenges of the other works. Few works (see the number): a change of one or two is no difference.
"""

import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from _support import claim, machine, new_home, table

CUTS = (1, 3, 5)
SIZES = (1_000, 10_000)


def found(likely: dict[str, list[str]], right: dict[str, frozenset[str]]) -> tuple[int, int, int]:
    """Right suggestions, all suggestions, all right answers."""
    return sum(len(set(likely[title]) & right[title]) for title in right), sum(map(len, likely.values())), sum(map(len, right.values()))


def words(counts: tuple[int, int, int]) -> tuple[str, str]:
    hit, said, all_right = counts
    return f"{hit / max(said, 1):.2f} ({hit}/{said})", f"{hit / all_right:.2f} ({hit}/{all_right})"


def main() -> None:
    """Load the record, measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="leaps-bench-") as folder:
        home = new_home(Path(folder) / "home")
        os.environ |= {"LEAPS_HOME": str(home), "LEAPS_LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": "leaps.config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("pack", "load", str(Path(__file__).resolve().parent.parent / "packs/leaps"), reason="benchmark", verbosity=0)
        measure()


def measure() -> None:
    from leaps.landscape import work_queries
    from leaps.landscape.classifier import MOST, THRESHOLD, Classifier, Judged
    from leaps.roadmaps.models import Technology

    whole = work_queries.description()
    right = {title: challenges for title, challenges, _needs in whole.evidence}
    titles = [title for title, _challenges, _needs in whole.evidence]

    def ranked(title: str, *, strict: bool, own_words: bool = True, taught: bool = True, most: int, threshold: float) -> list[str]:
        needs = next(needs for one, _challenges, needs in whole.evidence if one == title)
        told = work_queries.description(needs) if strict else whole
        passages = {key: [one for one in all_of if own_words or one.where != work_queries.WORDS] for key, all_of in told.passages.items()}
        others = [Judged(challenge, one, "", work_queries.EVIDENCE_STRENGTH) for one in titles if one != title for challenge in sorted(right[one])]
        return [one.challenge for one in Classifier(passages, [*told.background, *titles], others if taught else []).suggest(title, most=most, threshold=threshold)]

    def frequent(title: str, most: int) -> list[str]:
        counts = Counter(challenge for one in titles if one != title for challenge in right[one])
        return [key for key, _n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]]

    print(f"\n{len(titles)} evidence works, {sum(map(len, right.values()))} right answers among {len(whole.passages)} challenges\n")
    ways = {
        "held out": {"strict": False}, "strict": {"strict": True}, "strict, untaught": {"strict": True, "taught": False},
        "strict, without our words": {"strict": True, "own_words": False},
    }  # fmt: skip
    rows, right_ones = [], {}
    for most in CUTS:
        base = found({title: frequent(title, most) for title in titles}, right)
        rows.append([str(most), "most frequent", *words(base)])
        for name, more in ways.items():
            counts = found({title: ranked(title, most=most, threshold=1e-9, **more) for title in titles}, right)
            right_ones[name, most] = counts[0], base[0]
            rows.append([str(most), name, *words(counts)])
    table(["k", "way", "precision", "recall"], rows)
    print()
    rows = [[name, *words(found({title: ranked(title, most=MOST, threshold=THRESHOLD, **more) for title in titles}, right))] for name, more in ways.items()]
    table([f"as shown: at most {MOST}, from {THRESHOLD}", "precision", "recall"], rows)
    some = sum(bool(work_queries.suggested(one.name, one.description)) for one in Technology.objects.all())
    print(f"\n{some} of {Technology.objects.count()} technologies get a suggestion; nobody has said which of them are right.\n")

    texts = [(f"{titles[n % len(titles)]} {n}", " ".join([*whole.background[n % 300 : n % 300 + 12], str(n)])) for n in range(max(SIZES))]
    classifier = Classifier(whole.passages, whole.background, [])
    rows = []
    for size in SIZES:
        started = time.perf_counter()
        for title, body in texts[:size]:
            classifier.suggest(title, body)
        seconds = time.perf_counter() - started
        rows.append([f"{size:,}", f"{seconds:.2f} s", f"{1e6 * seconds / size:.0f} µs"])
    table(["works", "all", "each"], rows)
    ours, peer = right_ones["strict", 3]
    claim(
        "three suggestions hold more right challenges than the three most frequent ones", f"{ours} against {peer} of {sum(map(len, right.values()))}", met=ours > peer
    )


if __name__ == "__main__":
    main()
