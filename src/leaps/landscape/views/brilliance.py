"""The brilliance page: choose rings and undulators, quantity, units and convention; see what was assumed."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from leaps.landscape import figures as landscape_figures
from leaps.landscape import options, queries
from leaps.landscape.figures import brilliance as figure
from leaps.landscape.figures import wording
from leaps.landscape.types import ASSUMED, Status
from leaps.landscape.views.figures import context


def brilliance(request: HttpRequest) -> HttpResponse:
    """The figure with its form, the table of rings, the assumptions, and what cannot be computed."""
    choice = options.read(options.parameters(dict(request.GET.lists())))
    every = queries.sources(choice.assumed)
    known = {one.ring.slug for one in every}
    refused = [*choice.refused, *(_("The record has no storage ring “%(key)s”.") % {"key": slug[:60]} for slug in choice.sources if slug not in known)]
    choice = replace(choice, sources=tuple(slug for slug in choice.sources if slug in known))
    entry = landscape_figures.entry("F3")
    made = figure.figure(choice, every)
    shown = figure.chosen_sources(every, choice)
    chosen = {one.ring.slug for one in shown}
    groups = [
        (wording.status_words(status), [(one, wording.short_name(one.ring.name), one.ring.slug in chosen) for one in every if one.ring.status == status and (one.is_computable or (choice.magnets and one.has_magnets))])
        for status in Status
    ]
    page = context(request, entry, made, choice.query()) | {
        "choice": choice, "refused": refused, "groups": [(words, ones) for words, ones in groups if ones],
        "devices": [
            (one, wording.short_name(one.ring.name), [(d, wording.k_words(d), d.slug in choice.devices) for d in one.undulators])
            for one in shown if one.undulators and not one.carried_from
        ],
        "magnets": [
            (one, wording.short_name(one.ring.name), [(d, wording.field_words(d), d.slug in choice.devices) for d in one.magnets])
            for one in every if one.has_magnets
        ],
        "lines": figure.rows(every, choice), "energies": [f"{ev / 1000:g}" for ev in figure.TOLD_EV],
        "silent": [(one, wording.short_name(one.ring.name), wording.missing_words(one)) for one in every if not one.is_computable and not (choice.magnets and one.has_magnets)],
        "left_out": [(one, wording.short_name(one.ring.name), len(one.silent)) for one in shown if one.silent],
        "menus": [
            ("quantity", _("Quantity"), list(options.QUANTITIES.items()), choice.quantity),
            ("axis", _("Axis"), list(options.AXES.items()), choice.axis),
            ("unit", _("Unit of brilliance"), list(options.UNITS.items()), choice.unit),
            ("convention", _("Natural size"), list(options.CONVENTIONS.items()), choice.convention),
            ("flux", _("Flux"), list(options.FLUXES.items()), choice.flux),
        ],
        "assumptions": [
            ("coupling", _("Vertical over horizontal emittance"), choice.assumed.coupling, ASSUMED.coupling),
            ("least_vertical_pm_rad", _("but never below (pm rad)"), choice.assumed.least_vertical_pm_rad, ASSUMED.least_vertical_pm_rad),
            ("beta_x_m", _("Horizontal beta at the device (m)"), choice.assumed.beta_x_m, ASSUMED.beta_x_m),
            ("beta_y_m", _("Vertical beta at the device (m)"), choice.assumed.beta_y_m, ASSUMED.beta_y_m),
            ("energy_spread", _("Relative energy spread"), choice.assumed.energy_spread, ASSUMED.energy_spread),
            ("gap_mm", _("Smallest gap in vacuum (mm)"), choice.assumed.gap_mm, ASSUMED.gap_mm),
        ],
        "limits": options.LIMITS,
    }  # fmt: skip
    return render(request, "landscape/brilliance.html", page, status=422 if refused else 200)
