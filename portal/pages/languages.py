"""The same page in every language that the public pages speak."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info


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
