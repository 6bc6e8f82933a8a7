"""Countries and distances."""

import math
from functools import cache

import pycountry

EARTH_KM = 6371.0


@cache
def country_name(code: str) -> str:
    """The English short name of an ISO 3166-1 alpha-2 code; the code itself when unknown."""
    found = pycountry.countries.get(alpha_2=code)
    return getattr(found, "common_name", found.name) if found else code


@cache
def country_numeric(code: str) -> str:
    """The ISO 3166-1 numeric code as text, such as 752."""
    found = pycountry.countries.get(alpha_2=code)
    return str(found.numeric) if found else ""


def distance_km(latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance between two places in degrees, on a sphere of 6371 km (haversine)."""
    phi1, phi2 = math.radians(latitude_1), math.radians(latitude_2)
    half_lat = math.sin((phi2 - phi1) / 2)
    half_lon = math.sin(math.radians(longitude_2 - longitude_1) / 2)
    chord = half_lat**2 + math.cos(phi1) * math.cos(phi2) * half_lon**2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))
