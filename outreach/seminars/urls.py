"""Public pages of the seminars."""

from django.urls import include, path

urlpatterns = [
    path("", include("outreach.seminars.ask_urls")),
    path("", include("outreach.seminars.pack_urls")),
    path("", include("outreach.seminars.presenting_urls")),
]
