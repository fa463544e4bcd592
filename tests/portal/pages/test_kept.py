"""A page that many ask for within a second is made once, and nobody is answered what was not meant for everyone."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.pages import kept
from portal.pages.headers import leaves_no_trace
from portal.pages.kept import keep_a_moment, kept_a_moment


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(kept, "time", made)
    return made


class Site:
    """A view behind the middleware; counts how often it was asked."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse]) -> None:
        self.made = 0
        self.view = view
        self.answer = keep_a_moment(self._made)

    def _made(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        return self.view(request)

    def get(self, path: str = "/en/page/", **headers: str) -> HttpResponse:
        answer = self.answer(RequestFactory().get(path, headers=headers))
        assert isinstance(answer, HttpResponse)
        return answer


def shared() -> Site:
    site: Site

    @kept_a_moment
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.get_full_path()} {site.made}", headers={"X-Told": "yes"})

    site = Site(view)
    return site


def test_page_that_is_seldom_asked_for_is_always_made_anew(clock: Clock) -> None:
    site = shared()
    for _ in range(3 * kept.OFTEN):
        clock.now += 1.1 * kept.MOMENT / (kept.OFTEN - 1)
        site.get()

    assert site.made == 3 * kept.OFTEN


def test_page_that_many_ask_for_is_made_once_a_moment(clock: Clock) -> None:
    site = shared()
    answers = [site.get() for _ in range(50)]

    assert site.made == kept.OFTEN
    assert answers[-1].content == answers[kept.OFTEN - 1].content
    assert dict(answers[-1].headers) == dict(answers[0].headers)
    for _ in range(5):
        clock.now += kept.MOMENT
        for _ in range(50):
            site.get()
    assert site.made == kept.OFTEN + 5


def test_page_is_forgotten_when_nobody_asks_any_more(clock: Clock) -> None:
    site = shared()
    for _ in range(50):
        site.get()
    clock.now += 3 * kept.MOMENT
    before = site.made

    assert site.get().content == f"/en/page/ {before + 1}".encode()


def test_each_address_host_and_query_has_its_own(clock: Clock) -> None:
    site = shared()
    for _ in range(50):
        site.get()

    assert site.get("/en/page/?state=MS").content.startswith(b"/en/page/?state=MS")
    assert site.get("/es/page/").content.startswith(b"/es/page/")
    made = site.made
    site.get(host="other.example.org")
    assert site.made == made + 1


@pytest.mark.parametrize("fault", ["cookie", "not shared", "not found", "varies"])
def test_answer_that_is_not_for_everyone_is_never_kept(clock: Clock, fault: str) -> None:
    @kept_a_moment
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x", status=404 if fault == "not found" else 200)
        if fault != "not shared":
            answer.headers["CDN-Cache-Control"] = "public, max-age=60"
        if fault == "cookie":
            answer.set_cookie("a", "b")
        if fault == "varies":
            answer.headers["Vary"] = "Cookie"
        return answer

    site = Site(view)
    for _ in range(50):
        site.get()
    assert site.made == 50


def test_page_that_did_not_ask_for_it_is_never_kept(clock: Clock) -> None:
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    site = Site(view)
    for _ in range(50):
        site.get()
    assert site.made == 50


def test_many_addresses_take_no_more_memory(clock: Clock) -> None:
    site = shared()
    for number in range(3 * kept.MOST):
        for _ in range(kept.OFTEN + 1):
            site.get(f"/en/page/?{number}")

    assert site.made == 3 * kept.MOST * kept.OFTEN


def test_shared_answer_outside_the_languages_varies_by_no_language() -> None:
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"Vary": "Accept-Language"})

    assert "Vary" not in Site(view).get().headers
