"""Addresses of the gallery, of pictures for posts and of “Make it yours”."""

from django.urls import path, re_path

from campaign.posters import event_views, review_views, social_views, views

public = [
    path("posters/", views.posters, name="posters"),
    path("posters/preview/", views.preview, name="posters-preview"),
    path("posters/social/", social_views.page, name="posters-social"),
    path("posters/make/", views.make, name="posters-make"),
    path("posters/make/<slug:design>/", views.make, name="posters-make-design"),
    path("events/<uuid:uid>/poster-<slug:paper>.pdf", event_views.poster, name="event-poster"),
    path("review/<str:token>/", review_views.texts, name="review-texts"),
    path("review/<str:token>/proof.png", review_views.proof, name="review-proof"),
]
files = [
    re_path(
        r"^take/(?P<digest>[0-9a-f]{16})/(?P<slug>[a-z][a-z0-9-]*)/(?P<sheet>[A-Za-z0-9_-]+)/"
        r"(?P<language>[A-Za-z-]{2,10})\.(?P<form>pdf|png|preview)$",
        views.download,
        name="posters-file",
    ),
    re_path(
        r"^take/(?P<digest>[0-9a-f]{16})/post-(?P<language>[A-Za-z-]{2,10})-(?P<shape>[a-z]+)\.(?P<form>png|preview|txt)$",
        social_views.download,
        name="posters-social-file",
    ),
    re_path(
        r"^take/(?P<digest>[0-9a-f]{16})/posts-(?P<language>[A-Za-z-]{2,10})\.zip$",
        social_views.download_all,
        name="posters-social-zip",
    ),
]
