"""Public pages of the seminars."""

from django.urls import path

from outreach.seminars import views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/<uuid:uid>/", views.event, name="event"),
    path("seminars/ask/", views.ask, name="seminar-request"),
    path("seminars/ask/sent/", views.sent, name="seminar-request-sent"),
    path("seminars/asked/<uuid:uid>/", views.request_page, name="request-page"),
]
