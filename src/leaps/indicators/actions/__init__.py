"""What can be done: campaigns, returns, and the values computed from them."""

from leaps.indicators.actions.campaigns import freeze, open_campaign, remind
from leaps.indicators.actions.relevance import Word, say_relevance
from leaps.indicators.actions.returns import (
    Frozen,
    NotReady,
    Sent,
    TakenBack,
    keep_for_later,
    receive,
    record_reading,
    say,
    sign,
    withdraw,
)
from leaps.indicators.actions.values import publish, recompute, recompute_league

__all__ = [
    "Frozen",
    "NotReady",
    "Sent",
    "TakenBack",
    "Word",
    "freeze",
    "keep_for_later",
    "open_campaign",
    "publish",
    "receive",
    "recompute",
    "recompute_league",
    "record_reading",
    "remind",
    "say",
    "say_relevance",
    "sign",
    "withdraw",
]
