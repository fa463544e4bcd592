"""Sessions and tokens of forms, for the pages alone that use them: no other sets or takes away a cookie."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

#: A secret, or a secret under its mask.
TOKEN = re.compile(r"(?:[A-Za-z0-9]{32}){1,2}")


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
    """Middleware, before Django's: a token that is none is as good as no token, where Django sends a new one at once."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not TOKEN.fullmatch(request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)
        return get_response(request)

    return middleware
