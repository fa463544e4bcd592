"""The short way to help: what a code's answer and the page behind it need of the site's middleware, at a tenth of its time.

Everything else (sessions, accounts, messages, tokens of forms) help has no use for. Its headers
are the same as those of any public page; each policy is written out once.
"""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, ResolverMatch, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation

from campaign.scans import urls
from campaign.scans.code_view import preferred
from portal.pages.headers import PERMISSIONS_POLICY
from portal.pages.sessions import forget_broken_token

Answer = Callable[[HttpRequest], HttpResponseBase]


def straight() -> Answer:
    """The whole site, behind the short way."""
    secure: Answer = SecurityMiddleware(_named(forget_broken_token(_named(_plain(_site())))))  # type: ignore[assignment]
    return _named(secure)


def _plain(get_response: Answer) -> Answer:
    """Speaks the path's language, and says in the headers what every public page says."""
    languages = frozenset(code for code, _ in settings.LANGUAGES)
    policies: dict[int, str] = {}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        first = request.path_info[1:].partition("/")[0]
        language = first if first in languages else preferred(request)
        translation.activate(language)
        response = get_response(request)
        replaced = getattr(response, "_csp_replace", None)
        if (policy := policies.get(id(replaced))) is None:
            # Views name their policies once, when they are loaded.
            policy = policies[id(replaced)] = build_policy(replace=replaced)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Content-Language", language)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return middleware


class HelpFirst(BaseHandler):
    """Django's own resolving and calling of a view, which looks among help's few addresses before all others."""

    def __init__(self) -> None:
        patterns = [*urls.codes_and_health, *urls.beyond, *i18n_patterns(*urls.public)]
        self._help = URLResolver(RegexPattern(r"^/"), patterns)

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """The view of an address. Raises ``Resolver404``, as the site's own resolver does."""
        try:
            match = self._help.resolve(request.path_info)
        except Resolver404:
            return super().resolve_request(request)
        request.resolver_match = match
        return match


def _site() -> Answer:
    """The views behind all addresses, without middleware."""
    handler = HelpFirst()
    handler._view_middleware = handler._template_response_middleware = handler._exception_middleware = []  # type: ignore[attr-defined]
    answer: Answer = handler._get_response  # type: ignore[attr-defined]
    return _named(answer)


def _named(answer: Answer) -> Answer:
    """An answer in place of an exception, as Django puts it round every middleware."""
    wrapped: Answer = convert_exception_to_response(answer)  # type: ignore[assignment]
    return wrapped
