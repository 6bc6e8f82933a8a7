"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from leaps.core import menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, trial mark and address of the page, for core/base.html."""
    person = getattr(request, "user", None)
    return {
        "main_menu": menu.main_items(person, request.path),
        "person_menu": menu.person_items(person, request.path)
        if getattr(person, "is_authenticated", False)
        else [],
        "is_trial": settings.TRIAL,
        "languages": settings.LANGUAGES,
        "absolute_url": request.build_absolute_uri,
    }
