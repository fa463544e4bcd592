"""Codes stand outside the languages, pages under one. No path holds a word that tells what the page is about."""

from django.urls import path, re_path

from campaign.scans import code_view, health, pages, views

codes_and_health = [
    # Whatever follows /Q/, in any case, is answered with help.
    re_path(r"^[Qq](?:/(?P<text>[\s\S]*))?\Z", code_view.code, name="scans-code"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
public = [
    path("near/", views.nation, name="help-nation"),
    path("near/<str:area>/", views.help_page, name="help"),
    path("near/<str:area>/duty/", views.help_page, {"sheet": pages.Sheet.DUTY}, name="duty"),
]
