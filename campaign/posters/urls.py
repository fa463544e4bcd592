"""Addresses of the gallery."""

from django.urls import path, re_path

from campaign.posters import views

public = [path("posters/", views.posters, name="posters")]
files = [
    re_path(
        r"^take/(?P<digest>[0-9a-f]{16})/(?P<language>[A-Za-z-]{2,10})\.(?P<form>pdf|png|preview)$",
        views.download,
        name="posters-file",
    )
]
