"""Pages of certificates: to take one's own, and to ask whether a paper is true."""

from django.urls import path

from outreach.attendance import certificate_views

urlpatterns = [
    path("bookings/<uuid:uid>/certificate/", certificate_views.own, name="booking-certificate"),
    path("certificates/", certificate_views.check, name="certificate-check"),
]
