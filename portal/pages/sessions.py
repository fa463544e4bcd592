"""Sessions that only the pages which use one answer for."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


class QuietSessionMiddleware(SessionMiddleware):
    """Django's, but for a page that never asked for the session: no cookie, not even one taken away."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leaves an answer alone unless its page looked at the session."""
        session = request.session
        if not session.accessed and not session.modified:
            return response
        return super().process_response(request, response)
