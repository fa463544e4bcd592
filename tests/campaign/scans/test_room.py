"""Room for help: however many wait for something else, a code and its page are answered at once."""

import gc
import string
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import Resolver404, get_resolver
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from campaign.scans import pages, room
from campaign.scans.room import AT_WORK, HELP, STRAIGHT, keep_room
from campaign.scans.straight import HelpFirst
from config import gunicorn
from config import settings as configured

# A finished request closes old connections, and so asks for them.
pytestmark = pytest.mark.django_db

THREADS = 4
HELPFUL = ["/Q/0000000000", "/q/x", "/Q", "/en/near/ms/", "/es/near/us/duty/", "/ar/near/ms/", "/near/", "/healthz"]
OTHERS = [
    "/",
    "/en/",
    "/en/events/",
    "/admin/",
    "/readyz",
    "/static/a.css",
    "/Qx",
    "/en/nearby/",
    "/healthzz",
    "/x/y/near/",
]

Answer = Callable[[HttpRequest], HttpResponseBase]


@pytest.fixture(autouse=True)
def four_threads(settings: Settings) -> None:
    settings.THREADS = THREADS


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_help_is_answered_while_others_wait_and_the_rest_is_told_to_come_back(
    rf: RequestFactory, gate: threading.Event
) -> None:
    inside = threading.Semaphore(0)

    def slow(request: HttpRequest) -> HttpResponse:
        if not HELP.match(request.path_info):
            inside.release()
            assert gate.wait(30)
        return HttpResponse("here")

    site = keep_room(slow)
    with ThreadPoolExecutor(THREADS) as crowd:
        waiting = [crowd.submit(site, rf.get("/en/events/")) for _ in range(THREADS - 1)]
        for _ in waiting:
            assert inside.acquire(timeout=30)
        for path in OTHERS:
            answer = site(rf.get(path))
            assert answer.status_code == 503, path
            assert b'href="sms:233733"' in answer.getvalue()
            assert b'href="tel:+18883737888"' in answer.getvalue()
            assert b'href="/en/near/us/"' in answer.getvalue()
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Retry-After"] == "2"
            assert not answer.cookies
        for path in HELPFUL:
            assert site(rf.get(path)).status_code in (200, 302), path
        gate.set()
        for one in waiting:
            one.result(timeout=30).close()
    assert site(rf.get("/en/")).status_code == 200


def test_visitors_wait_for_their_turn(rf: RequestFactory, settings: Settings, gate: threading.Event) -> None:
    settings.THREADS = 3 * AT_WORK
    inside = threading.Semaphore(0)
    at_once: list[int] = []
    working: set[int] = set()

    def page(request: HttpRequest) -> HttpResponse:
        working.add(threading.get_ident())
        at_once.append(len(working))
        inside.release()
        assert gate.wait(30)
        working.discard(threading.get_ident())
        return HttpResponse("made")

    site = keep_room(page)
    with ThreadPoolExecutor(2 * AT_WORK) as crowd:
        pages = [crowd.submit(site, rf.get("/en/events/")) for _ in range(2 * AT_WORK)]
        for _ in range(AT_WORK):
            assert inside.acquire(timeout=30)
        gate.set()
        assert [page.result(timeout=30).status_code for page in pages] == [200] * len(pages)
    assert max(at_once) == AT_WORK


def test_visitor_who_waited_in_vain_is_told_to_come_back(
    rf: RequestFactory, settings: Settings, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.THREADS = 2 * AT_WORK
    monkeypatch.setattr(room, "PATIENCE", 0.05)
    inside = threading.Semaphore(0)

    def slow(request: HttpRequest) -> HttpResponse:
        inside.release()
        assert gate.wait(30)
        return HttpResponse("made")

    site = keep_room(slow)
    with ThreadPoolExecutor(AT_WORK) as crowd:
        pages = [crowd.submit(site, rf.get("/en/events/")) for _ in range(AT_WORK)]
        for _ in pages:
            assert inside.acquire(timeout=30)
        late = site(rf.get("/en/events/"))
        assert late.status_code == 503
        assert b'href="tel:+18883737888"' in late.getvalue()
        gate.set()
        assert [page.result(timeout=30).status_code for page in pages] == [200] * AT_WORK


@pytest.mark.parametrize("end", ["closed", "closed twice", "forgotten", "failed"])
def test_place_is_given_back_once(rf: RequestFactory, end: str) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        if end == "failed":
            raise RuntimeError("a page that breaks")
        return HttpResponse("x")

    site = keep_room(page)
    for _ in range(3 * THREADS):
        if end == "failed":
            with pytest.raises(RuntimeError):
                site(rf.get("/en/"))
            continue
        answer = site(rf.get("/en/"))
        assert answer.status_code == 200
        if end.startswith("closed"):
            answer.close()
        if end == "closed twice":
            answer.close()
        del answer
        gc.collect(0)  # the young alone: all that pytest holds takes a while


def test_place_is_held_until_the_last_byte_is_sent(rf: RequestFactory) -> None:
    """A visitor who takes a file slowly holds a thread as long as that."""
    site = keep_room(lambda _: FileResponse(iter([b"x"])))
    slow = [site(rf.get("/static/a.css")) for _ in range(THREADS - 1)]
    assert site(rf.get("/static/a.css")).status_code == 503
    slow[0].getvalue()
    slow[0].close()
    assert site(rf.get("/static/a.css")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/Q/0000000000", "/en/near/ms/", "/es/near/us/duty/", "/en/near/xx/", "/en/near/a/b/"]
)
def test_short_way_says_what_the_long_way_says(client: Client, settings: Settings, path: str) -> None:
    short = client.get(path, headers={"Accept-Language": "es"})
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "keep_room" not in name]
    pages._compose.cache_clear()
    long = Client().get(path, headers={"Accept-Language": "es"})
    assert short.status_code == long.status_code
    assert short.content == long.content
    unordered = [
        {name: sorted(text.split("; ")) for name, text in answer.headers.items() if name != "Vary"}
        for answer in (short, long)
    ]
    assert unordered[0] == unordered[1]
    assert not short.cookies


@given(
    st.sampled_from(["", "/Q", "/q", "/en", "/es", "/ar", "/xx"]),
    st.sampled_from(["/", "/near/", "/near/on/", "/near/ms/", "/near/us/duty/", "/near/on/amtrak/", "/events/"]),
    st.text(alphabet="/.-%\\\0\n é" + string.ascii_letters + string.digits, max_size=12),
)
def test_short_way_finds_the_view_that_the_site_finds(language: str, start: str, rest: str) -> None:
    handler = HelpFirst()
    for path in (language + start, language + start + rest, language + start + rest + "/"):
        if not STRAIGHT.match(path):
            continue
        request = HttpRequest()
        request.path_info = path
        with translation.override(language[1:] if language in ("/en", "/es") else "en"):
            try:
                meant = get_resolver().resolve(path)
            except Resolver404:
                with pytest.raises(Resolver404):
                    handler.resolve_request(request)
                continue
            found = handler.resolve_request(request)
        assert (found.func, found.args, found.kwargs, found.view_name) == (
            meant.func,
            meant.args,
            meant.kwargs,
            meant.view_name,
        )


def test_gunicorn_has_a_thread_more_than_others_may_take() -> None:
    assert gunicorn.threads == configured.THREADS > 1
