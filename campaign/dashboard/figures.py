"""The numbers of a season, asked from the rooms that own them. This room has no table.

However much there is, the number of queries stays the same.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from campaign.dashboard.publishing import Tables
from campaign.dashboard.reports import WITHHELD
from campaign.places import priorities
from campaign.places.models import Placement, Spot, Station
from campaign.posters.models import Design, TextSet
from campaign.printing.models import Batch
from campaign.scans.models import PublishedWeek
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Task
from outreach.agencies.logos import LogoPermission
from outreach.channels.models import Channel
from outreach.partners.models import Proposal
from outreach.registration.models import Registration
from outreach.seminars import conditions, promises
from outreach.seminars.models import PlanVersion, Request, Seminar
from portal.audit.models import Redaction
from portal.jobs.models import Job
from portal.people.models import User
from portal.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date of the season and how far it is from today; ``days`` is negative once it is past."""

    name: str
    on: dt.date
    days: int
    is_next: bool = False

    @property
    def distance(self) -> str:
        """In words: ``today``, ``in 12 days``, ``3 days ago``."""
        match self.days:
            case 0:
                return "today"
            case 1:
                return "tomorrow"
            case -1:
                return "yesterday"
            case days if days > 0:
                return f"in {days} days"
            case days:
                return f"{-days} days ago"


@dataclass(frozen=True, slots=True)
class StateCount:
    """Placements of one state; ``code`` is empty where the state is unknown or the place is a train.

    ``why`` says why it comes before others: the season's focus.
    """

    code: str
    name: str
    count: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Placements:
    """Placements of a season. ``unknown`` counts those at spots that nobody has surveyed."""

    planned: int
    printed: int
    confirmed: int
    unknown: int

    @property
    def unprinted(self) -> int:
        """Without a poster yet."""
        return self.planned - self.printed

    @property
    def unconfirmed(self) -> int:
        """Printed, and nobody has said that they hang."""
        return self.printed - self.confirmed


@dataclass(frozen=True, slots=True)
class Scans:
    """Scans in the whole country in a published week, and in the one before; ``None`` where they are withheld."""

    monday: dt.date
    count: int | None
    before: int | None
    has_before: bool


@dataclass(frozen=True, slots=True)
class Seminars:
    """Seminars of a season by state, and the seats of those that are open."""

    draft: int
    open: int
    done: int
    cancelled: int
    seats: int
    seats_taken: int
    next_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Requests:
    """What schools wait for."""

    new: int
    oldest: dt.datetime | None
    accepted: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Seminars to come that need somebody of staff: whose presenter said no or fell out, others that are held
    (``ready``: they wait for nothing any more), drafts that nobody approved, and promises that no longer hold."""

    lost: int
    held: int
    ready: int
    drafts: int
    broken: int


@dataclass(frozen=True, slots=True)
class Bookings:
    """Adults' bookings at a season's seminars."""

    count: int
    seats: int
    last_at: dt.datetime | None


def deadlines(season: Season, today: dt.date) -> list[Deadline]:
    """The season's dates in order, the next one marked."""
    dates = [
        ("Approve", season.approve_by),
        ("Print", season.print_by),
        ("Ship", season.ship_by),
        ("Hang", season.hang_by),
        ("Begins", season.starts_on),
        ("Ends", season.ends_on),
    ]
    following = next((name for name, on in dates if on >= today), None)
    return [Deadline(name, on, (on - today).days, name == following) for name, on in dates]


def placements(season: Season) -> Placements:
    """How far the paper is."""
    printed = Q(state__in=[Placement.State.PRINTED, Placement.State.POSTED])
    counted = (
        Placement.objects.in_season(season)
        .active()
        .aggregate(
            planned=Count("pk"),
            printed=Count("pk", filter=printed),
            confirmed=Count("pk", filter=Q(state=Placement.State.POSTED)),
            unknown=Count("pk", filter=~Q(spot__survey=Spot.Survey.SURVEYED)),
        )
    )
    return Placements(**counted)


def to_print(season: Season) -> list[StateCount]:
    """Placements that have no poster yet, by state: the season's focus first, then most first; trains and unknown last.

    Where a state has placements of its own, the demo's are left out, as a print run leaves them out.
    """
    planned = Q(state=Placement.State.PLANNED)
    demo = Q(spot__station__is_demo=True) | Q(spot__train__is_demo=True)
    rows = (
        Placement.objects.in_season(season)
        .active()
        .order_by()
        .values_list("spot__station__state", "spot__station__state__name")
        .annotate(
            real=Count("pk", filter=~demo),
            real_planned=Count("pk", filter=planned & ~demo),
            demo_planned=Count("pk", filter=planned & demo),
        )
    )
    first = priorities.order_of(season)
    counts = [
        StateCount(code or "", name or "", real_planned if real else demo_planned, first.of(code).why)
        for code, name, real, real_planned, demo_planned in rows
    ]
    return sorted(
        (state for state in counts if state.count),
        key=lambda state: (not state.code, first.rank(state.code), -state.count, state.name),
    )


def to_survey(season: Season) -> int:
    """Stations with placements of this season at spots that nobody has surveyed."""
    spots = Spot.objects.active().exclude(survey=Spot.Survey.SURVEYED)
    planned = Placement.objects.in_season(season).active()
    return Station.objects.active().filter(spots__in=spots.filter(placements__in=planned)).distinct().count()


