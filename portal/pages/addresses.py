"""What no address of ours ever holds."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answers 400 where the path or the query holds a NUL, which PostgreSQL takes in no text.

    Forms refuse it by themselves; keys, searches and filters of the admin pass none.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("This address holds a NUL character.", content_type="text/plain")
        return get_response(request)

    return middleware
