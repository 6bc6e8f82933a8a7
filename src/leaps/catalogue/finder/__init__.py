"""The instrument finder: facts in, question in, answer out. Pure Python and NumPy, no database.

index = Index(instruments, techniques)                    # once per change of the record
query, problems = parse(request_parameters, index.values) # never raises
rest, suggestions = understand(query.text, index.vocabulary, today=today)
result = index.search(query, today=today)
result.fits, result.may_fit                                # ids, in the order asked for
result.facets[Code.COUNTRY].shown(), result.tree(parent)   # counts, all other filters applied
result.unknown(id)                                         # why an instrument only may fit
to_params(query)                                           # the shareable address
"""

from leaps.catalogue.finder.index import Index
from leaps.catalogue.finder.query import FLAGS, LISTS, SORTS, STATUSES, Query, parse, to_params
from leaps.catalogue.finder.result import Facet, Loosening, NearMiss, Relaxation, Result, TreeNode
from leaps.catalogue.finder.techniques import TechniqueTree
from leaps.catalogue.finder.types import (
    Answer,
    Code,
    Condition,
    Correction,
    Count,
    DarkPeriod,
    InstrumentFacts,
    Range,
    Reason,
    TechniqueFacts,
    TextMatch,
    Verdict,
)
from leaps.catalogue.finder.understand import Suggestion, Understood, understand
from leaps.catalogue.finder.vocabulary import Vocabulary

__all__ = [
    "FLAGS",
    "LISTS",
    "SORTS",
    "STATUSES",
    "Answer",
    "Code",
    "Condition",
    "Correction",
    "Count",
    "DarkPeriod",
    "Facet",
    "Index",
    "InstrumentFacts",
    "Loosening",
    "NearMiss",
    "Query",
    "Range",
    "Reason",
    "Relaxation",
    "Result",
    "Suggestion",
    "TechniqueFacts",
    "TechniqueTree",
    "TextMatch",
    "TreeNode",
    "Understood",
    "Verdict",
    "Vocabulary",
    "parse",
    "to_params",
    "understand",
]
