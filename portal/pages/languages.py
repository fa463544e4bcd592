"""In which language a page speaks, and the same page in every language that the public pages speak.

Public pages say it in their address. The pages of signing in (``/account/``) do not, since mails and codes lead to
them: there ``?language=es`` counts, then the page that one is led back to, then what was chosen before, then what the
browser prefers. What was chosen is kept in a cookie that holds nothing else, until the browser is closed.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import translate_url
from django.utils.translation import (
    activate,
    get_language,
    get_language_from_path,
    get_language_from_request,
    get_language_info,
)

IN_ENGLISH: Final = "/admin/"
"""Whose pages are written in English alone: what Django and its libraries say there is English too."""
CHOOSES: Final = "/account/"
"""Whose pages speak the language that somebody chose."""
ASKS: Final = "language"
"""The part of a query that names a language."""
LEADS_BACK: Final = "next"
"""The part of a query that names the page to go on to."""


class LanguageOfAPage(LocaleMiddleware):
    """Django's middleware, but the desk speaks English to every browser, and signing in what somebody chose."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        code = "en" if request.path_info.startswith(IN_ENGLISH) else chosen(request)
        if code:
            activate(code)
            request.LANGUAGE_CODE = code

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        code = chosen(request)
        if code and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != code:
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                code,
                path=settings.LANGUAGE_COOKIE_PATH,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return answer


def chosen(request: HttpRequest) -> str:
    """The language that the address of a page of signing in asks for; empty where it asks for none that we speak."""
    if not request.path_info.startswith(CHOOSES):
        return ""
    asked_for = request.GET.get(ASKS, "") or get_language_from_path(request.GET.get(LEADS_BACK, "")) or ""
    return asked_for if asked_for in dict(settings.LANGUAGES) else ""


def asked(request: HttpRequest) -> str:
    """The language that the browser prefers, for the way from a page in English to one that speaks several."""
    return get_language_from_request(request)


def speaking(path: str, code: str) -> str:
    """The path of a page of signing in, as a mail in a language names it: English needs no word for it."""
    return path if code == "en" else f"{path}?{ASKS}={code}"


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """One language of one page. ``path`` leads to it; ``address`` is the same with scheme and host."""

    code: str
    name: str
    path: str
    address: str
    is_current: bool


def spoken(code: str) -> str:
    """The language itself if public pages speak it, else English: an address in another one would lead nowhere."""
    return code if code in dict(settings.LANGUAGES) else "en"


def page_languages(request: HttpRequest) -> list[PageLanguage]:
    """The page of ``request`` in each language; its front page where the path has no translation."""
    current = get_language()
    found = []
    for code, _ in settings.LANGUAGES:
        path = _path_in(request, code)
        found.append(
            PageLanguage(
                code=code,
                name=get_language_info(code)["name_local"].capitalize(),
                path=path,
                address=f"{settings.PUBLIC_ADDRESS}{path}",
                is_current=code == current,
            )
        )
    return found


def _path_in(request: HttpRequest, code: str) -> str:
    if request.path_info.startswith(CHOOSES):
        query = request.GET.copy()
        query[ASKS] = code
        return f"{request.path}?{query.urlencode()}"
    path = translate_url(request.get_full_path(), code)
    return path if path.startswith(f"/{code}/") else f"/{code}/"
