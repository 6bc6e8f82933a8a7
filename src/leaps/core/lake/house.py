"""The lake of this installation, as its options say."""

from functools import cache

from django.conf import settings

from leaps.core.lake.store import Store


def house_store() -> Store:
    """The store of the option `lake`: a folder of the home, or object storage."""
    option = settings.OPTION
    if not option["lake"]:
        return _opened(str(settings.MEDIA_ROOT / "lake"))
    given = {
        "access_key": option["lake_access_key"], "secret_key": option["lake_secret_key"], "region": option["lake_region"],
    }  # fmt: skip
    if option["lake_endpoint"]:
        scheme, _sep, host = option["lake_endpoint"].rpartition("://")
        given |= {"endpoint_override": host, "scheme": scheme or "https"}
    elsewhere = "://" in option["lake"]
    return _opened(option["lake"], **({k: v for k, v in given.items() if v} if elsewhere else {}))


@cache
def _opened(address: str, **given: str) -> Store:
    return Store(address, **given)