def scans() -> Scans | None:
    """The newest published week: whole and finished, so that no two looks tell a day or a person apart."""
    weeks = [(week.monday, Tables.from_json(week.tables).total) for week in PublishedWeek.objects.all()[:2]]
    if not weeks:
        return None
    (monday, count), *rest = weeks
    return Scans(monday, count, rest[0][1] if rest else None, has_before=bool(rest))


def shown(count: int | None) -> str:
    """A published count as it is read."""
    return WITHHELD if count is None else f"{count:,}"


def seminars(season: Season) -> Seminars:
    """Seminars by state, seats of the open ones, and when the next one is."""
    is_open = Q(state=Seminar.State.OPEN)
    counted = Seminar.objects.filter(season=season).aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in Seminar.State},
        seats=Sum("capacity", filter=is_open, default=0),
        seats_taken=Sum("seats_taken", filter=is_open, default=0),
        next_at=Min("starts_at", filter=is_open & Q(starts_at__gte=timezone.now())),
    )
    return Seminars(**counted)


def requests(season: Season) -> Requests:
    """What schools have asked for and wait for."""
    new = Q(state=Request.State.NEW)
    counted = Request.objects.filter(season=season).aggregate(
        new=Count("pk", filter=new),
        oldest=Min("created_at", filter=new),
        accepted=Count("pk", filter=Q(state=Request.State.ACCEPTED)),
    )
    return Requests(**counted)


def waiting(season: Season) -> Waiting:
    """What keeps the season's seminars to come from opening, or would keep open ones from it now."""
    ahead = Seminar.objects.filter(season=season).upcoming(timezone.now())
    lost = set(ahead.left_alone().values_list("pk", flat=True))
    held = ready = others = 0
    drafts = ahead.filter(state=Seminar.State.DRAFT).exclude(pk__in=lost)
    for seminar in drafts.select_related("area", "request", "presenter", "child_line"):
        if seminar.approved_at is None:
            others += 1
        elif conditions.missing(seminar):
            held += 1
        else:
            ready += 1
    return Waiting(lost=len(lost), held=held, ready=ready, drafts=others, broken=len(promises.broken()))


def newest_plan(season: Season) -> PlanVersion | None:
    """The draft of a plan that waits for somebody to approve it."""
    return PlanVersion.objects.filter(season=season, state=PlanVersion.State.DRAFT).order_by("-number").first()


def bookings(season: Season) -> Bookings:
    """Live bookings and their seats."""
    counted = Registration.objects.filter(seminar__season=season, state=Registration.State.BOOKED).aggregate(
        count=Count("pk"), seats=Sum("seats", default=0), last_at=Max("created_at")
    )
    return Bookings(**counted)


def to_verify(today: dt.date) -> int:
    """Values that we print or show and that wait for a check: each once, however many records have it."""
    return Channel.objects.due_for_check(today).order_by().values("value_key").distinct().count()


@dataclass(frozen=True, slots=True)
class Reviews:
    """What waits for a second person, and the reviewed texts that an older English left behind."""

    designs: int
    texts: int
    stale: int


def reviews() -> Reviews:
    """What stands between posters and their printing."""
    return Reviews(
        designs=Design.objects.in_review().count(),
        texts=TextSet.objects.in_review().count(),
        stale=TextSet.objects.stale().count(),
    )


@dataclass(frozen=True, slots=True)
class Releases:
    """Finished batches that wait for a second person: those that one may release, and those that one ordered."""

    by_me: int
    mine: int


def releases(season: Season, user: User) -> Releases:
    """Of a season: what was ordered for another one is no work of today."""
    waiting = Batch.objects.to_release().filter(season=season)
    counted = waiting.aggregate(all=Count("pk"), mine=Count("pk", filter=Q(created_by=user)))
    return Releases(by_me=counted["all"] - counted["mine"], mine=counted["mine"])


def work() -> tuple[Sequence[Job], int]:
    """What runs or waits now (at most four), and how many jobs failed within a week."""
    since = timezone.now() - dt.timedelta(days=7)
    failed = Job.objects.filter(state=Job.State.FAILED, finished_at__gte=since).count()
    return list(Job.objects.unfinished()[:4]), failed


def redactions(user: User) -> int:
    """Wishes to empty an entry of the trail that wait for a second person, whom this one may be."""
    return Redaction.objects.filter(state=Redaction.State.ASKED).exclude(asked_by=user).count()


@dataclass(frozen=True, slots=True)
class Partners:
    """What waits with partners: agreements for another person's approval, agreements that end, tasks past their day,
    words that partners ask to change, logos with a permission for another person's approval."""

    to_approve: int
    ending: int
    ended: int
    overdue: int
    proposals: int
    logos: int


def partners(user: User, today: dt.date) -> Partners:
    """Of agreements that the person did not record, and of tasks that are theirs or nobody's."""
    running = Agreement.objects.approved().filter(ended_on=None, agency__retired_at=None, renewed_by=None)
    tasks = Task.objects.open().filter(due_on__lt=today)
    return Partners(
        Agreement.objects.waiting().filter(signed_on__isnull=False).exclude(recorded_by=user).count(),
        running.filter(expires_on__range=(today, today + dt.timedelta(days=30))).count(),
        running.co_branding()
        .filter(expires_on__range=(today - dt.timedelta(days=365), today - dt.timedelta(days=1)))
        .count(),
        tasks.filter(Q(assigned_to=user) | Q(assigned_to=None)).count(),
        Proposal.objects.waiting().filter(agency__retired_at=None).exclude(asked_by=user).count(),
        LogoPermission.objects.waiting()
        .filter(expires_on__gte=today, logo__retired_at=None)
        .exclude(recorded_by=user)
        .values("logo")
        .distinct()
        .count(),
    )
