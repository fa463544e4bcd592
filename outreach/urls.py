"""Door: pages outside the languages."""

from django.urls import URLPattern, URLResolver

from outreach.events.urls import feeds

urlpatterns: list[URLPattern | URLResolver] = [*feeds]
