"""The chain is sealed once a day, and its seal told outside the database."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from post_office.models import Email

from portal.audit import linking, sealing, tasks, trail
from portal.audit.models import Entry, Link, Seal
from portal.people import anchors as mailed
from portal.people.models import User
from portal.people.roles import Role
from tests.portal.audit.chains import entries

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
DAY = dt.timedelta(days=1)


def said(*words: str) -> tuple[int, str]:
    """How the command ends, and what it says."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_day_is_sealed_once_with_what_waits_for_a_link() -> None:
    entries(3)
    trail.record(actor=None, verb="did", target=None)
    sealed = sealing.seal(TODAY - DAY)
    assert sealed is not None
    assert (sealed.number, sealed.entries, sealed.digest) == (4, 4, Link.objects.get(number=4).digest)
    assert sealing.seal(TODAY - DAY) is None


def test_seals_count_what_is_new() -> None:
    entries(3)
    first = sealing.seal(TODAY - 3 * DAY)
    entries(2)
    second = sealing.seal(TODAY - DAY)
    assert first is not None
    assert second is not None
    assert (second.number, second.entries, second.previous) == (5, 2, first.digest)


def test_today_and_an_empty_trail_are_left_open() -> None:
    Entry.objects.all().delete()
    assert sealing.seal(TODAY - DAY) is None
    entries(1)
    assert sealing.seal(TODAY) is None
    assert not Seal.objects.exists()


def test_seals_older_than_the_chain_are_not_compared() -> None:
    Seal.objects.create(day=TODAY - 9 * DAY, last_entry_id=1, entries=5, digest="0" * 64)
    entries(2)
    assert said()[0] == 0


def test_anchors_are_written_once_and_catch_up() -> None:
    entries(2)
    sealing.seal(TODAY - 2 * DAY)
    entries(1)
    sealing.seal(TODAY - DAY)
    assert sealing.write_anchors() == 2
    assert sealing.write_anchors() == 0
    assert [(mark.number, mark.digest) for mark in sealing.anchors()] == [
        (seal.number, seal.digest) for seal in Seal.objects.order_by("day")
    ]


def test_broken_lines_among_the_anchors_are_passed_over() -> None:
    entries(2)
    tasks.seal()
    file = sealing.anchors_file()
    file.write_bytes(b"\xff\x00 nonsense\n" + file.read_bytes() + b"2027-01-0")
    assert len(list(sealing.anchors())) == 1
    assert said()[0] == 0


def test_auditors_get_the_seal_by_mail(user_with: Callable[..., User]) -> None:
    assert mailed.tell_auditors in sealing.TOLD
    auditor, other = user_with(Role.AUDITOR), user_with(Role.COORDINATOR)
    User.objects.filter(pk=auditor.pk).update(email="auditor@example.org")
    User.objects.filter(pk=other.pk).update(email="other@example.org")
    entries(2)
    tasks.seal()
    [mail] = Email.objects.all()
    assert mail.to == ["auditor@example.org"]
    seal = Seal.objects.get()
    text = mail.email_message().body
    assert f"{seal.number}:{seal.digest}" in text
    assert said("--anchor", f"{seal.number}:{seal.digest}")[0] == 0


def test_command_says_the_trail_is_whole() -> None:
    entries(3)
    code, text = said()
    assert code == 0
    assert "3 links walked" in text
    assert "The trail is whole." in text


def test_command_links_first_unless_as_is() -> None:
    trail.record(actor=None, verb="did", target=None)
    assert "1 wait for a link" in said("--as-is")[1]
    assert not Link.objects.exists()
    assert "1 links walked, 0 redacted, 0 wait" in said()[1]


def test_command_names_each_place_and_ends_with_one() -> None:
    made = entries(5)
    Entry.objects.filter(pk=made[1].pk).update(object_label="Nothing")
    code, text = said()
    assert code == 1
    assert f"TAMPERED link 2, entry {made[1].pk}: its label, before, after or salt was changed" in text
    assert "broken in 1 places" in text
    assert said("--since", "2")[0] == 0


@pytest.mark.parametrize("wrong", ["", "12", "12:abc", "x:" + "0" * 64, "12:" + "g" * 64, "=cmd|' /C calc'!A0"])
def test_anchor_that_is_none_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(CommandError, match="is no anchor"):
        call_command("verify_audit", "--anchor", wrong)


def test_anchor_of_another_chain_is_named() -> None:
    entries(3)
    code, text = said("--anchor", "3:" + "0" * 64)
    assert code == 1
    assert "link 3: the chain says other than what was sealed (the anchor that you gave)" in text


def test_more_than_a_page_is_linked_and_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "BATCH", 4)
    monkeypatch.setattr("portal.audit.verifying.PAGE", 3)
    made = entries(11)
    assert said()[0] == 0
    Entry.objects.filter(pk=made[7].pk).update(verb="undid")
    assert "TAMPERED link 8" in said()[1]
