"""Door: pages under a language."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("outreach.channels.urls")),
    path("", include("outreach.seminars.urls")),
    path("", include("outreach.events.urls")),
    path("", include("outreach.registration.urls")),
    path("", include("outreach.attendance.urls")),
    path("", include("outreach.attendance.certificate_urls")),
    path("", include("outreach.partners.urls")),
]
