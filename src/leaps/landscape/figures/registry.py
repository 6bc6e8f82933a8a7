"""All figures by their key."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaps.landscape.figures import (
    brilliance,
    capacity,
    challenges,
    coherence,
    dark,
    editions,
    electricity,
    emittance,
    lasers,
    techniques,
    users,
    world,
)
from leaps.landscape.figures.base import Entry, Figure, Options, UnknownFigure

_ENTRIES = (
    Entry("F1", "map", gettext_lazy("Where the instruments are"),
          gettext_lazy("Facilities on the map of Europe, each with a circle as large as it has open instruments."), capacity.make),
    Entry("F2", "emittance", gettext_lazy("Emittance of storage rings"),
          gettext_lazy("Horizontal emittance against electron energy, and with the energy taken out against the circumference."), emittance.make),
    Entry("F3", "brilliance", gettext_lazy("Brilliance of undulators, wigglers and bends"),
          gettext_lazy("What the undulators on record give at each photon energy: brilliance, flux, coherent flux, coherent fraction; today and after the upgrades."),
          brilliance.make, page="landscape:brilliance"),
    Entry("F4", "coherence", gettext_lazy("Coherent fraction"),
          gettext_lazy("How much of the light at 1, 8 and 25 keV could form a single wave, ring by ring."), coherence.make),
    Entry("F5", "techniques", gettext_lazy("Techniques by facility"),
          gettext_lazy("How many open instruments of each LEAPS facility offer a technique."), techniques.make),
    Entry("F6", "upgrades", gettext_lazy("Upgrades and dark periods"),
          gettext_lazy("When which facility is dark, as far as it is published."), dark.make_upgrades),
    Entry("F7", "capacity", gettext_lazy("Ring instruments dark at once"),
          gettext_lazy("How many instruments at storage rings are dark in each month, as the dark periods are published."), dark.make_capacity),
    Entry("F8", "users", gettext_lazy("Where users come from"),
          gettext_lazy("Visits by country of affiliation and by facility, from signed returns that are released."), users.make,
          empty=gettext_lazy("It draws itself when facilities have sent, signed and released a year of visits.")),
    Entry("F9", "challenges", gettext_lazy("Challenges, techniques and facilities"),
          gettext_lazy("Which techniques societal challenges ask for, and which facilities have them: what is shown, and what is only claimed."), challenges.make),
    Entry("F10", "lasers", gettext_lazy("Free-electron lasers"),
          gettext_lazy("Photon energies, pulses a second and pulse energies of laser lines."), lasers.make),
    Entry("F11", "electricity", gettext_lazy("Electricity per instrument-hour"),
          gettext_lazy("What an hour of light at one instrument takes, by facility and year, from signed returns that are released."), electricity.make,
          empty=gettext_lazy("It draws itself when facilities have sent, signed and released electricity and hours of light of the same year.")),
    Entry("F12", "editions", gettext_lazy("From edition to edition"),
          gettext_lazy("Objects of the record that are new, changed or gone since the last edition, by kind."), editions.make,
          empty=gettext_lazy("It draws itself when an edition has been released and the record has changed since.")),
    Entry("F13", "world", gettext_lazy("Rings of the world"),
          gettext_lazy("Europe's storage rings among those elsewhere: emittance, energy, circumference, by one formula."), world.make,
          empty=gettext_lazy("It draws itself when rings outside Europe are on record with their emittance.")),
)  # fmt: skip


def all_entries() -> tuple[Entry, ...]:
    """Every figure, in the order of the landscape."""
    return _ENTRIES


def entry(key: str) -> Entry:
    """A figure by its key, such as F2, or its name in addresses. Raises UnknownFigure."""
    for one in _ENTRIES:
        if key in (one.key, one.slug):
            return one
    raise UnknownFigure(
        _("There is no figure “%(key)s”; there are %(known)s.") % {"key": key[:40], "known": ", ".join(one.key for one in _ENTRIES)}
    )


def make(key: str, viewer: object, options: Options | None = None) -> Figure:
    """A figure as this person may see it, with its choices. Raises UnknownFigure.

    `viewer` is a user or an anonymous one; all figures of today show public facts only, and are the same for everybody.
    """
    return entry(key).make(viewer, options or {})
