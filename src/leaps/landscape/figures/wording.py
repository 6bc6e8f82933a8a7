"""Words that the figures share."""

import re
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.facility_marks import look_of
from leaps.core.figures.series import Look
from leaps.landscape.types import Magnet, Ring, Source, Status, Undulator
from leaps.record.specs import readable_number

_TAIL = re.compile(r",.*$|\(.*\)|\belectron ring\b|\bstorage ring\b")


def short_name(name: str) -> str:
    """The name of a source for a figure: without what all have in common."""
    return " ".join(_TAIL.sub(" ", name).split())


def look(ring: Ring) -> Look:
    """The facility's own colour and mark, the same everywhere."""
    return look_of(ring.facility)


def status_words(status: Status) -> str:
    """What the numbers of a ring stand for."""
    return {
        Status.ROUTINE: _("routine operation"), Status.DESIGN: _("design values"), Status.RETIRED: _("runs no more"),
    }[status]  # fmt: skip


def standing_words(confidence: str) -> str:
    """Whether a value was read in a source."""
    return _("unverified") if confidence in ("", "known") else ""


def assumption_words(source: Source, only: Undulator | None = None) -> list[str]:
    """What had to be assumed for one ring with all of its undulators, or with only one of them."""
    devices = (only,) if only else source.undulators
    words = _beam_words(source)
    if source.carried_from:
        words.append(_("the undulators of %(ring)s") % {"ring": short_name(source.carried_name)})
    guessed = sum(one.k_from == "gap" for one in devices)
    if guessed:
        words.append(_("K of %(n)d undulators from the gap by a published fit") % {"n": guessed})
    wide = sum(one.k_from == "assumed" for one in devices)
    if wide:
        words.append(_("the smallest gap of %(n)d undulators in vacuum") % {"n": wide})
    return words


def magnet_words(source: Source, magnets: Sequence[Magnet]) -> list[str]:
    """What had to be assumed for bends or wigglers of one ring."""
    words = _beam_words(source)
    if any(not one.is_wiggler for one in magnets):
        words.append(_("at bends the sizes of the straight section"))
    return words


def _beam_words(source: Source) -> list[str]:
    beam, ring = source.beam, source.ring
    words = []
    if "coupling" in beam.assumed and beam.emittance_y_pm_rad is not None and ring.emittance_x_pm_rad:
        words.append(_("vertical emittance %(value)s pm rad, %(percent)s %% of the horizontal") % {
            "value": readable_number(float(f"{beam.emittance_y_pm_rad:.3g}")), "percent": f"{100 * beam.emittance_y_pm_rad / ring.emittance_x_pm_rad:.3g}",
        })  # fmt: skip
    if "beta_x_m" in beam.assumed:
        words.append(_("horizontal beta %(value)g m") % {"value": beam.beta_x_m})
    if "beta_y_m" in beam.assumed:
        words.append(_("vertical beta %(value)g m") % {"value": beam.beta_y_m})
    if "energy_spread" in beam.assumed:
        words.append(_("energy spread %(value)g") % {"value": beam.energy_spread})
    return words


def missing_words(source: Source) -> str:
    """Why a ring cannot be computed."""
    names = {"energy_gev": _("electron energy"), "current_ma": _("current"), "emittance_x_pm_rad": _("horizontal emittance")}
    if source.beam.missing:
        return _("not on record: %(what)s") % {"what": ", ".join(names[one] for one in source.beam.missing)}
    return _("no undulator with period, length and K, field or gap on record")


def field_words(one: Magnet) -> str:
    """Where the field of a bend or wiggler is from."""
    return _("field from K on record") if one.field_from == "k" else _("field on record")


def k_words(one: Undulator) -> str:
    """Where the K of a device is from."""
    return {"k": _("K on record"), "field": _("from the field on record"), "gap": _("assumed: from the gap by a published fit"), "assumed": _("assumed: from an assumed gap"), "": _("not on record")}[one.k_from]


def today_words() -> str:
    """The day, as it stands under figures."""
    return date_format(catalogue_queries.today(), "j M Y")
