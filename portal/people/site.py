"""The admin site: its security headers differ from those of public pages."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from unfold.sites import UnfoldAdminSite

from portal.pages.languages import asked
from portal.people import second_factor, uncounted
from portal.people.adapters import home_of
from portal.people.models import User

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

    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.has_perm("portal.open_today")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return admin_headers(super().admin_view(view, cacheable))

    @method_decorator(admin_headers)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No door of its own, by whatever method it is asked: one signs in at one place."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or request.POST.get(REDIRECT_FIELD_NAME)
        desk = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(desk)
        account = second_factor.account_of(request)
        if isinstance(account, User) and second_factor.is_done(request, account):
            # Signed in, and no desk: the sign-in page would lead back here for ever.
            translation.activate(asked(request))
            if account.is_staff:
                raise PermissionDenied
            return HttpResponseRedirect(home_of(account))
        query = f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else ""
        return HttpResponseRedirect(f"{reverse('account_login')}{query}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Passwords are changed where one signs in."""
        return HttpResponseRedirect(reverse("account_change_password"))

    @method_decorator(admin_headers)
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().logout(request, extra_context)
        uncounted.unmark(response)
        return response
