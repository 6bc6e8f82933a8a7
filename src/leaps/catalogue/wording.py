"""The finder's conditions and reasons in words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leaps.catalogue import darkness, places
from leaps.catalogue.finder import Answer, Code, Condition, Index, Loosening, Query, Reason, Result
from leaps.catalogue.models import Facility, Instrument, PhotonSource
from leaps.record.specs import readable_number

_TITLES: Final = {
    Code.TEXT: gettext_lazy("words"),
    Code.TECHNIQUE: gettext_lazy("technique"),
    Code.COUNTRY: gettext_lazy("country"),
    Code.FACILITY: gettext_lazy("facility"),
    Code.PARTNERSHIP: gettext_lazy("partnership"),
    Code.KIND: gettext_lazy("kind of facility"),
    Code.SOURCE: gettext_lazy("kind of source"),
    Code.DEVICE: gettext_lazy("source device"),
    Code.FIELD: gettext_lazy("science field"),
    Code.ENVIRONMENT: gettext_lazy("sample environment"),
    Code.STATUS: gettext_lazy("status"),
    Code.REMOTE: gettext_lazy("remote access"),
    Code.MAIL_IN: gettext_lazy("mail-in"),
    Code.INDUSTRY: gettext_lazy("industry service"),
    Code.ENERGY: gettext_lazy("photon energy"),
    Code.BEAM_SIZE: gettext_lazy("beam size"),
    Code.FLUX: gettext_lazy("photon flux"),
    Code.RESOLUTION: gettext_lazy("energy resolution"),
    Code.RUNNING: gettext_lazy("running"),
}


def title(code: Code) -> str:
    """The name of a condition."""
    return str(_TITLES[code])


def value_words(code: Code, value: str, index: Index) -> str:
    """The words people see for a value of a list filter."""
    match code:
        case Code.TECHNIQUE:
            return index.techniques.label(value) if value in index.techniques else value
        case Code.COUNTRY:
            return places.country_name(value)
        case Code.FACILITY:
            return index.facility_names.get(value, value)
        case Code.KIND:
            return str(dict(Facility.Kind.choices).get(value, value))
        case Code.SOURCE:
            known = dict(PhotonSource.Kind.choices) | dict(Instrument.SourceDevice.choices)
            return str(known.get(value, value))
        case Code.DEVICE:
            return str(dict(Instrument.SourceDevice.choices).get(value, value))
        case Code.STATUS:
            return str(dict(Instrument.Status.choices).get(value, value))
        case Code.PARTNERSHIP:
            return str(dict(Facility.Partnership.choices).get(value, value))
    return value


def recorded_energy(low: float | None, high: float | None) -> str:
    """A recorded photon energy range in eV; a missing end is shown as such. Empty when nothing is recorded."""
    if low is None and high is None:
        return ""
    if low == high and low is not None:
        return readable_number(low)
    ends = [readable_number(end) if end is not None else "?" for end in (low, high)]
    return " – ".join(ends)


def energy_words(low: float | None, high: float | None, unit: str) -> str:
    """An energy or wavelength interval as it was asked for."""
    if low is not None and high is not None:
        if low == high:
            return f"{readable_number(low)} {unit}"
        return f"{readable_number(low)} – {readable_number(high)} {unit}"
    if low is not None:
        return _("from %(n)s %(unit)s") % {"n": readable_number(low), "unit": unit}
    return _("up to %(n)s %(unit)s") % {"n": readable_number(high or 0), "unit": unit}


def condition_words(condition: Condition, query: Query, index: Index) -> str:
    """A condition with its value, as the chips name it."""
    code = condition.code
    name = title(code)
    match code:
        case Code.TEXT:
            return f"“{query.text}”"
        case Code.TECHNIQUE:
            return value_words(code, condition.value, index)
        case Code.ENERGY:
            return f"{name} {energy_words(query.energy_min, query.energy_max, query.energy_unit)}"
        case Code.BEAM_SIZE:
            return _("spot up to %(n)s µm") % {"n": readable_number(query.beam_size_max_um or 0)}
        case Code.FLUX:
            return _("flux from %(n)s photons/s") % {"n": readable_number(query.flux_min_ph_s or 0)}
        case Code.RESOLUTION:
            return _("ΔE/E up to %(n)s") % {"n": readable_number(query.resolution_max_rel or 0)}
        case Code.RUNNING:
            return _("running %(period)s") % {"period": period_words(query)}
        case Code.REMOTE | Code.MAIL_IN | Code.INDUSTRY:
            return name
    return f"{name}: " + ", ".join(value_words(code, value, index) for value in query.values(code))


def period_words(query: Query) -> str:
    """The period asked for."""
    first = date_format(query.running_from, "j M Y") if query.running_from else ""
    if query.running_to is None:
        return _("from %(first)s") % {"first": first}
    return f"{first} – {date_format(query.running_to, 'j M Y')}"


def answer_words(answer: Answer) -> str:
    """Why one condition is not a plain yes for an instrument."""
    name = title(answer.condition.code)
    params: Mapping[str, Any] = answer.params
    match answer.reason:
        case Reason.NOT_RECORDED:
            return _("%(what)s not recorded") % {"what": name}
        case Reason.PARTLY_RECORDED:
            return _("%(what)s only partly recorded") % {"what": name}
        case Reason.NOT_APPLICABLE:
            return _("%(what)s does not apply") % {"what": name}
        case Reason.WORDS_MISSING:
            return _("nothing about %(words)s") % {"words": ", ".join(params["words"])}
        case Reason.NOT_OFFERED:
            return _("no %(what)s") % {"what": name}
        case Reason.ENDS_BELOW:
            return _("ends at %(n)s eV") % {"n": readable_number(params["bound_ev"])}
        case Reason.STARTS_ABOVE:
            return _("starts at %(n)s eV") % {"n": readable_number(params["bound_ev"])}
        case Reason.TOO_LARGE:
            return _("spot of %(n)s µm") % {"n": readable_number(params["recorded"])}
        case Reason.TOO_LOW:
            return _("flux of %(n)s photons/s") % {"n": readable_number(params["recorded"])}
        case Reason.TOO_COARSE:
            return _("resolution of %(n)s") % {"n": readable_number(params["recorded"])}
        case Reason.CLOSED:
            return _("closed")
        case Reason.PLANNED:
            return _("still planned")
        case Reason.COMMISSIONING:
            return _("in commissioning")
        case Reason.DARK_THROUGHOUT | Reason.DARK_FOR_PART | Reason.PERHAPS_DARK:
            periods = "; ".join(darkness.period_words(period) for period in params.get("periods", ()))
            sentence = {
                Reason.DARK_THROUGHOUT: _("dark all the time (%(periods)s)"),
                Reason.DARK_FOR_PART: _("dark for part of it (%(periods)s)"),
                Reason.PERHAPS_DARK: _("perhaps dark (%(periods)s)"),
            }[answer.reason]
            return sentence % {"periods": periods}
    return _("another %(what)s") % {"what": name}


def loosening_words(loosening: Loosening) -> str:
    """The smallest change of a bound that brings something."""
    shown = readable_number(loosening.value)
    return {
        "energy_low_ev": _("photon energy down to %(n)s eV"),
        "energy_high_ev": _("photon energy up to %(n)s eV"),
        "beam_size_max_um": _("spot up to %(n)s µm"),
        "flux_min_ph_s": _("flux down to %(n)s photons/s"),
        "resolution_max_rel": _("ΔE/E up to %(n)s"),
    }[loosening.bound] % {"n": shown}


def brings_words(fits: int, may_fit: int) -> str:
    """How many a change would bring."""
    found = ngettext("%(n)d fits", "%(n)d fit", fits) % {"n": fits}
    more = ngettext("%(n)d may fit", "%(n)d may fit", may_fit) % {"n": may_fit}
    return f"{found}, {more}" if may_fit else found


def head_words(result: Result) -> str:
    """What is shown and why, in one sentence."""
    fits, may = len(result.fits), len(result.may_fit)
    if not result.query.conditions:
        return ngettext("%(n)d instrument in the record", "%(n)d instruments in the record", fits) % {"n": fits}
    first = ngettext("%(n)d instrument fits", "%(n)d instruments fit", fits) % {"n": fits}
    if not may:
        return f"{first}."
    second = ngettext("%(n)d more may: not everything is recorded", "%(n)d more may: not everything is recorded", may) % {"n": may}
    return f"{first}; {second}."
