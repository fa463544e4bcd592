"""Proofs as answers to a browser: kept by it alone, asked for again by their fingerprint."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone

from campaign.posters.assembly import NotReady
from campaign.posters.models import Design, Sheet, TextSet
from campaign.posters.proofs import Proof
from portal.typesetting import TypesettingError

PRIVATE = "private, no-cache"


def picture(request: HttpRequest, *, design: Design, sheet: Sheet, texts: TextSet, side: int) -> HttpResponseBase:
    """The PNG; where it cannot be set, a picture of the sentence that says why."""
    try:
        proof = Proof.of(design=design, sheet=sheet, texts=texts, on=timezone.localdate())
        tag = f'"{proof.fingerprint[:32]}-{side}"'
        if tag in request.headers.get("If-None-Match", ""):
            answer: HttpResponseBase = HttpResponseNotModified()
        else:
            answer = HttpResponse(proof.picture(side), content_type="image/png")
        answer.headers["ETag"] = tag
    except (NotReady, TypesettingError) as error:
        answer = HttpResponse(_sentence(str(error)), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = "no-store"
    answer.headers.setdefault("Cache-Control", PRIVATE)
    return answer


def document(*, design: Design, sheet: Sheet, texts: TextSet) -> HttpResponse:
    """The PDF, or the sentence that says why there is none (409)."""
    try:
        proof = Proof.of(design=design, sheet=sheet, texts=texts, on=timezone.localdate())
        content = proof.document(made_at=timezone.now().replace(microsecond=0))
    except (NotReady, TypesettingError) as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=409)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{proof.file_name}"'
    return answer


def _sentence(words: str) -> str:
    """A drawing of a sentence, as large as a small picture."""
    lines = wrap(" ".join(words.split())[:400], 34) or [""]
    spans = "".join(f'<tspan x="16" dy="20">{escape(line)}</tspan>' for line in lines)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="388" viewBox="0 0 300 388" role="img">'
        '<rect width="300" height="388" fill="#fbf7f0"/><rect width="300" height="6" fill="#9b2c1d"/>'
        '<text x="16" y="40" font-family="sans-serif" font-size="14" fill="#9b2c1d" font-weight="700">Cannot be set'
        f'</text><text x="16" y="48" font-family="sans-serif" font-size="14" fill="#12343b">{spans}</text></svg>'
    )
