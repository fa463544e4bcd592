"""The page on which a code is aimed elsewhere."""

from typing import Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from campaign.links import aiming
from campaign.links.forms import AimForm
from campaign.links.models import Link
from portal.audit.admin import actor_of

AIM: Final = "campaign.aim_links"


@require_http_methods(["GET", "POST"])
def aim(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows where a code leads and led; lets it lead elsewhere."""
    if not request.user.has_perm(AIM):
        raise PermissionDenied
    link = get_object_or_404(Link, pk=pk)
    form = AimForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid():
        try:
            aimed = form.save(by=actor_of(request))
        except aiming.NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            where = aiming.describe(aimed.target, area=aimed.area)
            messages.success(request, f"{aimed} leads to: {where}. Every web host follows within some minutes.")
            return redirect("admin:campaign_link_change", pk)
    context = {
        **admin.site.each_context(request),
        "title": f"Where {link} leads",
        "link": link,
        "now": aiming.describe(link.target, area=link.area),
        "history": aiming.history(link),
        "form": form,
    }
    return TemplateResponse(request, "admin/campaign/link/aim.html", context)
