"""Public pages of the seminars."""

from django.urls import include, path

from outreach.seminars import views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/<uuid:uid>/", views.event, name="event"),
    path("", include("outreach.seminars.ask_urls")),
    path("", include("outreach.seminars.pack_urls")),
    path("", include("outreach.seminars.presenting_urls")),
]
