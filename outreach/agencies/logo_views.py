"""What of a logo leaves the desk: its picture for our own pages, and the papers by which it may be used."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from outreach.agencies.logos import Logo, LogoPermission
from portal.audit import trail
from portal.audit.admin import actor_of


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a logo: a PNG of ours, never the uploaded drawing."""
    if not request.user.has_perm("outreach.view_logo"):
        raise PermissionDenied
    logo = get_object_or_404(Logo.objects.select_related("preview"), pk=pk)
    return HttpResponse(logo.preview_content(), content_type="image/png")


@require_GET
def document(request: HttpRequest, pk: int, permission: int) -> HttpResponse:
    """A written permission, as a download. Who fetched it is written to the trail."""
    if not request.user.has_perm("outreach.view_logopermission"):
        raise PermissionDenied
    recorded = get_object_or_404(
        LogoPermission.objects.select_related("document", "logo__agency"), pk=permission, logo=pk
    )
    response = HttpResponse(recorded.content(), content_type=recorded.document.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=recorded.document.name)
    response["Content-Disposition"] = disposition or "attachment"
    trail.record(actor=actor_of(request), verb="downloaded", target=recorded)
    return response
