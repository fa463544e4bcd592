"""In which language a page speaks, and the same page in every language that the public pages speak."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.urls import translate_url
from django.utils.translation import activate, get_language, get_language_from_request, get_language_info

IN_ENGLISH: Final = ("/admin/", "/account/")
"""Whose pages are written in English alone: what Django and its libraries say there is English too."""


class OneLanguageAPage(LocaleMiddleware):
    """Django's middleware, but the desk and the pages of signing in speak English to every browser."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path_info.startswith(IN_ENGLISH):
            activate("en")
            request.LANGUAGE_CODE = "en"


def asked(request: HttpRequest) -> str:
    """The language that the browser prefers, for the way from a page in English to one that speaks several."""
    return get_language_from_request(request)


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
        path = translate_url(request.get_full_path(), code)
        if not path.startswith(f"/{code}/"):
            path = f"/{code}/"
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
