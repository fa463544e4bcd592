"""The admin site: its security headers differ from those of public pages."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from portal.people import uncounted

View = Callable[..., HttpResponseBase]


def admin_headers(view: View) -> View:
    """Gives a view the admin's own policy; with ``no-referrer`` browsers send ``Origin: null``, which CSRF refuses."""
    guarded = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)(view)

    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = guarded(request, *args, **kwargs)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


class WaypostAdminSite(UnfoldAdminSite):
    """Unfold's site under our policy, open to the roles that work in it."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.has_perm("portal.open_today")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return admin_headers(super().admin_view(view, cacheable))

    @method_decorator(admin_headers)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            uncounted.mark(response)
        return response

    @method_decorator(admin_headers)
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().logout(request, extra_context)
        uncounted.unmark(response)
        return response


class AdminConfig(DjangoAdminConfig):
    """Makes it the default site."""

    default_site = "portal.people.site.WaypostAdminSite"
