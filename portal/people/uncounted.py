"""The mark of our own people's browsers: whoever is signed in and tries a printed code is not counted.

It is a cookie that is the same for everybody and says nothing but that it is there. Browsers
send it to printed codes alone.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "uncounted"
#: Printed codes stand under the first; the second is what people type. Paths of cookies know small letters from large.
PATHS = {"/Q/": NAME, "/q/": f"{NAME}-typed"}


def mark(response: HttpResponse) -> None:
    """Marks the browser for as long as a session lasts."""
    for path, name in PATHS.items():
        response.set_cookie(
            name,
            "1",
            max_age=settings.SESSION_COOKIE_AGE,
            path=path,
            domain=settings.UNCOUNTED_COOKIE_DOMAIN,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def unmark(response: HttpResponse) -> None:
    """Takes the mark away."""
    for path, name in PATHS.items():
        response.delete_cookie(name, path=path, domain=settings.UNCOUNTED_COOKIE_DOMAIN, samesite="Lax")


def is_marked(request: HttpRequest) -> bool:
    """Whether a request carries the mark, whatever its value."""
    return any(name in request.COOKIES for name in PATHS.values())
