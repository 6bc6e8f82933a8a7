"""Work of the catalogue in the background."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from leaps.catalogue import actions, search_index
from leaps.core import mail


@task()
def tell_about_new_instruments() -> int:
    """Mail everybody whose saved search fits an instrument it did not fit before; returns how many."""
    news = actions.news_of_searches(now=timezone.now())
    for search, keys in news:
        current = search_index.current()
        instruments = [current.index.instrument(current.ids[key]) for key in keys]
        context = {
            "search": search,
            "instruments": [
                (f, settings.BASE_URL + reverse("catalogue:instrument", args=[f.key])) for f in instruments
            ],
            "url": f"{settings.BASE_URL}{reverse('catalogue:finder')}?{search.address}",
            "searches_url": settings.BASE_URL + reverse("catalogue:searches"),
        }
        subject = _("New instruments for “%(name)s”") % {"name": search.name}
        mail.send(search.user.email, subject, render_to_string("catalogue/mail/new_instruments.txt", context))
    return len(news)
