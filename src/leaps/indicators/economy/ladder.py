"""The method ladder: on which step a published study of economic impact stands."""

from enum import StrEnum


class Rung(StrEnum):
    """How far a study goes; each step takes in what the ones before count, and more."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    INDUCED = "induced"
    KNOWLEDGE = "knowledge"


MULTIPLIERS = ("ECO-02", "ECO-03", "ECO-10")
MONETISED = ("ECO-01", "ECO-05")
SINGLE_PATHWAYS = ("ECO-06", "ECO-08")
EFFECTS = (*MULTIPLIERS, *MONETISED, *SINGLE_PATHWAYS)
"""The indicators that tell an effect; the others of the group tell a cost."""
COST = "ECO-04"


def rung_of(indicator: str, rule: str) -> Rung | None:
    """The step of a value by its indicator and the rule its source tells; None where nobody told.

    Monetised impact and single pathways (papers, training) put a price on knowledge. A multiplier goes as far
    as its rule says; input-output analysis without more words reaches the suppliers at least.
    """
    words = rule.lower()
    if indicator in (*MONETISED, *SINGLE_PATHWAYS):
        return Rung.KNOWLEDGE
    if indicator in MULTIPLIERS:
        if "induced" in words or "type ii" in words:
            return Rung.INDUCED
        if "indirect" in words or "type i" in words or "input-output" in words:
            return Rung.INDIRECT
        if "direct" in words:
            return Rung.DIRECT
    return None


def rounds_untold(indicator: str, rule: str) -> bool:
    """Whether a multiplier by input-output analysis leaves open which rounds are in it."""
    words = rule.lower()
    return indicator in MULTIPLIERS and "input-output" in words and "direct" not in words and "induced" not in words
