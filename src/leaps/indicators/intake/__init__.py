"""What a facility returns: read from its files, checked against the schemas, and put under keys for names."""

from leaps.indicators.intake.checking import Checked, check
from leaps.indicators.intake.pseudonyms import pseudonymise
from leaps.indicators.intake.reading import Read, read_folder

__all__ = ["Checked", "Read", "check", "pseudonymise", "read_folder"]
