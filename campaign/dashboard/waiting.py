"""What waits for a person who opens Today: each thing in a sentence, with a verb and the page where it is done."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from campaign.dashboard import figures
from campaign.dashboard.events import Events, events
from campaign.dashboard.wording import change_of, counted, day, has, is_, list_of, page_of, them, they
from campaign.places.models import Placement, Spot
from campaign.posters.models import Review
from outreach.channels.models import CHECK_DAYS
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.audit.models import Verification
from portal.jobs.models import Job
from portal.mail.models import Mail
from portal.people.models import User
from portal.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: why in a sentence, what to do as a verb, and where."""

    why: str
    verb: str
    url: str
    is_late: bool = False


def rows(
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
            f"{counted(failed, 'job')} failed within a week.",
            f"Look at {counted(failed, 'failed job')}",
            list_of("portal", "job", state__exact=Job.State.FAILED),
            is_late=True,
        )
    ahead = events(timezone.now()) if user.has_perm("outreach.run_event") else None
    if ahead:
        yield from _event_rows(ahead)
    if user.has_perm("outreach.triage_request"):
        asked = figures.requests(season)
        if asked.new and asked.oldest:
            yield Row(
                f"{counted(asked.new, 'school waits', 'schools wait')} for an answer, "
                f"the longest since {day(timezone.localdate(asked.oldest))}.",
                f"Triage {counted(asked.new, 'request')}",
                reverse("admin:outreach_request_queue"),
                is_late=(today - timezone.localdate(asked.oldest)).days > 7,
            )
    yield from _planning_rows(user, season)
    waiting = figures.waiting(season) if user.has_perm("outreach.publish_seminar") else None
    if waiting:
        yield from _promise_rows(waiting)
    if user.has_perm("outreach.verify_channel") and (count := figures.to_verify(today)):
        yield Row(
            f"{counted(count, 'number that we print or show waits', 'numbers that we print or show wait')} for a check; "
            f"two people check each every {CHECK_DAYS} days.",
            f"Check {counted(count, 'number')}",
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
            f"{counted(count, 'poster')} {is_(count)} printed; nobody has said whether {they(count)}.",
            f"Confirm {counted(count, 'poster')}",
            list_of("campaign", "placement", state__exact=Placement.State.PRINTED),
        )
    if user.has_perm("campaign.change_spot") and (count := figures.to_survey(season)):
        yield Row(
            f"{counted(count, 'station')} {has(count)} placements at spots that nobody has surveyed.",
            f"Survey {counted(count, 'station')}",
            list_of("campaign", "spot", survey__exact=Spot.Survey.ASSUMED, use="yes"),
        )


def _audit_rows(user: User | AnonymousUser) -> Iterator[Row]:
    """The audit trail, where the last walk along it found that somebody tampered with it."""
    if not user.has_perm("portal.view_verification"):
        return
    night = Verification.objects.first()
    if night and night.broken:
        yield Row(
            f"The audit trail was tampered with in {counted(night.broken, 'place')}.",
            f"Look at {counted(night.broken, 'place')}",
            change_of("portal", "verification", night.pk),
            is_late=True,
        )


def _event_rows(ahead: Events) -> Iterator[Row]:
    """Seats that may be wrong, and people who can't be told."""
    if ahead.faulty:
        yield Row(
            f"The seats of {counted(ahead.disagreeing, 'event')} are not what the bookings say.",
            "Look at the bookings",
            change_of("outreach", "seminar", ahead.faulty),
            is_late=True,
        )
    if ahead.unreached:
        yield Row(
            f"{counted(ahead.unreached, 'booking')} of an event within a week {has(ahead.unreached)} an address that no "
            "mail reaches.",
            f"See {counted(ahead.unreached, 'address', 'addresses')}",
            list_of("portal", "mail", bounce__exact=Mail.Bounce.HARD),
            is_late=True,
        )


