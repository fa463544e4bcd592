"""Pages at the door, and what those who booked get before and after: a ticket on paper, and three questions."""

from django.urls import path

from outreach.attendance import door_views, feedback_views, paper_views, ticket_views

urlpatterns = [
    path("door/worker.js", door_views.door_worker, name="door-worker"),
    path("door/<str:token>/", door_views.door_page, name="door"),
    path("door/<str:token>/sync/", door_views.door_sync, name="door-sync"),
    path("door/<str:token>/read/", door_views.door_read, name="door-read"),
    path("door/<str:token>/plain/", paper_views.door_paper, name="door-plain"),
    path("door/<str:token>/hands/", feedback_views.door_hands, name="door-hands"),
    path("bookings/<uuid:uid>/ticket.pdf", ticket_views.ticket, name="booking-ticket"),
    path("bookings/<uuid:uid>/feedback/", feedback_views.feedback_page, name="booking-feedback"),
    path("events/<uuid:uid>/thanks/", feedback_views.thanks, name="feedback-thanks"),
]

short_urlpatterns = [path("D/<str:token>", door_views.door_short, name="door-short")]
