"""Door: pages under a language."""

from django.urls import URLPattern, URLResolver, include, path

from campaign.posters.urls import public as posters
from campaign.posting.urls import public as stations
from campaign.scans.urls import public as scans

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("campaign.welcome.urls")),
    *posters,
    *scans,
    *stations,
]
