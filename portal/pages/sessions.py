"""Sessions and tokens of forms, for the pages alone that use them: no other sets or takes away a cookie."""

from collections.abc import Callable

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class QuietSessionMiddleware(SessionMiddleware):
    """Django's, but for a page that never asked for the session: no cookie, not even one taken away."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leaves an answer alone unless its page looked at the session."""
        session = request.session
        if not session.accessed and not session.modified:
            return response
        return super().process_response(request, response)


def forget_broken_token(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, behind Django's: a token that is none is as good as no token, where Django sends a new one at once."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", False):
            request.META.pop("CSRF_COOKIE", None)
        return get_response(request)

    return middleware
