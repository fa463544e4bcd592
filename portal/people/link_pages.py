"""Pages behind personal links: no search engine lists them, and a link that does nothing more says kindly why."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.people.links import LinkState


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK) -> HttpResponse:
    """A page that no search engine may list."""
    answer = render(request, template, context, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def show_closed(request: HttpRequest, state: LinkState, *, template: str) -> HttpResponse:
    """What became of the link: 404 of one that never was, 410 of any other.

    ``template`` extends ``portal/people/link_closed.html``, or reads ``state`` itself.
    """
    status = HTTPStatus.NOT_FOUND if state is LinkState.UNKNOWN else HTTPStatus.GONE
    return show(request, template, {"state": state.value}, status=status)
