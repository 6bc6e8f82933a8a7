"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from leaps.core import warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")

application = get_wsgi_application()
warming.start()
