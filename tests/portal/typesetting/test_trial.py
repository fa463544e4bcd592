"""A design without an end, or with an endless hunger, ends in a sentence."""

import datetime as dt
import time

import pytest

from portal.typesetting import Box, Project, TypesettingError
from portal.typesetting.trial import Case, document, picture, trial

HEAD = '#set document(title: "A trial")\n#set page(width: 200pt, height: 200pt, margin: 10pt)\n'
CASE = Case(data={}, boxes=[Box(x=0, y=0, width=50, height=50)], urls=[""], must_say=[["1-888-373-7888"]])
FOREVER = "#let f(n) = { for i in range(1000000) { let x = i * n }\n n }\n#for i in range(1000000) { let y = f(i) }\n"


def project(source: str) -> Project:
    return Project(main="main.typ", files={"main.typ": (HEAD + source).encode()})


def test_good_page_has_no_problem() -> None:
    outcomes = list(trial(project("1-888-373-7888"), [CASE, CASE]))
    assert [outcome.problems for outcome in outcomes] == [(), ()]


def test_number_broken_over_lines_still_stands() -> None:
    (outcome,) = trial(project("1-888- \\ 373-7888"), [CASE])
    assert outcome.problems == ()


def test_every_case_has_its_own_answer() -> None:
    other = Case(data={}, boxes=CASE.boxes, urls=[""], must_say=[["911"]])
    first, second = trial(project("1-888-373-7888"), [CASE, other])
    assert first.problems == ()
    assert second.problems == ("“911” is not on the page. Show every number that is given, and the mark of a proof.",)


def test_loop_without_end_is_stopped() -> None:
    began = time.monotonic()
    (outcome,) = trial(project(FOREVER), [CASE, CASE], cpu_seconds=2)
    assert outcome.is_cut
    assert "longer than 2 seconds" in outcome.problems[0]
    assert time.monotonic() - began < 20


def test_wall_time_is_limited_too() -> None:
    (outcome,) = trial(project(FOREVER), [CASE], cpu_seconds=50, wall_seconds=1)
    assert outcome.is_cut
    assert "was stopped" in outcome.problems[0]


def test_memory_is_limited() -> None:
    hungry = '#let a = "x" * 1000\n#let n = 0\n#while n < 40 { a = a + a; n += 1 }\n'
    (outcome,) = trial(project(hungry), [CASE], memory=1024**3)
    assert outcome.is_cut
    assert "1 GB of memory" in outcome.problems[0]


def test_more_pages_than_posters_are_told() -> None:
    (outcome,) = trial(project("1-888-373-7888 #pagebreak() more"), [CASE])
    assert outcome.problems == ("The design makes 2 pages for 1 posters. Draw one page for each.",)


def test_broken_source_is_told() -> None:
    (outcome,) = trial(project("#let x = "), [CASE])
    assert "expected expression" in outcome.problems[0]
    assert not outcome.is_cut


def test_files_beyond_the_project_are_out_of_reach() -> None:
    (outcome,) = trial(project('#read("/etc/passwd")'), [CASE])
    assert "could not be set" in outcome.problems[0]


def test_picture_and_document_come_back() -> None:
    assert picture(project("Words"), {}, ppi=30).startswith(b"\x89PNG")
    assert document(project("Words"), {}, timestamp=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)).startswith(b"%PDF")


@pytest.mark.parametrize("source", ['#panic("Too long.")', FOREVER.replace("1000000", "100000000"), "a #pagebreak() b"])
def test_picture_of_a_bad_design_is_a_sentence(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.typesetting.trial.CPU_SECONDS", 2)
    with pytest.raises(TypesettingError) as caught:
        picture(project(source), {}, ppi=30)
    assert str(caught.value)
