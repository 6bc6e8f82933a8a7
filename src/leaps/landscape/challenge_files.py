"""Challenges and their chains as tables for files."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from leaps.landscape.challenge_queries import ChallengeRow, Step

CHALLENGE: Final = (
    "slug", "list", "code", "title", "description", "needs", "techniques", "facilities", "coverage", "steps", "steps_with_evidence", "missing", "works", "technologies", "confidence", "source_url",
)  # fmt: skip
CHAIN: Final = (
    "list", "challenge", "challenge_title", "need", "question", "need_strength", "need_evidence", "observable", "observable_name", "observable_strength", "observable_evidence",
    "technique", "technique_label", "photon_energy_min_ev", "photon_energy_max_ev", "beam_size_um", "time_resolution_s", "environment", "technique_strength", "technique_evidence",
    "instruments_fit", "instruments_may_fit", "open_share_fit", "open_share_may_fit", "facilities", "instruments_elsewhere", "need_coverage",
)  # fmt: skip


def challenge_records(rows: Iterable[ChallengeRow], confirmed: Mapping[str, tuple[list[str], list[str]]]) -> list[dict[str, Any]]:
    """One line for each challenge; `confirmed` names the works and technologies that people confirmed for it."""
    return [
        {
            "slug": row.key, "list": row.scheme, "code": row.code, "title": row.title, "description": row.description or None, "needs": len(row.chains),
            "techniques": ";".join(row.techniques) or None, "facilities": ";".join(row.facilities) or None,
            "coverage": None if row.coverage is None else round(row.coverage, 4), "steps": len(row.steps), "steps_with_evidence": row.evidenced,
            "missing": " ".join(gap.words for gap in row.gaps) or None, "works": ";".join(confirmed[row.key][0]) or None if row.key in confirmed else None,
            "technologies": ";".join(confirmed[row.key][1]) or None if row.key in confirmed else None,
            "confidence": row.provenance.confidence, "source_url": row.provenance.source_url or None,
        }
        for row in rows
    ]  # fmt: skip


def _evidence(step: Step) -> str:
    return ";".join(one.url for one in step.evidence) or "claimed"


def chain_records(rows: Iterable[ChallengeRow]) -> list[dict[str, Any]]:
    """One line for each way from a challenge to a technique; a need without a technique has a line with empty ends."""
    found = []
    for row in rows:
        for chain in row.chains:
            head = {
                "list": row.scheme, "challenge": row.key, "challenge_title": row.title, "need": chain.need.key, "question": chain.need.question,
                "need_strength": chain.step.strength, "need_evidence": _evidence(chain.step), "need_coverage": round(chain.need.coverage, 4),
            }  # fmt: skip
            lines: list[dict[str, Any]] = []
            for one in chain.need.observables:
                middle = {"observable": one.key, "observable_name": one.name, "observable_strength": one.step.strength, "observable_evidence": _evidence(one.step)}
                ends = [
                    {
                        "technique": end.panet_id, "technique_label": end.label, "photon_energy_min_ev": end.requirement.energy_min_ev,
                        "photon_energy_max_ev": end.requirement.energy_max_ev, "beam_size_um": end.requirement.beam_um, "time_resolution_s": end.requirement.time_s,
                        "environment": end.requirement.environment or None, "technique_strength": end.step.strength, "technique_evidence": _evidence(end.step),
                        "instruments_fit": end.offer.certain, "instruments_may_fit": end.offer.possible, "open_share_fit": round(end.offer.open_certain, 3),
                        "open_share_may_fit": round(end.offer.open_possible, 3), "facilities": ";".join(site.facility for site in end.offer.sites) or None,
                        "instruments_elsewhere": end.offer.elsewhere,
                    }
                    for end in one.techniques
                ]  # fmt: skip
                lines += [middle | end for end in ends] or [middle]
            empty: dict[str, Any] = dict.fromkeys(CHAIN)
            found += [empty | head | line for line in lines or [{}]]
    return found
