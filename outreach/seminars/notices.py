"""What is to be told of seminars: noted in the transaction that brings it about, mailed by a task, once each.

A notice says that somebody is to hear of a state of a seminar (its ``sequence``); how it stands is read when the mail
is made. One transaction makes the mail and marks the notice, so that it is told once however often the task runs.
Of students' seminars only the school and the presenter hear.
"""

import datetime as dt
import logging
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach.seminars import conditions, pack
from outreach.seminars.intake import write_to_school
from outreach.seminars.models import Presenter, SchoolPack, Seminar, SeminarNotice
from outreach.seminars.refusals import NotPossible
from portal.mail import outbox
from portal.pages.languages import spoken

#: To the school: it is open; approved, but waits for something; changed; called off.
OPENED: Final = "request_planned"
HELD: Final = "request_held"
CHANGED: Final = "request_changed"
CALLED_OFF: Final = "request_called_off"
#: To the school: papers that it was offered are old.
PAPERS: Final = "request_papers"
#: To a presenter: a seminar is theirs; is at another time or place; is theirs no longer.
ASSIGNED: Final = "seminar_assigned"
MOVED: Final = "seminar_moved"
RELEASED: Final = "seminar_released"

NEWS_OF: Final = {CHANGED, CALLED_OFF, PAPERS, MOVED, RELEASED}
"""Of use only to those who heard of the seminar before: by a notice, or when it was opened before there were any."""
BATCH: Final = 500
State = Seminar.State
logger = logging.getLogger(__name__)


def note(seminar: Seminar, *, template: str, presenter: Presenter | None = None) -> None:
    """Notes that the school, or a presenter, is to be told; in the caller's transaction.

    Without effect where nobody asked for the seminar, or where that was noted of the same ``sequence`` already.
    """
    if presenter is None and seminar.request_id is None:
        return
    SeminarNotice.objects.bulk_create(
        [
            SeminarNotice(
                seminar=seminar,
                to=SeminarNotice.To.PRESENTER if presenter else SeminarNotice.To.SCHOOL,
                presenter=presenter,
                template=template,
                sequence=seminar.sequence,
            )
        ],
        ignore_conflicts=True,
    )


def note_former(seminar: Seminar) -> None:
    """Notes that those who gave it before are to hear that it is somebody else's, in the caller's transaction.

    Whoever fell ill is told with the school, once another is agreed, and not before. Who said no knows already.
    """
    told = seminar.notices.filter(to=SeminarNotice.To.PRESENTER).order_by("pk").select_related("presenter")
    latest = {notice.presenter: notice for notice in told}
    said_no = set(seminar.declines.values_list("presenter", flat=True)) if latest else set()
    for presenter, notice in latest.items():
        if presenter is None or presenter.pk == seminar.presenter_id or presenter.pk in said_no:
            continue
        if notice.template != RELEASED and notice.queued_at is not None:
            note(seminar, template=RELEASED, presenter=presenter)


def send_due() -> int:
    """Puts a mail into the outbox for each notice that has none yet, oldest first; returns how many.

    A notice that no longer holds goes without one: the seminar was called off meanwhile, or somebody else gives it.
    """
    sent = 0
    for pk in SeminarNotice.objects.filter(queued_at=None).values_list("pk", flat=True)[:BATCH]:
        try:
            with transaction.atomic():
                sent += _send(pk)
        except Exception:  # whatever is wrong with one mail, the others go out; this one is tried again
            logger.exception("The notice %s could not be made into a mail.", pk)
    return sent


def _send(pk: int) -> bool:
    """Sends one, unless another run did or it no longer holds; whether a mail was made."""
    notice = SeminarNotice.objects.select_for_update(of=("self",)).filter(pk=pk, queued_at=None).first()
    if notice is None:
        return False
    seminar = Seminar.objects.select_related(
        "area", "season", "request__area", "presenter__agency", "child_line", "school"
    ).get(pk=notice.seminar_id)
    if not _still_holds(notice, seminar):
        notice.delete()
        return False
    notice.queued_at = timezone.now()
    notice.save(update_fields=["queued_at"])
    if notice.presenter:
        _write_to_presenter(notice.presenter, notice.template, seminar)
    elif seminar.request:
        with translation.override(spoken(seminar.request.contact_language)):
            waits = [each for each in conditions.missing(seminar) if each.by_school]
            papers = _offer(seminar)
        write_to_school(seminar.request, notice.template, event=seminar, waits=waits, papers=papers)
    return True


def renew_papers() -> int:
    """Notes which schools hold papers that no longer say what is so (another line, another presenter); returns how many.

    Whatever changed, and whoever changed it: what papers say now is compared with what was offered.
    """
    told = 0
    lines: dict[dt.date, dict[str, str]] = {}
    live = Seminar.objects.upcoming(timezone.now()).filter(state__in=[State.DRAFT, State.OPEN], packs__isnull=False)
    needed = ("area", "request__area", "presenter__agency", "child_line")
    for seminar in live.select_related(*needed).prefetch_related("packs").distinct():
        try:
            now = pack.digests(seminar, lines=lines)
        except NotPossible:
            continue  # no national number may be printed: that is told on the first page of staff
        offered = seminar.packs.all()[0]
        if not pack.changed(offered.digests, now):
            continue
        with transaction.atomic():
            SeminarNotice.objects.filter(seminar=seminar, template=PAPERS, queued_at__isnull=False).delete()
            note(seminar, template=PAPERS)
        told += 1
    return told


def _offer(seminar: Seminar) -> list[str]:
    """Remembers what the papers say now; the names of those that were offered before and say something else."""
    if not seminar.is_unlisted or seminar.state not in {State.DRAFT, State.OPEN}:
        return []
    last = seminar.packs.first()
    try:
        now = pack.digests(seminar)
    except NotPossible:
        return []
    if last is None or last.digests != now:
        SchoolPack.objects.create(seminar=seminar, digests=now)
    old = pack.changed(last.digests, now) if last else []
    return [pack.names()[part] for part in old]


def _still_holds(notice: SeminarNotice, seminar: Seminar) -> bool:
    if notice.template in NEWS_OF and seminar.approved_at and not _has_heard(notice):
        return False
    if notice.template == CALLED_OFF:
        return seminar.state == State.CANCELLED
    is_theirs = seminar.presenter_id == notice.presenter_id and seminar.state != State.CANCELLED
    if notice.template == RELEASED:
        return not is_theirs
    if seminar.has_begun or (notice.presenter_id is not None and not is_theirs):
        return False
    wanted = {OPENED: {State.OPEN}, HELD: {State.DRAFT}}.get(notice.template, {State.DRAFT, State.OPEN})
    return seminar.state in wanted


def _has_heard(notice: SeminarNotice) -> bool:
    """Whether the same person got a mail of this seminar before."""
    told = SeminarNotice.objects.filter(seminar=notice.seminar_id, to=notice.to, presenter=notice.presenter_id)
    return told.filter(queued_at__isnull=False).exists()


def _write_to_presenter(presenter: Presenter, template: str, seminar: Seminar) -> None:
    language = "es" if "es" in presenter.languages and "en" not in presenter.languages else "en"
    with translation.override(language):
        path = reverse("presenter-page", args=[presenter.key])
    outbox.send(
        to=presenter.email,
        template=template,
        context={"presenter": presenter, "event": seminar, "link": f"{settings.PUBLIC_ADDRESS}{path}"},
        language=language,
    )
