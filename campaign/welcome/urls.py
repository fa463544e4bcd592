"""Pages of the front, under a language."""

from django.urls import path

from campaign.welcome import leaflets, views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("safety/", views.safety, name="safety"),
    *(path(f"{slug}/", views.leaflet, {"slug": slug}, name=slug) for slug in leaflets.SLUGS),
]
