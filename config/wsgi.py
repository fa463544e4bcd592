"""The WSGI application."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from config.logs import Redacted

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A thread that waits for a storage that is away shows nobody the help page.
os.environ.setdefault("WAYPOST_S3_ATTEMPTS", "3")

application = get_wsgi_application()
# Gunicorn's own handler is none of the settings'.
logging.getLogger("gunicorn.error").addFilter(Redacted())
