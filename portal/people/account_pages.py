"""What all pages of signing in share: nobody keeps them, and their forms can be sent."""

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from portal.pages.limits import Limit
from portal.people.second_factor import sees_the_account

View = Callable[..., HttpResponseBase]

LIMIT = Limit(name="signing in", per_minute=60, burst=60, ceiling_per_minute=1_200)
"""What nobody's browser may ask for: each leaves a row. An office behind one address stays far below it."""


def private(view: View) -> View:
    """A page for one person: no browser keeps it and no search engine lists it.

    With ``no-referrer`` browsers send ``Origin: null`` with a form, which CSRF refuses.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return inner


def limited(view: View) -> View:
    """A page that works for anybody and writes: so often from one address, so often from all."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        writes = request.method == "POST" or request.headers.get("Accept") == "application/json"
        if writes and (wait := LIMIT.allows(request)):
            response = render(request, "account/slow.html", status=429)
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        return view(request, *args, **kwargs)

    return inner


def on_the_way(view: View) -> View:
    """A private page that works before a second factor is proven."""
    return private(sees_the_account(view))
