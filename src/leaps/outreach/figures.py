"""Figures of the public pages."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from leaps.core.figures.bars import Bar, Part, parts_svg
from leaps.core.ui import provenance_words
from leaps.record.specs import readable_number
from leaps.record.survey import Survey


def standing_svg(survey: Survey) -> str:
    """What the values of each table stand on: confirmed, sourced or unverified, as shares."""

    def bar(label: str, standing: Mapping[str, int]) -> Bar:
        parts = tuple(
            Part(n, f"fig-{code}", _("%(n)s values: %(words)s") % {"n": readable_number(n), "words": provenance_words(code)})
            for code, n in standing.items()
        )
        return Bar(label, parts, _("%(n)s values") % {"n": readable_number(sum(standing.values()))})

    bars = [bar(_("the whole record"), survey.standing)]
    bars += [bar(table.title_plural, table.standing) for table in survey.tables]
    return parts_svg(bars, title=_("Values by what they stand on, for each table"))
