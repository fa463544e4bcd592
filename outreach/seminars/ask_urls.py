"""Pages on which schools ask for seminars."""

from django.urls import path

from outreach.seminars import ask_views, views

urlpatterns = [
    path("seminars/ask/", ask_views.ask, name="seminar-request"),
    path("seminars/ask/schools/", ask_views.schools, name="seminar-schools"),
    path("seminars/ask/sent/", views.sent, name="seminar-request-sent"),
    path("seminars/ask/<uuid:uid>/", ask_views.ask, name="seminar-draft"),
    path("seminars/asked/<uuid:uid>/", views.request_page, name="request-page"),
]
