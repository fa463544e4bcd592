"""The admin's first page: what needs me first, how far we are, what comes next."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format

from campaign.dashboard import figures
from campaign.dashboard.events import Events, events
from campaign.dashboard.navigation import deeper
from campaign.places.models import Placement, Spot
from campaign.posters.models import Review
from outreach.channels.models import CHECK_DAYS
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.audit.models import Redaction, Verification
from portal.jobs.models import Job
from portal.mail.models import Mail
from portal.people.models import User
from portal.seasons.models import Season

MOST_ROWS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: why in a sentence, what to do as a verb, and where."""

    why: str
    verb: str
    url: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it means and where it comes from."""

    label: str
    value: str
    note: str
    source: str
    url: str = ""


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the admin's index what the account may see of the current season."""
    today = timezone.localdate()
    season = Season.objects.filter(is_current=True).first()
    more = {"title": "Today", "today": today, "season": season, "deeper": deeper(context.get("app_list", []))}
    if season is None:
        return {**context, **more}
    dates = figures.deadlines(season, today)
    print_date = next(deadline for deadline in dates if deadline.name == "Print")
    paper = figures.placements(season)
    jobs, failed = figures.work() if request.user.has_perm("portal.view_job") else ([], 0)
    return {
        **context,
        **more,
        "rows": list(_first(_rows(request.user, season, today, print_date, paper, failed))),
        "deadlines": dates,
        "print_date": print_date,
        "jobs": [(job, _change("portal", "job", job.pk)) for job in jobs],
        "placements": paper if request.user.has_perm("campaign.view_placement") else None,
        "placements_url": _list("campaign", "placement"),
        "figures": list(_figures(request.user, season, today)),
    }


