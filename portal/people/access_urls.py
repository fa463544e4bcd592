"""Pages of invitations and of one's own sessions."""

from django.urls import path

from portal.people import invitation_views, session_views

urlpatterns = [
    path("invited/<str:token>/", invitation_views.invited, name="account-invitation"),
    path("invited/", invitation_views.taken, name="account-invitation-taken"),
    path("sessions/", session_views.own_sessions, name="account-sessions"),
]
