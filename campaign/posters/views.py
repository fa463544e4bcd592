"""The gallery: look, take, hang."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign.posters import gallery
from campaign.posters.models import GalleryPoster
from portal.pages.headers import leaves_no_trace

SHARED_SECONDS = 300
FORMATS = {"pdf": "document", "png": "picture", "preview": "preview"}


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def posters(request: HttpRequest) -> HttpResponse:
    """The posters that everyone may take, that in the page's language first."""
    posters = sorted(gallery.posters(), key=lambda poster: poster.language != get_language())
    return render(request, "campaign/posters/gallery.html", {"posters": posters})


@require_safe
def download(request: HttpRequest, digest: str, language: str, form: str) -> FileResponse:
    """One file; its address names its content, so it may be kept for ever. 404 for one that was replaced."""
    row = GalleryPoster.objects.select_related("document", "picture", "preview").filter(language=language).first()
    stored = getattr(row, FORMATS[form]) if row and form in FORMATS else None
    if stored is None or not stored.sha256.startswith(digest):
        raise Http404
    response = FileResponse(
        stored.open(), filename=stored.name, content_type=stored.content_type, as_attachment=form != "preview"
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
