"""What no address of ours holds, but for those that must be answered whatever they hold."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


class RefuseNul:
    """Middleware: answers 400 where the path or the query holds a NUL, which PostgreSQL takes in no text.

    Forms refuse it by themselves; keys, searches and filters of the admin pass none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Looks once it is known who would answer."""
        holds_nul = "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if holds_nul and not getattr(view, "takes_any_address", False):
            return HttpResponseBadRequest("This address holds a NUL character.", content_type="text/plain")
        return None


def takes_any_address(view: View) -> View:
    """A view that asks no database and refuses nobody: it is given even a NUL."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    inner.takes_any_address = True  # type: ignore[attr-defined]
    return inner
