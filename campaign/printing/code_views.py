"""The page on which posters get new codes."""

from typing import Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from campaign.places.models import PlacementLink
from campaign.printing.code_forms import NewCodesForm
from campaign.printing.recoding import replace_codes
from campaign.printing.scope import Refused
from portal.audit.admin import actor_of

CHANGE: Final = "campaign.change_placement"
MOST: Final = 200
"""Placements at once: each code is looked at."""


@require_http_methods(["GET", "POST"])
def new_codes(request: HttpRequest) -> HttpResponse:
    """Shows the codes of the chosen placements (``?placements=1,2``); retires those that are ticked."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    keys = [int(key) for key in request.GET.get("placements", "").split(",") if key.isdecimal()][:MOST]
    rows = list(
        PlacementLink.objects.filter(placement__in=keys)
        .select_related("link", "placement__spot__station", "placement__spot__train")
        .order_by("placement", "language")
    )
    form = NewCodesForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            issued = replace_codes(of=form.chosen, reason=form.cleaned_data["reason"], by=actor_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = f"{len(issued)} {'code was' if len(issued) == 1 else 'codes were'} replaced."
            messages.success(request, f"{told} Print these placements again, and take the old posters down.")
            return redirect("admin:campaign_placement_changelist")
    context = {
        **admin.site.each_context(request),
        "title": "Give a new code",
        "form": form,
        "rows": rows,
    }
    return TemplateResponse(request, "admin/campaign/codes/new.html", context)
