"""Pages of presenters, and of agencies that add them."""

from django.urls import path

from outreach.seminars.presenters import views

urlpatterns = [
    path("presenting/claim/<str:token>/", views.claim, name="presenter-claim"),
    path("presenting/agency/<str:token>/", views.agency, name="presenter-agency"),
    path("presenting/calendar/<uuid:key>.ics", views.presenter_calendar, name="presenter-calendar"),
    path("presenting/<uuid:key>/", views.presenter_page, name="presenter-page"),
    path("presenting/<uuid:key>/availability/", views.presenter_days, name="presenter-days"),
    path("presenting/<uuid:key>/details/", views.presenter_details, name="presenter-details"),
]
