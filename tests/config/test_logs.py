"""A request that fails is told with its reason, never with its address."""

import io
import logging
import uuid
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import re_path
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings

from campaign.scans import urls
from config import logs


def fail(request: HttpRequest) -> HttpResponse:
    """A view with a fault."""
    raise RuntimeError("the reason")


urlpatterns = [re_path("", fail)]

ADDRESS = "/Q/MSABCDEF23?secret=1"


@pytest.fixture
def faulty(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser at a portal whose every page fails, codes on their short way too."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(urls, "codes_and_health", urlpatterns)
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def _whole(caplog: pytest.LogCaptureFixture) -> str:
    """All that any handler could write of the records."""
    shown = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    return "\n".join(f"{shown.format(record)} {sorted(record.__dict__.items())}" for record in caplog.records)


def test_an_error_is_logged_without_path_and_query(faulty: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert faulty.get(ADDRESS).status_code == 500
    log = _whole(caplog)
    assert "A request was answered with status 500." in log
    assert "RuntimeError: the reason" in log
    for trace in ("MSABCDEF23", "/Q/", "secret", "127.0.0.1"):
        assert trace not in log


def test_a_refused_form_is_logged_without_path(faulty: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert faulty.post(ADDRESS).status_code == 403
    assert "A request was answered with status 403." in _whole(caplog)
    assert "MSABCDEF23" not in _whole(caplog)


def test_a_page_that_does_not_exist_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/en/MSABCDEF23/").status_code == 404
    assert not caplog.records


@pytest.mark.parametrize("name", ["django", "django.request", "django.security.csrf"])
def test_only_our_own_handlers_see_a_request(name: str) -> None:
    assert logging.getLogger(name).handlers == []


def test_a_mail_that_fails_is_logged_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    post = logging.getLogger("post_office")
    post.addHandler(caplog.handler)
    try:
        raise SMTPRecipientsRefused({"ana@example.org": (550, b"unknown")})
    except SMTPRecipientsRefused as error:
        post.exception("Failed to send email #7")
        post.exception(error)
    finally:
        post.removeHandler(caplog.handler)
    log = _whole(caplog)
    assert "Failed to send email #7 (SMTPRecipientsRefused)" in log
    assert "ana@example.org" not in log


def test_a_strange_host_name_goes_nowhere() -> None:
    refused = logging.getLogger("django.security.DisallowedHost")
    assert logging.NullHandler in map(type, refused.handlers)  # without one, stderr gets all
    assert not refused.propagate


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("to ana.cole+news@example.org: refused", "to [address]: refused"),
        ("<Ana@example.org>", "<[address]>"),
        ("/en/bookings/0f8fad5b-d9cb-469f-a165-70867728950e/", "/en/bookings/[key]/"),
        ("uid 0F8FAD5BD9CB469FA16570867728950E", "uid [key]"),
        ("/en/door/" + "aB3-_" * 8 + "xyz/", "/en/door/[key]/"),
        (
            'Key (lower(email::text))=(ana@example.org, Ana "Cole") already exists.',
            "Key (lower(email::text))= [withheld]",
        ),
        ("refused\nDETAIL:  Failing row contains (12, Ana Cole, ramp).", "refused\nDETAIL: [withheld]"),
        ("batch 7 of station NOL failed at 12:30", "batch 7 of station NOL failed at 12:30"),
        ("file " + "0123456789abcdef" * 4, "file " + "0123456789abcdef" * 4),
        ("@ a@b, 5 @ 3.50", "@ a@b, 5 @ 3.50"),
    ],
)
def test_a_line_names_nobody(said: str, stands: str) -> None:
    assert logs.redacted(said) == stands


def test_console_redacts_lines_arguments_and_tracebacks() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured: Any = settings.LOGGING
    for name in configured["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(configured["filters"][name]["()"])())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.Logger("whatever")
    logger.addHandler(handler)
    try:
        raise IntegrityError("duplicate\nDETAIL:  Key (email)=(ana@example.org) already exists.")
    except IntegrityError:
        logger.exception("Booking of %s by %s failed", "ana@example.org", {"uid": uuid.uuid4()})
    assert "ana" not in stream.getvalue()
    assert "Booking of [address] by {'uid': UUID('[key]')} failed" in stream.getvalue()
    assert "IntegrityError: duplicate" in stream.getvalue()
