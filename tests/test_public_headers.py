"""Every public address there is, found by walking the resolver: no cookie, strict headers, nowhere else to go."""

import string
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import translation
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.pages.headers import DOOR_PERMISSIONS_POLICY, PERMISSIONS_POLICY
from portal.seasons.models import Season
from tests.test_roles_by_url import PUBLIC, PUBLIC_ANSWERS, world

pytestmark = pytest.mark.django_db

__all__ = ["world"]

#: What a browser may carry from elsewhere: old, foreign and broken cookies.
COOKIES = [
    "",
    "sessionid=x; csrftoken=y; messages=z; django_language=es",
    "sessionid=" + "a" * 32,
    "uncounted=1",
    "=; ;;",
]
REFUSED = ["/en/no-such-page/", "/nothing", "/en/events/%00/", "/", "/en", "/xx/near/ms/", "/en/near/xx/", "/Q/%FF"]


def addresses() -> list[str]:
    """Every public page in every language that it speaks, and addresses that are refused.

    Not those of signing in, where an account is made: a session stands behind their forms.
    """
    found = [*REFUSED]
    for name, arguments in PUBLIC.items():
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                try:
                    found.append(reverse(name, kwargs=arguments()))
                except NoReverseMatch:
                    pytest.fail(f"{name} has no address")
    return sorted({path for path in found if not path.startswith("/account/")})


def faults(answer: HttpResponseBase, path: str) -> list[str]:
    """What is wrong with an answer to somebody who may be in danger."""
    policy = answer.headers.get("Content-Security-Policy", "")
    location = answer.headers.get("Location", "/")
    holds = {
        "no cookie": not answer.cookies and "Set-Cookie" not in answer.headers,
        # Django's own redirect to a language says so, and is kept by nobody.
        "varies by no cookie": answer.status_code == 302 or "cookie" not in answer.headers.get("Vary", "").lower(),
        "a policy without unsafe parts": "default-src 'none'" in policy and "unsafe-" not in policy,
        "in nobody's frame": "frame-ancestors 'none'" in policy,
        "no referrer": answer.headers.get("Referrer-Policy") == "no-referrer",
        "a window of its own": answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "nothing of the device": answer.headers.get("Permissions-Policy") == allowed(answer, path),
        "no guessed type": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "leads nowhere else": is_ours(location),
        "no failure": answer.status_code < 500,
    }
    return [f"{path} ({answer.status_code}): {what}" for what, is_so in holds.items() if not is_so]


def allowed(answer: HttpResponseBase, path: str) -> str:
    """What a page may ask of the device: nothing. The one exception is an open door, which reads tickets."""
    is_a_door = answer.status_code == 200 and resolve(path).url_name == "door"
    return DOOR_PERMISSIONS_POLICY if is_a_door else PERMISSIONS_POLICY


def is_ours(location: str) -> bool:
    """Whether a browser that follows it stays, however it reads slashes."""
    parts = urlsplit(location)
    return not parts.scheme and not parts.netloc and location.startswith("/") and location[1:2] not in ("/", "\\")


@pytest.mark.parametrize("cookies", COOKIES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_public_address_sets_no_cookie_and_sends_strict_headers(
    world: Season, client: Client, method: str, cookies: str
) -> None:
    wrong = []
    for path in addresses():
        answer = client.generic(method, path, headers={"Cookie": cookies, "Accept-Language": "es"})
        wrong += faults(answer, path)
        answer.getvalue()
    assert not wrong, "\n".join(wrong)


def test_every_public_page_was_walked() -> None:
    assert len(PUBLIC) > 20
    assert set(PUBLIC_ANSWERS) <= set(PUBLIC)


def test_every_public_page_says_how_long_it_may_be_kept(world: Season, client: Client) -> None:
    wrong = []
    for path in addresses():
        answer = client.get(path)
        kept = answer.headers.get("Cache-Control", "")
        # The directory is read by other people's programs, which may keep it; nobody's help page is like it.
        is_file = "immutable" in kept or (path.startswith("/hsds/") and "public" in kept)
        if answer.status_code == 200 and not is_file and "no-store" not in kept:
            wrong.append(f"{path}: {kept or 'nothing said'}")
        answer.getvalue()
    assert not wrong, "\n".join(wrong)


@cache
def site() -> WSGIHandler:
    """The whole site, past the client, which reads addresses in its own way."""
    return WSGIHandler()


@examples(max_examples=300, deadline=None)
@given(
    st.sampled_from(["/", "/Q/", "/q/", "/Q", "/en/near/", "/near/", "/ar/near/", "/en/near/on/", "/en/", "//", "/\\"]),
    st.text(alphabet="/\\.@:%?#\t\r\n \0" + string.ascii_letters + "é", max_size=24)
    | st.sampled_from(["//evil.example", "/evil.example/", "\\evil.example", "https://evil.example", "evil.example//"]),
)
def test_no_path_leads_to_another_site(start: str, rest: str) -> None:
    request = RequestFactory().get("/")
    environ = {
        **request.environ,
        "PATH_INFO": (start + rest).encode().decode("latin-1"),
        "QUERY_STRING": "next=//evil.example",
    }
    answer = site().get_response(WSGIRequest(environ))
    assert is_ours(answer.headers.get("Location", "/")), answer.headers["Location"]
    assert not answer.cookies
    answer.close()
