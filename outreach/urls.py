"""Door: pages outside the languages."""

from django.urls import URLPattern, URLResolver

from outreach.attendance.urls import short_urlpatterns
from outreach.events.urls import feeds

urlpatterns: list[URLPattern | URLResolver] = [*feeds, *short_urlpatterns]
