"""Steps of chains and coverage in templates."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leaps.core import ui
from leaps.core.figures import bars
from leaps.landscape.challenge_queries import Step
from leaps.landscape.types import STRONGEST
from leaps.record.presentation import object_url

register = template.Library()


@register.simple_tag
def step_mark(step: Step) -> SafeString:
    """The strength of a step, whether it is shown or claimed, and who stands behind it."""
    words = _("strength %(n)d of %(most)d") % {"n": step.strength, "most": STRONGEST}
    how = _("shown") if step.is_evidenced else _("claimed")
    dot = ui.provenance_dot(
        confidence=step.provenance.confidence, title=words, source_url=step.provenance.source_url, as_of=step.provenance.as_of,
        vouched_by=" ".join(filter(None, (step.provenance.vouched_by, step.provenance.vouched_on))), history_url=reverse("record:history", args=[step.kind, step.key]),
        correct_url=reverse("record:correct", args=[step.kind, step.key, "strength"]),
    )  # fmt: skip
    tone = "ok" if step.is_evidenced else "none"
    return format_html('<span class="step-mark"><a href="{}">{}</a> <span class="status status-{}">{}</span> {}</span>', object_url(step.kind, step.key), words, tone, how, dot)


@register.simple_tag
def coverage(value: float | None) -> SafeString:
    """A coverage as a bar with its number; unknown is not zero."""
    if value is None:
        return format_html('<span class="quiet">{}</span>', _("unknown"))
    return format_html('{} <span class="num">{}</span>', mark_safe(bars.share_svg(value)), f"{100 * value:.0f}\u202f%")  # noqa: S308  drawn here
