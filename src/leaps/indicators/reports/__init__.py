"""Reports: what funders ask of a facility, filled from what was signed, as data first and files second."""

from leaps.indicators.reports.annual import annual
from leaps.indicators.reports.choices import choices, facilities_of_year
from leaps.indicators.reports.country import country
from leaps.indicators.reports.entries import Audience, Entry, Filled, Report, Subject, World
from leaps.indicators.reports.families import esfri_21, esfri_of_all, oecd_core
from leaps.indicators.reports.shelf import NoSuchWorld, world_of

__all__ = [
    "Audience",
    "Entry",
    "Filled",
    "NoSuchWorld",
    "Report",
    "Subject",
    "World",
    "annual",
    "choices",
    "country",
    "esfri_21",
    "esfri_of_all",
    "facilities_of_year",
    "oecd_core",
    "world_of",
]
