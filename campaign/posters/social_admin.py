"""Pictures for posts in the admin: look, choose, take one or a zip of several languages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from campaign.posters import social_shelf, social_views
from campaign.posters.assembly import NotReady
from campaign.posters.languages import LANGUAGES, name_of
from campaign.posters.models import SocialPicture, TextSet
from portal.audit import trail
from portal.audit.admin import ReadOnlyAdmin, actor_of

VIEW = "campaign.view_socialpicture"


@admin.register(SocialPicture)
class SocialPictureAdmin(ReadOnlyAdmin):
    """One page instead of a list: the pictures of a language. A task makes them, nobody by hand."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="campaign_socialpicture_changelist"),
            path("download/", wrap(download), name="campaign_socialpicture_download"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The pictures of the language that is asked for, and what is missing of the others."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shelf = social_shelf.shelf([request.GET.get("language", "")])
        spoken = {each.code for each in shelf.languages}
        printable = set(TextSet.objects.printable().values_list("language", flat=True))
        context = {
            **admin.site.each_context(request),
            "title": "Social pictures",
            "waiting": [name_of(code) for code in LANGUAGES if code in printable and code not in spoken],
            "unreviewed": [name_of(code) for code in LANGUAGES if code not in printable],
            **social_views.shown(shelf),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/campaign/social/page.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """A zip of the languages that are asked for (``?language=en&language=es``); of all there are, if none is."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    asked = request.GET.getlist("language")
    try:
        rows = social_shelf.pictures(asked or None)
    except NotReady:
        rows = []
    if not rows:
        return HttpResponseRedirect(reverse("admin:campaign_socialpicture_changelist"))
    languages = dict.fromkeys(row.language for row in rows)
    name = f"posts-{'-'.join(languages) if asked else 'all'}.zip"
    trail.record(actor=actor_of(request), verb="downloaded", target=None, label=f"social pictures: {name}")
    return social_views.archive_of(rows, name=name)
