"""Pictures for posts: the public page, and the files behind it, which name their content."""

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign.posters import social_shelf
from campaign.posters.assembly import NotReady
from campaign.posters.models import SocialPicture
from campaign.posters.social import Shape
from campaign.posters.social_shelf import PREVIEW_SIDE, Shelf
from campaign.posters.words import name_of_language
from portal.pages.headers import leaves_no_trace

SHARED_SECONDS = 300
FORMATS = {"png": "picture", "preview": "preview", "txt": "words"}
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def page(request: HttpRequest) -> HttpResponse:
    """The pictures in the page's language unless another is asked for."""
    shelf = social_shelf.shelf([request.GET.get("language", ""), get_language() or ""])
    return render(request, "campaign/posters/social.html", shown(shelf))


@require_safe
def download(request: HttpRequest, digest: str, language: str, shape: str, form: str) -> FileResponse:
    """One picture, or its words; 404 for one that was replaced, or says what no longer holds."""
    row = next((row for row in _taken([language]) if row.shape == shape), None)
    stored = getattr(row, FORMATS[form]) if row else None
    if stored is None or not stored.sha256.startswith(digest):
        raise Http404
    response = FileResponse(
        stored.open(), filename=stored.name, content_type=stored.content_type, as_attachment=form != "preview"
    )
    response.headers["Cache-Control"] = FOR_EVER
    return response


@require_safe
def download_all(request: HttpRequest, digest: str, language: str) -> FileResponse:
    """All pictures of a language with their words, as a zip; 404 where one of them was replaced."""
    rows = _taken([language])
    if not rows or social_shelf.digest_of(rows) != digest:
        raise Http404
    response = archive_of(rows, name=f"posts-{language}.zip")
    response.headers["Cache-Control"] = FOR_EVER
    return response


def archive_of(rows: Iterable[SocialPicture], *, name: str) -> FileResponse:
    """These pictures as a download of that name."""
    return FileResponse(social_shelf.archive(rows), as_attachment=True, filename=name, content_type="application/zip")


def shown(shelf: Shelf) -> dict[str, Any]:
    """What a page tells of a shelf."""
    return {
        "shelf": shelf,
        "takes": [(shape, row, preview_size(shape)) for shape, row in shelf.takes],
        "poster_languages": [(each.code, name_of_language(each.code)) for each in shelf.languages],
        "words": _words(shelf.pictures[0]) if shelf.pictures else "",
    }


def preview_size(shape: Shape) -> tuple[int, int]:
    """Of a preview, in pixels."""
    scale = PREVIEW_SIDE / max(shape.width, shape.height)
    return round(shape.width * scale), round(shape.height * scale)


def _words(row: SocialPicture) -> str:
    """The caption and the alt text, which are the same for every shape."""
    with row.words.open() as file:
        return file.read().decode()


def _taken(languages: list[str]) -> list[SocialPicture]:
    try:
        return social_shelf.pictures(languages)
    except NotReady:
        raise Http404 from None
