"""Health: what is missing is named, and asking costs next to nothing however often it is done."""

import datetime as dt
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaign.links import codes
from campaign.scans import health, journal
from campaign.scans.health import FRESH, Look
from outreach.channels import local_copy

CODE = codes.make(area="MS", language="en", random=7)


@pytest.fixture(autouse=True)
def not_looked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test looks for itself."""
    monkeypatch.setattr(health, "LOOK", Look(health.degraded))


def test_alive_asks_nothing(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_names_what_is_missing_and_how_old_the_lines_are(client: Client) -> None:
    found = client.get("/readyz").json()
    assert found["help"] == "ok"
    assert {"broker", "lines", "refresh"} <= set(found["degraded"])
    assert "database" not in found["degraded"]
    assert found["lines_checked_seconds_ago"] is None


@pytest.mark.django_db
def test_ready_looks_once_however_often_it_is_asked(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/readyz").json()
    with django_assert_num_queries(0):
        assert all(client.get("/readyz").json() == first for _ in range(20))


@pytest.mark.django_db
def test_lines_that_nobody_refreshes_any_more_are_told(client: Client) -> None:
    local_copy.refresh()
    assert health.lines_are_fresh()
    assert health.lines_are_kept()
    assert client.get("/readyz").json()["lines_checked_seconds_ago"] < 60
    old = time.time() - health.COPY_IS_OLD - 60
    os.utime(local_copy._heartbeat(), (old, old))
    assert not health.lines_are_fresh()
    assert health.lines_are_kept()


def test_journal_that_nobody_folds_is_told(data_folder: Path) -> None:
    mine = journal.of_this_process()
    assert health.journal_is_folded()
    assert mine.count(CODE)
    assert mine.count(CODE, day=journal.yesterday())
    assert health.journal_is_folded()
    assert mine.count(CODE, day=journal.yesterday() - dt.timedelta(days=2))
    assert not health.journal_is_folded()


@pytest.mark.django_db
def test_database_that_answers_with_an_error_is_told() -> None:
    assert health.database_answers()
    with connection.execute_wrapper(_refuse):
        assert not health.database_answers()


def _refuse(*args: object) -> object:
    from django.db import OperationalError

    raise OperationalError("away")


def test_look_is_taken_by_one_and_given_to_all() -> None:
    inside, gate = threading.Event(), threading.Event()
    looks = []

    def look() -> list[str]:
        looks.append(1)
        inside.set()
        assert gate.wait(30)
        return ["database"]

    shared = Look(look)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(shared.read)
        assert inside.wait(30)
        assert shared.read() == ["not looked yet"]
        gate.set()
        assert first.result(timeout=30) == ["database"]
    assert shared.read() == ["database"]
    assert len(looks) == 1


def test_look_is_taken_anew_when_it_is_old() -> None:
    now = 0.0
    found = [["a"], ["b"]]
    shared = Look(lambda: found.pop(0), clock=lambda: now)
    assert shared.read() == ["a"]
    now = FRESH - 0.1
    assert shared.read() == ["a"]
    now = FRESH
    assert shared.read() == ["b"]


def test_look_that_fails_leaves_the_turn_to_the_next() -> None:
    def look() -> list[str]:
        raise RuntimeError("broken")

    shared = Look(look)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            shared.read()