def _first(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows whose pages exist, at most seven."""
    shown = 0
    for row in rows:
        if row.url and shown < MOST_ROWS:
            shown += 1
            yield row


def _rows(
    user: User | AnonymousUser,
    season: Season,
    today: dt.date,
    print_date: figures.Deadline,
    paper: figures.Placements,
    failed: int,
) -> Iterator[Row]:
    """What waits, most pressing first: broken work, people, numbers, paper, seminars, surveys."""
    yield from _audit_rows(user)
    if failed:
        yield Row(
            f"{_count(failed, 'job')} failed within a week.",
            f"Look at {_count(failed, 'failed job')}",
            _list("portal", "job", state__exact=Job.State.FAILED),
            is_late=True,
        )
    ahead = events(timezone.now()) if user.has_perm("outreach.run_event") else None
    if ahead:
        yield from _event_rows(ahead)
    if user.has_perm("outreach.triage_request"):
        asked = figures.requests(season)
        if asked.new and asked.oldest:
            yield Row(
                f"{_count(asked.new, 'school waits', 'schools wait')} for an answer, "
                f"the longest since {_day(timezone.localdate(asked.oldest))}.",
                f"Triage {_count(asked.new, 'request')}",
                reverse("admin:outreach_request_queue"),
                is_late=(today - timezone.localdate(asked.oldest)).days > 7,
            )
    yield from _planning_rows(user, season)
    waiting = figures.waiting(season) if user.has_perm("outreach.publish_seminar") else None
    if waiting:
        yield from _promise_rows(waiting)
    if user.has_perm("outreach.verify_channel") and (count := figures.to_verify(today)):
        yield Row(
            f"{_count(count, 'number that we print or show waits', 'numbers that we print or show wait')} for a check; "
            f"two people check each every {CHECK_DAYS} days.",
            f"Check {_count(count, 'number')}",
            reverse("admin:outreach_channel_queue"),
        )
    yield from _review_rows(user)
    if isinstance(user, User):
        yield from _release_rows(user, season)
    if user.has_perm("campaign.print_posters"):
        yield from _print_rows(season, print_date)
    if isinstance(user, User):
        yield from _partner_rows(user, today)
    if waiting:
        yield from _opening_rows(waiting)
    if ahead:
        yield from _line_rows(ahead)
    if user.has_perm("campaign.confirm_posted") and (count := paper.unconfirmed):
        yield Row(
            f"{_count(count, 'poster')} {_is(count)} printed; nobody has said whether {_they(count)}.",
            f"Confirm {_count(count, 'poster')}",
            _list("campaign", "placement", state__exact=Placement.State.PRINTED),
        )
    if user.has_perm("campaign.change_spot") and (count := figures.to_survey(season)):
        yield Row(
            f"{_count(count, 'station')} {_has(count)} placements at spots that nobody has surveyed.",
            f"Survey {_count(count, 'station')}",
            _list("campaign", "spot", survey__exact=Spot.Survey.ASSUMED, use="yes"),
        )


def _audit_rows(user: User | AnonymousUser) -> Iterator[Row]:
    """The audit trail: entries to be emptied, and where the last walk along it found that somebody tampered with it."""
    if isinstance(user, User) and user.has_perm("portal.redact_entry") and (count := figures.redactions(user)):
        yield Row(
            f"{_count(count, 'entry', 'entries')} of the trail {_is(count)} to be emptied, and {_wait(count)} for a second "
            "person.",
            f"Look at {_count(count, 'redaction')}",
            _list("portal", "redaction", state__exact=Redaction.State.ASKED),
        )
    if not user.has_perm("portal.view_verification"):
        return
    night = Verification.objects.first()
    if night and night.broken:
        yield Row(
            f"The audit trail was tampered with in {_count(night.broken, 'place')}.",
            f"Look at {_count(night.broken, 'place')}",
            _change("portal", "verification", night.pk),
            is_late=True,
        )


def _event_rows(ahead: Events) -> Iterator[Row]:
    """Seats that may be wrong, and people who can't be told."""
    if ahead.faulty:
        yield Row(
            f"The seats of {_count(ahead.disagreeing, 'event')} are not what the bookings say.",
            "Look at the bookings",
            _change("outreach", "seminar", ahead.faulty),
            is_late=True,
        )
    if ahead.unreached:
        yield Row(
            f"{_count(ahead.unreached, 'booking')} of an event within a week {_has(ahead.unreached)} an address that no "
            "mail reaches.",
            f"See {_count(ahead.unreached, 'address', 'addresses')}",
            _list("portal", "mail", bounce__exact=Mail.Bounce.HARD),
            is_late=True,
        )


def _line_rows(ahead: Events) -> Iterator[Row]:
    """What can wait a day: events without a host, and offers, which end by themselves."""
    if ahead.hostless:
        yield Row(
            f"{_count(ahead.hostless, 'open event')} {_has(ahead.hostless)} no host: the page can’t say who invites.",
            f"Name a host for {_count(ahead.hostless, 'event')}",
            _list("outreach", "seminar", state__exact=Seminar.State.OPEN, host__isnull=True),
        )
    if ahead.offers and ahead.first_end:
        yield Row(
            f"{_count(ahead.offers, 'offer of seats runs', 'offers of seats run')} at "
            f"{_count(ahead.offers_at, 'event')}; the first ends {_day(timezone.localdate(ahead.first_end))}.",
            f"See {_count(ahead.offers, 'offer')}",
            _list("outreach", "registration", state__exact=Registration.State.OFFERED),
        )


def _planning_rows(user: User | AnonymousUser, season: Season) -> Iterator[Row]:
    """A draft of a plan that waits for a person, else requests that wait for a plan."""
    if not user.has_perm("outreach.plan_seminars"):
        return
    if plan := figures.newest_plan(season):
        yield Row(
            f"{plan} is a draft: it serves {plan.served} of {plan.served + plan.unserved} requests.",
            f"Look at {str(plan)[:1].lower()}{str(plan)[1:]}",
            _change("outreach", "planversion", plan.pk),
        )
    elif accepted := figures.requests(season).accepted:
        yield Row(
            f"{_count(accepted, 'accepted request has', 'accepted requests have')} no seminar yet.",
            f"Optimise {_count(accepted, 'request')}",
            _list("outreach", "planversion"),
        )


def _promise_rows(waiting: figures.Waiting) -> Iterator[Row]:
    """What a school was promised and can't have as things stand."""
    if waiting.broken:
        yield Row(
            f"{_count(waiting.broken, 'seminar is', 'seminars are')} no longer as the school was promised.",
            f"Mend {_count(waiting.broken, 'promise')}",
            _page("outreach_seminar_broken"),
            is_late=True,
        )
    if waiting.lost:
        yield Row(
            f"{_count(waiting.lost, 'seminar has', 'seminars have')} nobody to give {_them(waiting.lost)} any more; "
            "nobody was told so.",
            f"Find somebody for {_count(waiting.lost, 'seminar')}",
            _list("outreach", "seminar", presenter__isnull=True, state__in="draft,open"),
            is_late=True,
        )


def _opening_rows(waiting: figures.Waiting) -> Iterator[Row]:
    """Seminars that are not open yet: those that could be first."""
    drafts = {"state__exact": Seminar.State.DRAFT}
    if waiting.ready:
        yield Row(
            f"{_count(waiting.ready, 'approved seminar waits', 'approved seminars wait')} for nothing any more.",
            f"Open {_count(waiting.ready, 'seminar')}",
            _list("outreach", "seminar", **drafts, approved_at__isnull=False),
        )
    if waiting.drafts:
        yield Row(
            f"{_count(waiting.drafts, 'seminar')} {_is(waiting.drafts)} planned, and nobody can see "
            f"{_them(waiting.drafts)} yet.",
            f"Open {_count(waiting.drafts, 'draft seminar')}",
            _list("outreach", "seminar", **drafts, approved_at__isnull=True),
        )
    if waiting.held:
        yield Row(
            f"{_count(waiting.held, 'approved seminar waits', 'approved seminars wait')} for something from the "
            "school: parents told, a counselor, a room.",
            f"See what {_count(waiting.held, 'seminar waits', 'seminars wait')} for",
            _list("outreach", "seminar", **drafts, approved_at__isnull=False),
        )


def _partner_rows(user: User, today: dt.date) -> Iterator[Row]:
    """Agreements and partners' words that wait for a second person, what ends or ended, and tasks past their day."""
    may_approve, may_keep, may_task, may_release = map(
        user.has_perm,
        (
            "outreach.approve_agreement",
            "outreach.change_agreement",
            "outreach.change_task",
            "outreach.release_proposal",
        ),
    )
    if not (may_approve or may_keep or may_task or may_release):
        return
    partners = figures.partners(user, today)
    if may_keep and partners.ended:
        yield Row(
            f"{_count(partners.ended, 'agreement')} on co-branding expired: nothing new carries those logos.",
            f"Renew or end {_count(partners.ended, 'agreement')}",
            _list("outreach", "agreement", standing="over"),
            is_late=True,
        )
    if may_approve and partners.to_approve:
        yield Row(
            f"{_count(partners.to_approve, 'signed agreement waits', 'signed agreements wait')} for a second person.",
            f"Approve {_count(partners.to_approve, 'agreement')}",
            _list("outreach", "agreement", standing="waiting"),
        )
    if may_release and partners.proposals:
        yield Row(
            f"{_count(partners.proposals, 'change of public words waits', 'changes of public words wait')} for a second "
            "person: partners asked.",
            f"Look at {_count(partners.proposals, 'change')}",
            _list("outreach", "proposal", state__exact="waiting"),
        )
    if partners.logos and user.has_perm("outreach.approve_logo_permission"):
        yield Row(
            f"{_count(partners.logos, 'logo has', 'logos have')} a permission that waits for a second person.",
            f"Look at {_count(partners.logos, 'logo')}",
            _list("outreach", "logo", permission="waiting"),
        )
    if may_keep and partners.ending:
        yield Row(
            f"{_count(partners.ending, 'agreement ends', 'agreements end')} within 30 days.",
            f"Renew {_count(partners.ending, 'agreement')}",
            _list("outreach", "agreement", standing="ending"),
        )
    if may_task and partners.overdue:
        yield Row(
            f"{_count(partners.overdue, 'task')} with partners {_is(partners.overdue)} past the day.",
            f"Do {_count(partners.overdue, 'task')}",
            _list("outreach", "agency", desk="overdue"),
        )


def _review_rows(user: User | AnonymousUser) -> Iterator[Row]:
    """Texts and designs that wait for a second person, or that an older English left behind."""
    may_approve, may_review = user.has_perm("campaign.approve_design"), user.has_perm("campaign.review_texts")
    if not (may_approve or may_review):
        return
    waiting = figures.reviews()
    if may_review and waiting.stale:
        yield Row(
            f"{_count(waiting.stale, 'reviewed text translates', 'reviewed texts translate')} an older English, "
            f"and nothing is printed in {_them(waiting.stale)}.",
            f"Look at {_count(waiting.stale, 'stale text')}",
            _list("campaign", "textset", state__exact=Review.APPROVED),
        )
    if may_review and waiting.texts:
        yield Row(
            f"{_count(waiting.texts, 'text waits', 'texts wait')} for a second person.",
            f"Sign off {_count(waiting.texts, 'text')}",
            _page("campaign_textset_sign_off"),
        )
    if may_approve and waiting.designs:
        yield Row(
            f"{_count(waiting.designs, 'design waits', 'designs wait')} for a second person.",
            f"Judge {_count(waiting.designs, 'design')}",
            _list("campaign", "design", state__exact=Review.IN_REVIEW),
        )


def _release_rows(user: User, season: Season) -> Iterator[Row]:
    """Batches of which no paper is made before a second person looked, and one's own among them."""
    may_release = user.has_perm("campaign.release_batch")
    if not (may_release or user.has_perm("campaign.print_posters")):
        return
    waiting = figures.releases(season, user)
    if may_release and waiting.by_me:
        yield Row(
            f"{_count(waiting.by_me, 'batch waits', 'batches wait')} for a second person: no paper is made before.",
            f"Release {_count(waiting.by_me, 'batch', 'batches')}",
            _list("campaign", "batch", release="waiting"),
        )
    if waiting.mine:
        yield Row(
            f"{_count(waiting.mine, 'batch waits', 'batches wait')} for a second person: you ordered "
            f"{_them(waiting.mine)}. Ask one, or invite one.",
            f"See whom to ask for {_count(waiting.mine, 'batch', 'batches')}",
            _list("campaign", "batch", release="waiting"),
        )


def _print_rows(season: Season, print_date: figures.Deadline) -> Iterator[Row]:
    """The two states with most to print; without any placement, the step before."""
    counts = figures.to_print(season)
    due = f"files are due {print_date.distance}, {_day(print_date.on)}"
    for state in [state for state in counts if state.code][:2]:
        yield Row(
            f"{_count(state.count, 'placement')} in {state.name} {_has(state.count)} no poster yet"
            f"{f' ({state.why})' if state.why else ''}; {due}.",
            f"Print posters for {state.name}",
            _page("campaign_batch_new", what=f"state:{state.code}", season=season.year),
            is_late=print_date.days < 0,
        )


def _figures(user: User | AnonymousUser, season: Season, today: dt.date) -> Iterator[Figure]:
    if user.has_perm("campaign.view_publishedweek"):
        yield _scans(today)
    may_see_seminars = user.has_perm("outreach.view_seminar")
    may_see_bookings = user.has_perm("outreach.view_registration")
    if not (may_see_seminars or may_see_bookings):
        return
    seminars = figures.seminars(season)
    if may_see_seminars:
        upcoming = f"next {_day(timezone.localdate(seminars.next_at))}" if seminars.next_at else "none ahead"
        yield Figure(
            "Seminars open",
            f"{seminars.open:,}",
            f"{seminars.draft:,} in draft, {seminars.done:,} done, {seminars.cancelled:,} cancelled; {upcoming}",
            f"Seminars of {season}.",
            _list("outreach", "seminar"),
        )
    if may_see_bookings:
        bookings = figures.bookings(season)
        yield Figure(
            "Registrations",
            f"{bookings.count:,}",
            f"{_count(bookings.seats, 'seat')} booked; {seminars.seats - seminars.seats_taken:,} free at open seminars",
            "Bookings of adults that were not cancelled.",
            _list("outreach", "registration"),
        )


def _scans(today: dt.date) -> Figure:
    """The newest published week; before the first, when it comes."""
    scans = figures.scans()
    url = _list("campaign", "publishedweek")
    source = "Whole country, finished weeks only; small counts are not shown."
    if scans is None:
        return Figure("Scans", "–", "No week is published yet", source, url)
    before = f"; the week before {figures.shown(scans.before)}" if scans.has_before else ""
    note = f"Monday {date_format(scans.monday, 'j F')} to Sunday{before}"
    return Figure("Scans in a week", figures.shown(scans.count), note, source, url)


def _list(app: str, model: str, **query: object) -> str:
    """A list's address with its filters."""
    return _page(f"{app}_{model}_changelist", **query)


def _page(name: str, **query: object) -> str:
    """An admin page's address; empty where there is no such page."""
    try:
        path = reverse(f"admin:{name}")
    except NoReverseMatch:
        return ""
    return f"{path}?{urlencode(query)}" if query else path


def _change(app: str, model: str, key: int) -> str:
    try:
        return reverse(f"admin:{app}_{model}_change", args=[key])
    except NoReverseMatch:
        return ""


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _they(number: int) -> str:
    return "it hangs" if number == 1 else "they hang"


def _day(on: dt.date) -> str:
    return date_format(on, "l j F")
