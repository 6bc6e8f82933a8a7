"""Documents made from text and evidence: Markdown whose numbers, figures and tables are bound to where they come from.

An author writes `{{ value('esrf', 'ACC-07', 2022) }}`; a binder of the app above answers with a piece that knows its source.
From the same pieces come HTML, PDF (tagged, PDF/UA), DOCX, a twin in JSON-LD and a Data Package.
"""

from leaps.core.documents.assembly import Assembled, AssembledChapter, Use, assemble
from leaps.core.documents.language import Call, calls
from leaps.core.documents.pieces import (
    Acceptance,
    Binder,
    Chapter,
    Citation,
    Document,
    Figure,
    Number,
    Piece,
    Standing,
    Table,
    Unbound,
)
from leaps.core.documents.rendering import FORMS, Built, NotBuilt, build, chapter_html, render

__all__ = [
    "FORMS",
    "Acceptance",
    "Assembled",
    "AssembledChapter",
    "Binder",
    "Built",
    "Call",
    "Chapter",
    "Citation",
    "Document",
    "Figure",
    "NotBuilt",
    "Number",
    "Piece",
    "Standing",
    "Table",
    "Unbound",
    "Use",
    "assemble",
    "build",
    "calls",
    "chapter_html",
    "render",
]
