"""Where a request comes from."""

from django.http import HttpRequest


def network_address(request: HttpRequest, *, behind_proxy: bool) -> str:
    """The address a request came from; the proxy's word is taken only where a proxy is declared."""
    forwarded = request.headers.get("X-Forwarded-For", "") if behind_proxy else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]
