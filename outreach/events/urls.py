"""Addresses of public events: pages under a language, feeds outside."""

from django.urls import path, re_path

from outreach.events import views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/<uuid:uid>/", views.event, name="event"),
    path("events/<uuid:uid>/event.ics", views.calendar_file, name="event-calendar"),
    re_path(r"^events/(?P<uid>[0-9a-f-]{36})/(?P<digest>[0-9a-f]{16})\.png$", views.picture, name="event-picture"),
    re_path(r"^events/logo/(?P<digest>[0-9a-f]{16})\.png$", views.logo, name="event-logo"),
]
feeds = [
    path("feeds/events.ics", views.feed, name="event-feed"),
    path("feeds/events/<slug:state>.ics", views.feed, name="event-feed-of-state"),
]
