"""The short way to help: what a code's answer and the page behind it need of the site's middleware, at a tenth of its time.

Everything else (sessions, accounts, messages, tokens of forms) help has no use for. Its headers
are the same as those of any public page; each policy is written out once.
"""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.utils import translation

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
        language = request.path_info[1:].partition("/")[0]
        translation.activate(language if language in languages else preferred(request))
        response = get_response(request)
        replaced = getattr(response, "_csp_replace", None)
        if (policy := policies.get(id(replaced))) is None:
            # Views name their policies once, when they are loaded.
            policy = policies[id(replaced)] = build_policy(replace=replaced)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return middleware


def _site() -> Answer:
    """Django's own resolving and calling of a view, without middleware."""
    handler = BaseHandler()
    handler._view_middleware = handler._template_response_middleware = handler._exception_middleware = []  # type: ignore[attr-defined]
    answer: Answer = handler._get_response  # type: ignore[attr-defined]
    return _named(answer)


def _named(answer: Answer) -> Answer:
    """An answer in place of an exception, as Django puts it round every middleware."""
    wrapped: Answer = convert_exception_to_response(answer)  # type: ignore[assignment]
    return wrapped
