"""Public pages of the registration."""

from django.urls import path

from outreach.registration import views

urlpatterns = [
    path("events/<uuid:uid>/book/", views.register, name="registration"),
    path("events/<uuid:uid>/booked/", views.done, name="registration-done"),
    path("events/<uuid:uid>/waiting/", views.waiting, name="registration-waiting"),
    path("bookings/<uuid:uid>/", views.booking_page, name="booking"),
]
