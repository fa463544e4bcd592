"""Headers of public pages: nothing is kept in the browser, nothing of the device is asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponse]

#: The features that a page could ask a browser for; no page of ours asks.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

#: Of the page at an event's door alone: it reads tickets with the phone's camera.
DOOR_PERMISSIONS_POLICY = PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: every answer says that it uses no camera, no place, nothing of the device."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def keeps_a_door(view: View) -> View:
    """A page that reads codes with the camera, once its holder allows it, and is kept by a worker of its own."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Permissions-Policy"] = DOOR_PERMISSIONS_POLICY
        response._csp_update = {"worker-src": [SELF]}  # type: ignore[attr-defined]  # as csp.decorators.csp_update says it
        return response

    return inner


def leaves_no_trace(*, shared_seconds: int = 0, stale_seconds: int = 0) -> Callable[[View], View]:
    """A public view whose page no browser keeps; a CDN may keep it for ``shared_seconds``.

    Where nothing of ours answers it may go on with what it has for ``stale_seconds``.
    The view must answer the same to everyone: a CDN gives one visitor's page to the next.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            if shared_seconds and response.status_code == 200:
                kept = f"public, max-age={shared_seconds}"
                if stale_seconds:
                    kept = f"{kept}, stale-if-error={stale_seconds}"
                response.headers.setdefault("CDN-Cache-Control", kept)
            return response

        return inner

    return decorate