def _line_rows(ahead: Events) -> Iterator[Row]:
    """What can wait a day: events without a host, and offers, which end by themselves."""
    if ahead.hostless:
        yield Row(
            f"{counted(ahead.hostless, 'open event')} {has(ahead.hostless)} no host: the page can’t say who invites.",
            f"Name a host for {counted(ahead.hostless, 'event')}",
            list_of("outreach", "seminar", state__exact=Seminar.State.OPEN, host__isnull=True),
        )
    if ahead.offers and ahead.first_end:
        yield Row(
            f"{counted(ahead.offers, 'offer of seats runs', 'offers of seats run')} at "
            f"{counted(ahead.offers_at, 'event')}; the first ends {day(timezone.localdate(ahead.first_end))}.",
            f"See {counted(ahead.offers, 'offer')}",
            list_of("outreach", "registration", state__exact=Registration.State.OFFERED),
        )


def _planning_rows(user: User | AnonymousUser, season: Season) -> Iterator[Row]:
    """A draft of a plan that waits for a person, else requests that wait for a plan."""
    if not user.has_perm("outreach.plan_seminars"):
        return
    if plan := figures.newest_plan(season):
        yield Row(
            f"{plan} is a draft: it serves {plan.served} of {plan.served + plan.unserved} requests.",
            f"Look at {str(plan)[:1].lower()}{str(plan)[1:]}",
            change_of("outreach", "planversion", plan.pk),
        )
    elif accepted := figures.requests(season).accepted:
        yield Row(
            f"{counted(accepted, 'accepted request has', 'accepted requests have')} no seminar yet.",
            f"Optimise {counted(accepted, 'request')}",
            list_of("outreach", "planversion"),
        )


def _promise_rows(waiting: figures.Waiting) -> Iterator[Row]:
    """What a school was promised and can't have as things stand."""
    if waiting.broken:
        yield Row(
            f"{counted(waiting.broken, 'seminar is', 'seminars are')} no longer as the school was promised.",
            f"Mend {counted(waiting.broken, 'promise')}",
            page_of("outreach_seminar_broken"),
            is_late=True,
        )
    if waiting.lost:
        yield Row(
            f"{counted(waiting.lost, 'seminar has', 'seminars have')} nobody to give {them(waiting.lost)} any more; "
            "nobody was told so.",
            f"Find somebody for {counted(waiting.lost, 'seminar')}",
            list_of("outreach", "seminar", presenter__isnull=True, state__in="draft,open"),
            is_late=True,
        )


def _opening_rows(waiting: figures.Waiting) -> Iterator[Row]:
    """Seminars that are not open yet: those that could be first."""
    drafts = {"state__exact": Seminar.State.DRAFT}
    if waiting.ready:
        yield Row(
            f"{counted(waiting.ready, 'approved seminar waits', 'approved seminars wait')} for nothing any more.",
            f"Open {counted(waiting.ready, 'seminar')}",
            list_of("outreach", "seminar", **drafts, approved_at__isnull=False),
        )
    if waiting.drafts:
        yield Row(
            f"{counted(waiting.drafts, 'seminar')} {is_(waiting.drafts)} planned, and nobody can see "
            f"{them(waiting.drafts)} yet.",
            f"Open {counted(waiting.drafts, 'draft seminar')}",
            list_of("outreach", "seminar", **drafts, approved_at__isnull=True),
        )
    if waiting.held:
        yield Row(
            f"{counted(waiting.held, 'approved seminar waits', 'approved seminars wait')} for something from the "
            "school: parents told, a counselor, a room.",
            f"See what {counted(waiting.held, 'seminar waits', 'seminars wait')} for",
            list_of("outreach", "seminar", **drafts, approved_at__isnull=False),
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
            f"{counted(partners.ended, 'agreement')} on co-branding expired: nothing new carries those logos.",
            f"Renew or end {counted(partners.ended, 'agreement')}",
            list_of("outreach", "agreement", standing="over"),
            is_late=True,
        )
    if may_approve and partners.to_approve:
        yield Row(
            f"{counted(partners.to_approve, 'signed agreement waits', 'signed agreements wait')} for a second person.",
            f"Approve {counted(partners.to_approve, 'agreement')}",
            list_of("outreach", "agreement", standing="waiting"),
        )
    if may_release and partners.proposals:
        yield Row(
            f"{counted(partners.proposals, 'change of public words waits', 'changes of public words wait')} for a second "
            "person: partners asked.",
            f"Look at {counted(partners.proposals, 'change')}",
            list_of("outreach", "proposal", state__exact="waiting"),
        )
    if partners.logos and user.has_perm("outreach.approve_logo_permission"):
        yield Row(
            f"{counted(partners.logos, 'logo has', 'logos have')} a permission that waits for a second person.",
            f"Look at {counted(partners.logos, 'logo')}",
            list_of("outreach", "logo", permission="waiting"),
        )
    if may_keep and partners.ending:
        yield Row(
            f"{counted(partners.ending, 'agreement ends', 'agreements end')} within 30 days.",
            f"Renew {counted(partners.ending, 'agreement')}",
            list_of("outreach", "agreement", standing="ending"),
        )
    if may_task and partners.overdue:
        yield Row(
            f"{counted(partners.overdue, 'task')} with partners {is_(partners.overdue)} past the day.",
            f"Do {counted(partners.overdue, 'task')}",
            list_of("outreach", "agency", desk="overdue"),
        )


