"""The directory for other people's programs: HSDS 3.0 as JSON, the same for everyone, kept by whoever likes."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from outreach.agencies.models import Agency
from outreach.channels import hsds
from outreach.channels.models import Channel
from outreach.hsds import documents
from portal.pages.headers import View
from portal.pages.kept import kept_a_moment

SECONDS: Final = 300
"""For so long anybody may keep an answer."""
USUAL, MOST = 50, 100
"""Records a page, unless asked for otherwise, and at most."""
NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")


class Refused(Exception):
    """What was asked for is not there; with the status and a sentence for whoever wrote the program."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def published(view: Callable[..., object]) -> View:
    """A view that answers everyone the same: no cookie, no language, an ETag of its content, open to other sites."""

    @require_safe
    @kept_a_moment
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            try:
                found = view(request, *args, **kwargs)
            except Refused as refusal:
                return _answer({"error": str(refusal)}, status=refusal.status)
        if isinstance(found, HttpResponse):
            return found
        answer = _answer(found)
        answer.headers["ETag"] = etag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        answer.headers["Cache-Control"] = answer.headers["CDN-Cache-Control"] = f"public, max-age={SECONDS}"
        return get_conditional_response(request, etag=etag, response=answer) or answer

    return inner


@published
def about(request: HttpRequest) -> dict[str, str]:
    """Which version of the standard this is."""
    _only(request)
    return {
        "version": "3.0",
        "profile": "https://docs.openreferral.org/en/3.0/",
        "openapi_url": "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json",
    }


@published
def organizations(request: HttpRequest) -> dict[str, object]:
    """The agencies of the directory, page by page."""
    return _page(request, documents.agencies(), documents.organizations)


@published
def services(request: HttpRequest) -> dict[str, object]:
    """The lines that are told to the public today, page by page."""
    return _page(request, hsds.told(timezone.localdate()), documents.services)


@published
def organization(request: HttpRequest, uid: uuid.UUID) -> object:
    """One agency. One that was merged leads on; one that left the directory is gone, of others nothing is said."""
    _only(request)
    found = documents.agencies().filter(uid=uid).first()
    if found is not None:
        return documents.organization(found)
    known = Agency.objects.filter(uid=uid, is_listed=True, is_demo=False).select_related("merged_into").first()
    if known is None:
        raise Refused(404, "There is no such organization.")
    seen = {known.pk}
    winner = known.merged_into
    while winner is not None and winner.pk not in seen:
        if winner.is_public:
            return _leads_to("hsds-organization", winner.uid)
        seen.add(winner.pk)
        winner = winner.merged_into
    raise Refused(410, "This organization is no longer in the directory.")


@published
def service(request: HttpRequest, uid: uuid.UUID) -> object:
    """One line. One that has a new value leads to it; one that ended is gone, of others nothing is said."""
    _only(request)
    today = timezone.localdate()
    told = hsds.told(today)
    if (found := told.filter(uid=uid).first()) is not None:
        return documents.service(found)
    known = hsds.ended(today).filter(uid=uid).select_related("replaced_by").first()
    if known is None:
        raise Refused(404, "There is no such service.")
    seen = {known.pk}
    follower: Channel | None = known.replaced_by
    while follower is not None and follower.pk not in seen:
        if told.filter(pk=follower.pk).exists():
            return _leads_to("hsds-service", follower.uid)
        seen.add(follower.pk)
        follower = follower.replaced_by
    raise Refused(410, "This service is no longer offered.")


def _page(
    request: HttpRequest, found: QuerySet[Any], written: Callable[[Any], list[documents.Document]]
) -> dict[str, object]:
    """A page as the standard's API has it."""
    asked = _only(request, "page", "per_page")
    size = asked.get("per_page", USUAL)
    if size > MOST:
        raise Refused(400, f"per_page is at most {MOST}.")
    pages = Paginator(found, size)
    number = asked.get("page", 1)
    if number > pages.num_pages:
        raise Refused(404, f"There are {pages.num_pages} pages.")
    contents = written(pages.page(number).object_list)
    return {
        "total_items": pages.count,
        "total_pages": pages.num_pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number == pages.num_pages,
        "empty": not contents,
        "contents": contents,
    }


def _only(request: HttpRequest, *names: str) -> dict[str, int]:
    """The parameters, whole numbers from 1. Anything else is refused: an answer to each spelling would fill caches."""
    for name, values in request.GET.lists():
        if name not in names:
            said = ", ".join(names) or "none"
            raise Refused(400, f"The parameters here are: {said}.")
        if len(values) > 1 or not NUMBER.fullmatch(values[0]):
            raise Refused(400, f"{name} is a whole number from 1.")
    return {name: int(request.GET[name]) for name in names if name in request.GET}


def _leads_to(name: str, uid: uuid.UUID) -> HttpResponse:
    """For now: a merge can be undone, a new value be replaced again."""
    return _open(HttpResponseRedirect(reverse(name, args=[uid])))


def _answer(content: object, *, status: int = 200) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _open(HttpResponse(text, content_type="application/json", status=status))


def _open(response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = "en"
    response.headers["Cache-Control"] = "no-store"
    return response
