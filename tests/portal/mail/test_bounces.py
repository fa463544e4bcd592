"""Delivery reports mark the mail that they tell of, and nothing else does."""

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import environment
from portal.mail import bounces
from portal.mail.models import Mail

pytestmark = pytest.mark.django_db
OURS = "<20270112.1.5f0e9c@waypost.example.org>"


def mail(to: str = "ana@example.org", **fields: Any) -> Mail:
    values = {"template": "booking_confirmed", "language": "en", "subject": "Your booking", "message_id": OURS}
    return Mail.objects.create(to=to, **values | fields)


def report(
    *,
    status: str = "5.1.1",
    action: str = "failed",
    recipient: str = "ana@example.org",
    message_id: str = OURS,
    returned: str = "message/rfc822",
    kind: str = "multipart/report; report-type=delivery-status",
) -> bytes:
    """As Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.example.net
To: desk@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Message-ID: <1@mx.example.net>
Content-Type: {kind}; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Tue, 12 Jan 2027 10:00:00 -0600

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: {returned}

Message-ID: {message_id}
Subject: Your booking, Tue 12 Jan
To: {recipient}

Text.
--b--
""".replace("\n", "\r\n").encode()


def standing(row: Mail) -> str:
    row.refresh_from_db()
    return row.bounce


@pytest.mark.parametrize(
    ("status", "expected"),
    [("5.1.1", "hard"), ("5.1.10", "hard"), ("5.2.2", "soft"), ("5.7.1", "soft"), ("4.4.7", "soft"), ("", "soft")],
)
@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_marks_its_mail(status: str, expected: str, returned: str) -> None:
    row, other = mail(), mail(message_id="<2@waypost.example.org>")
    assert bounces.take(report(status=status, returned=returned, recipient="Ana@Example.org")) == 1
    assert (standing(row), standing(other)) == (expected, "")
    assert row.bounced_at is not None


def test_a_hard_bounce_stays_hard() -> None:
    row = mail()
    for status in ("4.2.1", "5.1.1", "4.2.1"):
        bounces.take(report(status=status))
    assert standing(row) == "hard"


@pytest.mark.parametrize(
    "content",
    [
        report(message_id="<foreign@elsewhere.example.com>"),
        report(message_id=""),
        report(recipient="ben@example.org"),
        report(action="delayed"),
        report(action="delivered", status="2.0.0"),
        report(kind="multipart/mixed"),
        report(kind="multipart/report; report-type=disposition-notification"),
        b"",
        b"Subject: hello\r\n\r\n" + OURS.encode(),
        report().replace(b"message/delivery-status", b"text/plain"),
        report()[:400],
        bytes(range(256)) * 40,
    ],
    ids=[
        *("foreign", "no id", "another reader", "delayed", "delivered", "not a report", "read receipt"),
        *("nothing", "a letter", "no status", "cut off", "noise"),
    ],
)
def test_what_is_no_report_of_a_mail_of_ours_marks_none(content: bytes) -> None:
    row = mail()
    assert bounces.take(content) == 0
    assert standing(row) == ""


def test_a_report_of_long_ago_marks_none() -> None:
    row = mail()
    Mail.objects.update(created_at=timezone.now() - bounces.OLDEST - dt.timedelta(hours=1))
    assert bounces.take(report()) == 0
    assert standing(row) == ""


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of an IMAP server as is asked of one."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, letters: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.letters = letters
        self.flags: dict[str, str] = {}
        self.said: list[str] = []


class Session(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            self.server.said.append(rest)
            self._answer(rest.split())
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if rest.upper().startswith("LOGOUT"):
                return

    def _answer(self, words: list[str]) -> None:
        match [words[0].upper(), *(word.upper() for word in words[1:2])]:
            case ["CAPABILITY"]:
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            case ["SELECT", _]:
                self.wfile.write(f"* {len(self.server.letters)} EXISTS\r\n".encode())
            case ["UID", "SEARCH"]:
                unseen = [key for key in self.server.letters if key not in self.server.flags]
                self.wfile.write(f"* SEARCH {' '.join(unseen)}\r\n".encode())
            case ["UID", "FETCH"]:
                letter = self.server.letters[words[2]]
                self.wfile.write(f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(letter)}}}\r\n".encode())
                self.wfile.write(letter + b")\r\n")
            case ["UID", "STORE"]:
                self.server.flags[words[2]] = " ".join(words[4:])


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with Mailbox({"7": report(), "9": report(message_id="<foreign@elsewhere.example.com>")}) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.BOUNCES = environment.mailbox(f"imap://desk:pass@127.0.0.1:{server.server_address[1]}/Back?tls=0")
        yield server
        server.shutdown()
        thread.join()


def test_mailbox_is_read_once_and_ours_deleted(mailbox: Mailbox) -> None:
    row = mail()
    assert (bounces.read_mailbox(), bounces.read_mailbox()) == (1, 0)
    assert standing(row) == "hard"
    assert mailbox.flags == {"7": r"(\Seen \Deleted)", "9": r"(\Seen)"}
    assert 'SELECT "Back"' in mailbox.said
    assert [each for each in mailbox.said if "FETCH" in each and "PEEK" not in each] == []


def test_mailbox_that_is_away_is_told_without_its_address(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.BOUNCES = environment.mailbox("imap://desk:pass@127.0.0.1:1/INBOX?tls=0")
    assert bounces.read_mailbox() == 0
    assert "could not be read" in caplog.text
    assert "desk" not in caplog.text


def test_without_a_mailbox_none_is_read(settings: Settings) -> None:
    settings.BOUNCES = None
    assert bounces.read_mailbox() == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://desk%40example.org:p%2Fw@mail.example.org", (993, "tls", "INBOX")),
        ("imap://desk:p@mail.example.org/Bounces/New", (143, "starttls", "Bounces/New")),
        ("imap://desk:p@localhost:1143/?tls=0", (1143, "none", "INBOX")),
    ],
)
def test_mailbox_sends_no_password_in_the_clear_unasked(url: str, expected: tuple[int, str, str]) -> None:
    found = environment.mailbox(url)
    assert found is not None
    assert (found.port, found.security, found.folder) == expected


@pytest.mark.parametrize("url", ["smtp://desk:p@mail.example.org", "imaps://mail.example.org/INBOX", "desk@mail"])
def test_mailbox_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="WAYPOST_BOUNCE_URL"):
        environment.mailbox(url)
