"""A mail tells its reader what is theirs: every task that writes mails is run over canaries, and each letter is read."""

import datetime as dt
from collections.abc import Callable

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone
from post_office.models import Email

from outreach.agencies.agreement_models import Agreement
from outreach.seminars.models import Seminar
from portal.people.models import User
from tests.confidential.planting import Canary, Planted, found_in
from tests.confidential.test_exits import desks, planted
from tests.test_roles_by_url import world

pytestmark = pytest.mark.django_db

__all__ = ["desks", "planted", "world"]

WRITES = ("remind", "notices", "ask", "verify", "anchor", "pass_on", "seal")
"""Parts of the names of tasks that tell people something."""
KIN = {
    # Who books, asks or gives reads of the event itself.
    "outreach.registration": {"outreach.seminar"},
    "outreach.request": {"outreach.seminar"},
    "outreach.presenter": {"outreach.seminar", "outreach.request"},
}


def tasks() -> list[str]:
    """The tasks of the beat that write mails."""
    names = [str(row["task"]) for row in settings.CELERY_BEAT_SCHEDULE.values()]
    return [name for name in names if any(word in name.rpartition(".")[2] for word in WRITES)]


def is_theirs(canary: Canary, reader: Canary | None, account: User | None) -> bool:
    """Whether a letter's reader may read of that row: their own, that of an event of theirs, or what roles let see."""
    if account is not None:
        app, model = canary.label.split(".")
        return (canary.label, canary.pk) == ("portal.user", account.pk) or account.has_perm(f"{app}.view_{model}")
    if reader is None:
        return False
    return (canary.label, canary.pk) == (reader.label, reader.pk) or canary.label in KIN.get(reader.label, set())


def test_letters_tell_nobody_what_is_somebody_elses(
    planted: Planted, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    Agreement.objects.filter(ended_on=None).update(
        signed_on=today, effective_on=today, expires_on=today + dt.timedelta(days=30)
    )
    Seminar.objects.filter(state="open").update(starts_at=now + dt.timedelta(hours=20))
    last = max(Email.objects.values_list("pk", flat=True), default=0)
    current_app.loader.import_default_modules()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        for name in tasks():
            current_app.tasks[name].apply().get()
    accounts = {user.email: user for user in User.objects.exclude(email="")}
    wrong, read = [], 0
    for letter in Email.objects.filter(pk__gt=last):
        read += 1
        (address,) = letter.to
        reader = next(iter(found_in(address, planted)), None)
        text = " ".join(map(str, (letter.subject, letter.message, letter.html_message, letter.context, letter.headers)))
        wrong += [
            f"{letter.context and letter.subject} to {reader} tells {canary}"
            for canary in found_in(text, planted)
            if not is_theirs(canary, reader, accounts.get(address))
        ]
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert read >= 2, "no task wrote anything: nothing was proved"
