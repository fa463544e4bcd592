"""Codes stand outside the languages, pages under one. No path holds a word that tells what the page is about."""

import re

from django.urls import path, re_path

from campaign.scans import code_view, health, pages, views, words

codes_and_health = [
    # Whatever follows /Q/, in any case, is answered with help.
    re_path(r"^[Qq](?:/(?P<text>[\s\S]*))?\Z", code_view.code, name="scans-code"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
_BEYOND = "|".join(map(re.escape, words.BEYOND))
#: The help page alone speaks these languages: outside the site's own, which every public page speaks.
beyond = [
    re_path(rf"^(?P<language>{_BEYOND})/near/\Z", views.nation, name="help-nation-in"),
    re_path(rf"^(?P<language>{_BEYOND})/near/on/(?P<slug>[^/]+)/\Z", views.operator_page, name="help-operator-in"),
    re_path(rf"^(?P<language>{_BEYOND})/near/(?P<area>[^/]+)/\Z", views.help_page, name="help-in"),
    re_path(
        rf"^(?P<language>{_BEYOND})/near/(?P<area>[^/]+)/duty/\Z",
        views.help_page,
        {"sheet": pages.Sheet.DUTY},
        name="duty-in",
    ),
]
public = [
    path("near/", views.nation, name="help-nation"),
    path("near/on/<str:slug>/", views.operator_page, name="help-operator"),
    path("near/<str:area>/", views.help_page, name="help"),
    path("near/<str:area>/duty/", views.help_page, {"sheet": pages.Sheet.DUTY}, name="duty"),
]
