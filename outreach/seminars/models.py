"""The seminars that come of requests; and the door to the room's other tables."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.seminars import audiences
from outreach.seminars.choices import Equipment, Grades, Language, Mode, ParentsTold, PresenterKind, Topic, Waitlist
from outreach.seminars.notice_models import SchoolPack, SeminarNotice
from outreach.seminars.plan_models import BookedInstant, PlanAssignment, PlanVersion
from outreach.seminars.presenter_models import Availability, Decline, Presenter, PresenterInvitation, WeeklyHours
from outreach.seminars.request_models import PreferredDate, Request, RequestDraft, SchoolBlackout
from portal.areas import clocks
from portal.areas.positions import on_earth

__all__ = [
    "Availability",
    "BookedInstant",
    "Decline",
    "Equipment",
    "Grades",
    "Language",
    "Mode",
    "ParentsTold",
    "PlanAssignment",
    "PlanVersion",
    "PreferredDate",
    "Presenter",
    "PresenterInvitation",
    "PresenterKind",
    "Request",
    "RequestDraft",
    "SchoolBlackout",
    "SchoolPack",
    "Seminar",
    "SeminarNotice",
    "Topic",
    "Waitlist",
    "WeeklyHours",
]


WITH_COUNSELOR = Q(counsellor_present=True, counsellor_present__isnull=False)
"""Both: what is not known is no error to a CHECK, which only asks whether something is false."""


class SeminarQuerySet(models.QuerySet["Seminar"]):
    """Seminars."""

    def public(self) -> "SeminarQuerySet":
        """Those that have a public page: never a draft, never one for students."""
        return self.exclude(state=Seminar.State.DRAFT).exclude(audience__in=audiences.UNLISTED)

    def listed(self) -> "SeminarQuerySet":
        """Those that stand in public lists and feeds: open or cancelled, never for students."""
        return self.public().exclude(state=Seminar.State.DONE)

    def left_alone(self) -> "SeminarQuerySet":
        """Approved ones, or open, that somebody was to give and nobody gives: the presenter said no, left or was taken off.

        What the campaign holds by itself, without a presenter from the beginning, is none of them.
        """
        was_given = SeminarNotice.objects.filter(seminar=OuterRef("pk"), to=SeminarNotice.To.PRESENTER)
        expected = Q(request__isnull=False) | Q(answer=Seminar.Answer.DECLINED) | Exists(was_given)
        agreed = Q(state=Seminar.State.OPEN) | Q(state=Seminar.State.DRAFT, approved_at__isnull=False)
        return self.filter(agreed, expected, presenter=None)

    def upcoming(self, now: dt.datetime) -> "SeminarQuerySet":
        """Those that have not begun."""
        return self.filter(starts_at__gt=now)


class Seminar(models.Model):
    """One seminar or event: when (UTC, with its zone beside), where, for whom, how many."""

    NOT_IN_TRAIL = frozenset({"join_url", "safeguarding_contact", "private_room", "opt_out", "latitude", "longitude"})

    Audience = audiences.Audience

    class Answer(models.TextChoices):
        """What the presenter said."""

        NONE = "", "Not asked"
        ASKED = "asked", "Asked"
        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Declined"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CANCELLED = "cancelled", "Cancelled"
        DONE = "done", "Done"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, models.PROTECT, null=True, blank=True, related_name="seminars")
    school = models.ForeignKey("outreach.School", models.PROTECT, null=True, blank=True, related_name="seminars")
    presenter = models.ForeignKey(Presenter, models.PROTECT, null=True, blank=True, related_name="seminars")
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    audience = models.CharField(max_length=9, choices=Audience.choices)
    topic = models.CharField(max_length=10, choices=Topic.choices, default=Topic.AWARENESS)
    mode = models.CharField(max_length=9, choices=[choice for choice in Mode.choices if choice[0] != "either"])
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.ENGLISH)
    starts_at = models.DateTimeField(help_text="UTC.")
    time_zone = models.CharField(max_length=40, validators=[clocks.validate_zone], help_text="IANA name of the place.")
    minutes = models.PositiveSmallIntegerField(default=60)
    venue = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    access = models.TextField(blank=True, help_text="Entrance, elevator, ASL, CART, parking: shown to everyone.")
    join_url = models.URLField(blank=True, help_text="Of the video meeting: sent to those who booked, never shown.")
    capacity = models.PositiveIntegerField(default=30, help_text="Seats.")
    seats_taken = models.PositiveIntegerField(default=0, editable=False, help_text="Booked or offered.")
    takes_classes = models.BooleanField(
        default=False, help_text="A class or another group may come, booked by its adult as a headcount."
    )
    groups = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most classes that may come; empty: only the seats count."
    )
    groups_taken = models.PositiveIntegerField(default=0, editable=False)
    largest_group = models.PositiveSmallIntegerField(default=40, help_text="Most seats that one class may book.")
    waitlist = models.CharField(
        max_length=8,
        choices=Waitlist.choices,
        default=Waitlist.IN_ORDER,
        help_text="What happens to freed seats; the page says so.",
    )
    waiting = models.PositiveIntegerField(default=0, editable=False, help_text="Bookings that wait for seats.")
    last_in_line = models.PositiveIntegerField(default=0, editable=False, help_text="Place last given; none twice.")
    booking_closes_at = models.DateTimeField(
        null=True, blank=True, help_text="UTC. Empty: bookings are taken until it begins."
    )
    expect = models.TextField(blank=True, verbose_name="what to expect", help_text="Shown to everyone.")
    content_note = models.TextField(
        blank=True, help_text="What some may find hard to hear, said before: shown to everyone."
    )
    host = models.ForeignKey(
        "outreach.Agency", models.PROTECT, null=True, blank=True, related_name="+", help_text="Who invites."
    )
    partners = models.ManyToManyField(
        "outreach.Agency",
        blank=True,
        related_name="+",
        help_text="Named on the page, with their logo where it is permitted.",
    )
    cloned_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    moved_from = models.DateTimeField(null=True, blank=True, editable=False, help_text="UTC: when it was to be first.")
    changed_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When what everyone sees changed last."
    )
    attended = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="People who came; stays when names are forgotten."
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    plan = models.ForeignKey(
        PlanVersion, models.SET_NULL, null=True, blank=True, editable=False, related_name="seminars"
    )
    locked = models.BooleanField(default=False, help_text="A new plan keeps it as it stands.")
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    parents_told_on = models.DateField(null=True, blank=True)
    parents_told_kind = models.CharField(
        max_length=13, choices=PresenterKind.choices, blank=True, help_text="Who presents, as parents were told."
    )
    opt_out = models.CharField(max_length=160, blank=True, help_text="How a family says no; never a child's name.")
    counsellor_present = models.BooleanField(null=True, blank=True)
    private_room = models.CharField(max_length=120, blank=True)
    safeguarding_contact = models.CharField(max_length=160, blank=True)
    child_line = models.ForeignKey(
        "outreach.Channel", models.PROTECT, null=True, blank=True, related_name="+", help_text="Of the state."
    )
    latitude = models.FloatField(null=True, blank=True, help_text="WGS 84.")
    longitude = models.FloatField(null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False, help_text="iCalendar SEQUENCE.")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was cancelled: shown to everyone.")
    is_demo = models.BooleanField(default=False, editable=False)

    objects = SeminarQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")),
                name="seminar_never_oversold",
                violation_error_message="There are more people registered than seats.",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=["draft", "open", "done"]),
                name="one_live_seminar_a_request",
                violation_error_message="This request has a seminar.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5) & Q(minutes=F("minutes") / 5 * 5),
                name="seminar_in_steps_of_five",
                violation_error_message="In steps of 5 minutes.",
            ),
            models.CheckConstraint(
                condition=~Q(state="open", audience="students")
                | (
                    Q(parents_told_on__isnull=False, child_line__isnull=False)
                    & WITH_COUNSELOR
                    & ~Q(parents_told_kind="")
                    & ~Q(private_room="")
                    & ~Q(safeguarding_contact="")
                ),
                name="students_met_only_with_care",
                violation_error_message="A seminar for students opens when parents were told and a counselor, a private"
                " room, a safeguarding contact and the state's child line are there.",
            ),
            models.CheckConstraint(
                condition=~Q(state="open", audience="college")
                | (WITH_COUNSELOR & ~Q(private_room="") & ~Q(safeguarding_contact="")),
                name="college_met_only_with_care",
                violation_error_message="A seminar for college students opens when a counselor, a private room and a"
                " safeguarding contact are there.",
            ),
            models.CheckConstraint(
                condition=~Q(audience__in=["students", "college"]) | Q(seats_taken=0),
                name="students_are_not_registered",
                violation_error_message="Students are counted, never registered.",
            ),
            models.CheckConstraint(
                condition=~Q(audience__in=["students", "college"]) | Q(groups_taken=0, waiting=0),
                name="students_never_wait",
                violation_error_message="Students are counted, never registered.",
            ),
            models.CheckConstraint(
                condition=Q(groups=None) | Q(groups_taken__lte=F("groups")),
                name="seminar_never_too_many_groups",
                violation_error_message="There are more classes registered than may come.",
            ),
            models.CheckConstraint(
                condition=Q(largest_group__gte=1, largest_group__lte=200), name="largest_group_is_sane"
            ),
            models.CheckConstraint(
                condition=Q(waiting=0) | ~Q(waitlist="none"),
                name="nobody_waits_without_a_list",
                violation_error_message="People wait for seats: offer them seats, or tell them, first.",
            ),
            models.CheckConstraint(
                condition=Q(booking_closes_at=None) | Q(booking_closes_at__lte=F("starts_at")),
                name="bookings_close_before_it_begins",
                violation_error_message="Bookings close when it begins, or before.",
            ),
            on_earth("seminar"),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="seminars_by_day"),
            models.Index(fields=["area", "starts_at"], name="seminars_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ends_at(self) -> dt.datetime:
        """UTC."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def has_begun(self) -> bool:
        """Whether it is too late to book."""
        return self.starts_at <= timezone.now()

    @property
    def is_virtual(self) -> bool:
        """Whether it is given by video."""
        return self.mode == Mode.VIRTUAL

    @property
    def is_public(self) -> bool:
        """Whether it has a public page."""
        return self.state != self.State.DRAFT and not self.is_unlisted

    @property
    def is_unlisted(self) -> bool:
        """Whether it is for students, of whatever age: never public, and held until its school said what is there."""
        return self.audience in audiences.UNLISTED

    @property
    def is_for_minors(self) -> bool:
        """Whether parents are told, and the state's child line and background checks count."""
        return self.audience == audiences.Audience.STUDENTS

    @property
    def seats_left(self) -> int:
        """Free seats, as last counted."""
        return self.capacity - self.seats_taken

    @property
    def takes_bookings(self) -> bool:
        """Whether a seat could be had now, as far as this copy knows."""
        return self.is_public and self.state == self.State.OPEN and not self.has_begun and self.seats_left > 0

    @property
    def place(self) -> str:
        """City and state; for a video seminar too, since its clock is that of a place."""
        return f"{self.city}, {self.area.name}" if self.city else self.area.name

    @property
    def day(self) -> str:
        """``Tuesday 12 January 2027``, where it takes place."""
        return clocks.spoken_day(self.starts_at, self.time_zone)

    @property
    def short_day(self) -> str:
        """``Tue 12 Jan``, where it takes place."""
        return clocks.short_day(self.starts_at, self.time_zone)

    @property
    def start_time(self) -> str:
        """``10:00 a.m.``, where it takes place."""
        return clocks.spoken_time(self.starts_at, self.time_zone)

    @property
    def end_time(self) -> str:
        """``11:00 a.m.``, where it takes place."""
        return clocks.spoken_time(self.ends_at, self.time_zone)

    @property
    def clock(self) -> str:
        """``Central Time``."""
        return clocks.clock_name(self.time_zone)

    @property
    def when(self) -> str:
        """``Tuesday 12 January 2027, 10:00 a.m. in Jackson, Mississippi (Central Time)``."""
        return _("%(day)s, %(time)s in %(place)s (%(clock)s)") % {
            "day": self.day,
            "time": self.start_time,
            "place": self.place,
            "clock": self.clock,
        }
