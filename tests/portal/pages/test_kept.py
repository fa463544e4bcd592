"""A page that many ask for at once is made once a moment, and nobody is answered what was not meant for everyone."""

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
        self.meanwhile: list[str] = []
        self.view = view
        self.answer = keep_a_moment(self._made)

    def _made(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        number = self.made
        # Others that come while this one is being made.
        while self.meanwhile:
            self.get(self.meanwhile.pop())
        request.META["number"] = number
        return self.view(request)

    def get(self, path: str = "/en/page/", **headers: str) -> HttpResponse:
        answer = self.answer(RequestFactory().get(path, headers=headers))
        assert isinstance(answer, HttpResponse)
        return answer

    def get_two_at_once(self, path: str = "/en/page/") -> HttpResponse:
        self.meanwhile = [path]
        return self.get(path)


def shared() -> Site:
    @kept_a_moment
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.get_full_path()} {request.META['number']}", headers={"X-Told": "yes"})

    return Site(view)


def test_page_that_visitors_open_one_after_the_other_is_always_made_anew(clock: Clock) -> None:
    site = shared()
    for _ in range(100):
        site.get()

    assert site.made == 100


def test_page_that_many_open_at_once_is_made_once_a_moment(clock: Clock) -> None:
    site = shared()
    first = site.get_two_at_once()
    answers = [site.get() for _ in range(50)]

    assert site.made == 2
    assert answers[-1].content == first.content == b"/en/page/ 1"
    assert dict(answers[-1].headers) == dict(first.headers)
    for _ in range(5):
        clock.now += kept.MOMENT
        for _ in range(50):
            site.get()
    assert site.made == 2 + 5


def test_others_are_answered_while_one_makes_it_anew(clock: Clock) -> None:
    site = shared()
    site.get_two_at_once()
    site.get()
    clock.now += kept.MOMENT
    site.meanwhile = ["/en/page/"] * 20
    site.get()

    assert site.made == 3


def test_page_is_forgotten_when_nobody_asks_any_more(clock: Clock) -> None:
    site = shared()
    site.get_two_at_once()
    site.get()
    clock.now += 3 * kept.MOMENT

    assert site.get().content == b"/en/page/ 3"
    clock.now += kept.MOMENT
    site.get()
    assert [site.get().content for _ in range(2)] == [b"/en/page/ 5", b"/en/page/ 6"]


def test_each_address_host_and_query_has_its_own(clock: Clock) -> None:
    site = shared()
    site.get_two_at_once()

    assert site.get("/en/page/?state=MS").content.startswith(b"/en/page/?state=MS")
    assert site.get("/es/page/").content.startswith(b"/es/page/")
    made = site.made
    site.get(host="other.example.org")
    assert site.made == made + 1


@pytest.mark.parametrize("fault", ["cookie", "not shared", "not found", "varies", "long"])
def test_answer_that_is_not_for_everyone_is_never_kept(clock: Clock, fault: str) -> None:
    @kept_a_moment
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x" * (kept.LONGEST + (fault == "long")), status=404 if fault == "not found" else 200)
        if fault != "not shared":
            answer.headers["CDN-Cache-Control"] = "public, max-age=60"
        if fault == "cookie":
            answer.set_cookie("a", "b")
        if fault == "varies":
            answer.headers["Vary"] = "Cookie"
        return answer

    site = Site(view)
    for _ in range(5):
        site.get_two_at_once()
    assert site.made == 10


def test_page_that_did_not_ask_for_it_is_never_kept(clock: Clock) -> None:
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    site = Site(view)
    for _ in range(5):
        site.get_two_at_once()
    assert site.made == 10


def test_failure_leaves_nothing_behind(clock: Clock) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError("broken")

    site = Site(view)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            site.get()
    site.view = shared().view
    assert site.get().content == b"/en/page/ 4"
    assert site.get().content == b"/en/page/ 5"


def test_many_addresses_take_no_more_memory(clock: Clock) -> None:
    site = shared()
    for number in range(3 * kept.MOST):
        site.get_two_at_once(f"/en/page/?{number}")

    kept_now = 0
    for number in range(3 * kept.MOST):
        before = site.made
        site.get(f"/en/page/?{number}")
        kept_now += site.made == before
    assert kept_now <= kept.MOST


def test_shared_answer_outside_the_languages_varies_by_no_language() -> None:
    @leaves_no_trace(shared_seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"Vary": "Accept-Language"})

    assert "Vary" not in Site(view).get().headers
