"""Door: pages outside the languages."""

from django.urls import URLPattern, URLResolver

from outreach.attendance.urls import short_urlpatterns
from outreach.events.urls import feeds
from outreach.hsds.urls import urlpatterns as directory

urlpatterns: list[URLPattern | URLResolver] = [*feeds, *short_urlpatterns, *directory]