def _review_rows(user: User | AnonymousUser) -> Iterator[Row]:
    """Texts and designs that wait for a second person, or that an older English left behind."""
    may_approve, may_review = user.has_perm("campaign.approve_design"), user.has_perm("campaign.review_texts")
    if not (may_approve or may_review):
        return
    waiting = figures.reviews()
    if may_review and waiting.stale:
        yield Row(
            f"{counted(waiting.stale, 'reviewed text translates', 'reviewed texts translate')} an older English, "
            f"and nothing is printed in {them(waiting.stale)}.",
            f"Look at {counted(waiting.stale, 'stale text')}",
            list_of("campaign", "textset", state__exact=Review.APPROVED),
        )
    if may_review and waiting.texts:
        yield Row(
            f"{counted(waiting.texts, 'text waits', 'texts wait')} for a second person.",
            f"Sign off {counted(waiting.texts, 'text')}",
            page_of("campaign_textset_sign_off"),
        )
    if may_approve and waiting.designs:
        yield Row(
            f"{counted(waiting.designs, 'design waits', 'designs wait')} for a second person.",
            f"Judge {counted(waiting.designs, 'design')}",
            list_of("campaign", "design", state__exact=Review.IN_REVIEW),
        )


def _release_rows(user: User, season: Season) -> Iterator[Row]:
    """Batches of which no paper is made before a second person looked, and one's own among them."""
    may_release = user.has_perm("campaign.release_batch")
    if not (may_release or user.has_perm("campaign.print_posters")):
        return
    waiting = figures.releases(season, user)
    if may_release and waiting.by_me:
        yield Row(
            f"{counted(waiting.by_me, 'batch waits', 'batches wait')} for a second person: no paper is made before.",
            f"Release {counted(waiting.by_me, 'batch', 'batches')}",
            list_of("campaign", "batch", release="waiting"),
        )
    if waiting.mine:
        yield Row(
            f"{counted(waiting.mine, 'batch waits', 'batches wait')} for a second person: you ordered "
            f"{them(waiting.mine)}. Ask one, or invite one.",
            f"See whom to ask for {counted(waiting.mine, 'batch', 'batches')}",
            list_of("campaign", "batch", release="waiting"),
        )


def _print_rows(season: Season, print_date: figures.Deadline) -> Iterator[Row]:
    """The two states with most to print; without any placement, the step before."""
    counts = figures.to_print(season)
    due = f"files are due {print_date.distance}, {day(print_date.on)}"
    for state in [state for state in counts if state.code][:2]:
        yield Row(
            f"{counted(state.count, 'placement')} in {state.name} {has(state.count)} no poster yet"
            f"{f' ({state.why})' if state.why else ''}; {due}.",
            f"Print posters for {state.name}",
            page_of("campaign_batch_new", what=f"state:{state.code}", season=season.year),
            is_late=print_date.days < 0,
        )
