"""What every public page sends along: nothing to keep, nothing to follow, nothing that tells its subject."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from campaign.demo import building
from campaign.posters import gallery
from campaign.welcome import leaflets
from outreach.registration.models import Registration
from outreach.seminars.models import Request, Seminar
from portal.pages.headers import PERMISSIONS_POLICY
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db

#: What a page must not be called: a phone's owner may not be the only one who reads it.
TELLING = re.compile(r"help|ayuda|traffick|trata|hotline|rescue|victim|víctima", re.IGNORECASE)

Address = Callable[[], str]


def _event() -> Seminar:
    return Seminar.objects.listed().filter(state="open").order_by("pk")[0]


def _of_event(name: str) -> Address:
    return lambda: reverse(name, args=[_event().uid])


def _file(form: str, field: str) -> Address:
    def address() -> str:
        poster = gallery.posters()[0]
        return reverse(
            "posters-file",
            kwargs={
                "digest": getattr(poster, field).sha256[:16],
                "slug": poster.slug,
                "sheet": poster.sheet.slug,
                "language": poster.language,
                "form": form,
            },
        )

    return address


# How long a CDN may hold each page, in seconds; none may where a page is one person's own.
SHARED: dict[str, tuple[Address, int | str | None]] = {
    "home": (lambda: reverse("home"), 300),
    "about": (lambda: reverse("about"), 300),
    "safety": (lambda: reverse("safety"), 300),
    "posters": (lambda: reverse("posters"), 300),
    "posters-social": (lambda: reverse("posters-social"), 300),
    "posters-make": (lambda: reverse("posters-make"), None),
    "posters-make-design": (lambda: reverse("posters-make-design", args=["common-ground"]), None),
    **{slug: (lambda slug=slug: reverse(slug), 300) for slug in leaflets.SLUGS},  # type: ignore[misc]
    "help": (lambda: reverse("help", args=["ms"]), "60, stale-if-error=86400"),
    "duty": (lambda: reverse("duty", args=["ms"]), "60, stale-if-error=86400"),
    "events": (lambda: reverse("events"), 60),
    "event": (_of_event("event"), 60),
    "event-calendar": (_of_event("event-calendar"), 60),
    "event-feed": (lambda: reverse("event-feed"), 900),
    "event-feed-of-state": (lambda: reverse("event-feed-of-state", args=["ms"]), 900),
    "registration": (_of_event("registration"), None),
    "registration-done": (_of_event("registration-done"), 60),
    "seminar-request": (lambda: reverse("seminar-request"), None),
    "seminar-request-sent": (lambda: reverse("seminar-request-sent"), 3600),
    "request-page": (lambda: reverse("request-page", args=[Request.objects.order_by("pk")[0].uid]), None),
    "booking": (lambda: reverse("booking", args=[Registration.objects.order_by("pk")[0].uid]), None),
}
FILES: dict[str, Address] = {
    "pdf": _file("pdf", "document"),
    "png": _file("png", "picture"),
    "preview": _file("preview", "preview"),
}
ELSEWHERE: dict[str, Address] = {
    "code": lambda: "/Q/0000000000",
    "nation": lambda: reverse("help-nation"),
    "not found": lambda: "/en/no-such-page/",
    "front door": lambda: "/",
}


@pytest.fixture
def demo(season: Season) -> None:
    """A campaign with an event, a request, a booking and posters to take."""
    building.build(season=season)
    gallery.refresh(season.starts_on, most=2)


def _policy(answer: HttpResponseBase) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def _fault(name: str, answer: HttpResponseBase) -> list[str]:
    """What is wrong with the headers that every answer of the portal must carry."""
    policy = _policy(answer)
    holds = {
        "no cookie": not answer.cookies and "Set-Cookie" not in answer.headers,
        "nothing unsafe": "unsafe-" not in answer.headers["Content-Security-Policy"],
        "nothing by default": policy.get("default-src") == ["'none'"],
        "in nobody's frame": policy.get("frame-ancestors") == ["'none'"],
        "no base": policy.get("base-uri") == ["'none'"],
        "no other host": not any("." in source for sources in policy.values() for source in sources),
        "no referrer": answer.headers["Referrer-Policy"] == "no-referrer",
        "nothing of the device": answer.headers["Permissions-Policy"] == PERMISSIONS_POLICY,
        "no guessed type": answer.headers["X-Content-Type-Options"] == "nosniff",
        "a window of its own": answer.headers["Cross-Origin-Opener-Policy"] == "same-origin",
    }
    return [f"{name}: {what}" for what, is_so in holds.items() if not is_so]


def test_every_answer_sends_strict_headers(demo: None, client: Client) -> None:
    wrong = []
    for name, address in {**{name: page for name, (page, _) in SHARED.items()}, **FILES, **ELSEWHERE}.items():
        answer = client.get(address())
        wrong += _fault(name, answer)
        answer.getvalue()  # read to its end, a file is closed
    assert not wrong, "\n".join(wrong)


def test_pages_are_kept_by_no_browser_and_by_a_cdn_as_long_as_meant(demo: None, client: Client) -> None:
    wrong = []
    for name, (address, seconds) in SHARED.items():
        answer = client.get(address())
        assert answer.status_code == 200, name
        shared = f"public, max-age={seconds}" if seconds else None
        said = (answer.headers.get("Cache-Control"), answer.headers.get("CDN-Cache-Control"))
        if said != ("no-store", shared):
            wrong.append(f"{name}: {said}")
    assert not wrong, "\n".join(wrong)


def test_files_named_by_their_content_are_kept_for_ever(demo: None, client: Client) -> None:
    for address in FILES.values():
        answer = client.get(address())
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        answer.getvalue()  # read to its end, a file is closed


@pytest.mark.parametrize("language", ["en", "es"])
def test_path_title_and_preview_tell_nobody_what_a_page_is_about(demo: None, client: Client, language: str) -> None:
    wrong = []
    for name, (address, _) in SHARED.items():
        path = address().replace("/en/", f"/{language}/", 1)
        answer = client.get(path)
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title, name
        told = [
            path,
            title[1],
            *re.findall(r'<meta (?:name="description"|property="og:[^"]*") content="([^"]*)"', page),
        ]
        wrong += [f"{name}: {text}" for text in told if TELLING.search(text)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/en/", "/en/events/", "/en/near/us/"])
def test_signed_in_staff_get_no_cookie_and_the_same_page(
    demo: None, client: Client, admin_client: Client, path: str
) -> None:
    mine, theirs = admin_client.get(path), client.get(path)
    assert mine.content == theirs.content
    assert not mine.cookies
