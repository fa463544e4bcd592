"""Door: pages outside the languages."""

from django.urls import URLPattern, URLResolver

from campaign.posters.urls import files as poster_files
from campaign.scans.urls import beyond, codes_and_health

urlpatterns: list[URLPattern | URLResolver] = [*codes_and_health, *beyond, *poster_files]
