"""Where each room's pages live. Public pages stand under a language; codes, admin and health do not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("portal.people.account_urls")),
    path("account/", include("portal.people.access_urls")),
    path("", include("campaign.urls")),
    path("", include("outreach.urls")),
    *i18n_patterns(
        path("", include("campaign.public_urls")),
        path("", include("outreach.public_urls")),
        path("", include("portal.public_urls")),
        prefix_default_language=True,
    ),
]
