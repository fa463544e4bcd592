"""Addresses of a station's page."""

from django.urls import path

from campaign.posting import station_views

public = [
    path("station/<str:token>/", station_views.packet, name="station-packet"),
    path("station/<str:token>/<str:name>", station_views.file, name="station-packet-file"),
]
