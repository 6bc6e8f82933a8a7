"""The peer of the finder page: a Django view that does nothing but render a table by a template.

No middleware, no database, no search; as many rows and as many bytes as the page it is compared with.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

ROWS, BYTES = int(os.environ["BARE_ROWS"]), int(os.environ["BARE_BYTES"])

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bare", LOGGING_CONFIG=None)
django.setup()

TEMPLATE = Engine().from_string(
    "<!doctype html><title>{{ title }}</title><table><tr><th>Name<th>What<th>Number</tr>"
    "{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.text }}</td><td>{{ row.number }}</td></tr>{% endfor %}</table>"
)


def _rows(filler: int) -> list[dict[str, object]]:
    return [{"name": f"Row {n}", "text": "x" * filler, "number": n} for n in range(ROWS)]


def _render(filler: int) -> str:
    return TEMPLATE.render(Context({"title": "Table", "rows": _rows(filler)}))


FILLER = max(0, (BYTES - len(_render(0))) // ROWS)


def table(_request: HttpRequest) -> HttpResponse:
    """The table; its rows are built for each request, as a view's are."""
    response = HttpResponse(_render(FILLER))
    response.headers["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("", table)]
application = get_wsgi_application()
