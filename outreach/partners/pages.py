"""What every page of partners keeps to: signed in, within reach, allowed to change, kept by no browser."""

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from outreach.agencies.models import Agency
from outreach.partners.door import At, mine
from portal.pages.languages import spoken
from portal.people.account_pages import private

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """A private page for accounts. Whoever proved no second factor is nobody here (``portal.people``)."""

    @private
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("partner-home")
            return redirect_to_login(back)
        return view(request, *args, **kwargs)

    return inner


def of_agency(*methods: str, own: bool = True, edits: bool = False, lookers: bool = False) -> Callable[[View], View]:
    """A page of one agency; the view gets ``At``. ``methods`` are those that it answers.

    An agency out of reach is not there (404), as is one of which the account sees only what is public (``own``).
    Whoever may only look is refused where something changes: by POST, or on the page of a form (``edits``); ``lookers``
    may all the same.
    """

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def inner(request: HttpRequest, agency: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
            try:
                at = mine(request.user).at(agency)
            except Agency.DoesNotExist as out_of_reach:
                raise Http404 from out_of_reach
            if own and not at.is_own:
                raise Http404
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            changes = edits or request.method == "POST"
            if changes and not at.may_edit and not (lookers and at.is_own):
                return show(request, "refused", at, status=HTTPStatus.FORBIDDEN)
            if request.method == "POST":
                # What they are written about it comes in the language in which they asked.
                at.user.speak(spoken(get_language() or "en"))
            return view(request, at, **kwargs)

        return inner

    return decorate


def show(
    request: HttpRequest, name: str, at: At | None = None, *, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Renders a page of this room; ``tab`` says which of the agency's pages it is."""
    context |= {"at": at, "agency": at.agency if at else None, "tab": context.get("tab", name)}
    return render(request, f"outreach/partners/{name}.html", context, status=status)


def to(name: str, at: At, **kwargs: Any) -> HttpResponse:
    """Leads on after a form was taken."""
    return redirect(reverse(name, kwargs={"agency": at.agency.uid, **kwargs}))
