"""What schools ask for, and what they have only begun to write."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outreach.seminars import windows
from outreach.seminars.audiences import Audience, audience_of
from outreach.seminars.choices import Grades, Language, Mode, ParentsTold, PresenterKind, Topic
from portal.areas import clocks
from portal.areas.positions import on_earth
from portal.areas.register import BY_CODE


class Request(models.Model):
    """A school's wish for a seminar. Adults only are named; no student data exists. ``uid`` is the private link."""

    NOT_IN_TRAIL = frozenset(
        {
            *("uid", "nonce", "contact_name", "contact_role", "contact_email", "contact_phone"),
            *("safeguarding_contact", "needs", "note", "answer", "opt_out", "private_room", "room"),
            *("latitude", "longitude", "postal_code"),
        }
    )

    class State(models.TextChoices):
        NEW = "new", "New"
        ASKED = "asked", "Asked back"
        ACCEPTED = "accepted", "Accepted"
        PLANNED = "planned", "Planned"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nonce = models.UUIDField(
        unique=True,
        null=True,
        editable=False,
        help_text="Of the form that was sent: a second send is the same request.",
    )
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    school = models.ForeignKey("outreach.School", models.PROTECT, null=True, blank=True, related_name="requests")
    school_name = models.CharField(max_length=160, help_text="As the school wrote it.")
    city = models.CharField(max_length=80)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    contact_name = models.CharField(max_length=120)
    contact_role = models.CharField(max_length=80, blank=True)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_language = models.CharField(max_length=10, default="en", help_text="BCP 47, of the mails we send.")
    grades = models.CharField(max_length=40, choices=Grades.choices)
    headcount = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=10, choices=Topic.choices, default=Topic.AWARENESS)
    mode = models.CharField(max_length=9, choices=Mode.choices, default=Mode.IN_PERSON)
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.ENGLISH)
    minutes = models.PositiveSmallIntegerField(default=60)
    presenter_kinds = models.JSONField(default=list, help_text="Which kinds of presenter the school accepts.")
    needs = models.CharField(max_length=300, blank=True, help_text="ASL, CART, interpreter, room access.")
    room = models.CharField(max_length=120, blank=True)
    equipment = models.JSONField(default=list, blank=True, help_text="What the room has.")
    safeguarding_contact = models.CharField(max_length=160, blank=True)
    parents_told_on = models.DateField(null=True, blank=True)
    parents_told_how = models.CharField(max_length=7, choices=ParentsTold.choices, blank=True)
    opt_out = models.CharField(
        max_length=160, blank=True, help_text="How a family says no: a place or an address, never a child's name."
    )
    counsellor_present = models.BooleanField(null=True, blank=True)
    private_room = models.CharField(max_length=120, blank=True, help_text="Where somebody can talk alone afterwards.")
    note = models.TextField(blank=True)
    answer = models.TextField(blank=True, help_text="What the school answered when it was asked back.")
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    priority_shift = models.SmallIntegerField(
        default=0, help_text="Points that staff add to the rules' priority, or take away: -50 to 50."
    )
    priority_why = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    latitude = models.FloatField(null=True, blank=True, help_text="WGS 84; only where no school is linked.")
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(
        max_length=40, blank=True, validators=[clocks.validate_zone], help_text="Only where no school is linked."
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was asked back or declined.")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When the e-mail address was confirmed.")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="request_for_somebody",
                violation_error_message="At least one person.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=15, minutes__lte=240) & Q(minutes=F("minutes") / 5 * 5),
                name="request_in_steps_of_five",
                violation_error_message="From 15 to 240 minutes, in steps of 5.",
            ),
            models.CheckConstraint(
                condition=Q(priority_shift=0)
                | (Q(priority_shift__gte=-50, priority_shift__lte=50) & ~Q(priority_why="")),
                name="request_shifted_for_a_reason",
                violation_error_message="Say why, and shift by 50 points at most.",
            ),
            on_earth("request"),
        ]

    def __str__(self) -> str:
        return f"{self.school_name}, {self.city}"

    @property
    def audience(self) -> Audience:
        """Before whom it will be given."""
        return audience_of(grades=self.grades, topic=self.topic)

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the school may still take it back by itself."""
        return self.state in {self.State.NEW, self.State.ASKED, self.State.ACCEPTED}

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude (WGS 84): the linked school's, else the request's own, which a ZIP code gave."""
        for place in (self.school, self):
            if place is not None and place.latitude is not None and place.longitude is not None:
                return place.latitude, place.longitude
        return None

    @property
    def zone(self) -> str:
        """IANA name of the school's clock; "" where nothing tells it, since a guess would be an hour wrong."""
        if self.school is not None and self.school.time_zone:
            return self.school.time_zone
        zones = BY_CODE[self.area_id].time_zones if self.area_id in BY_CODE else ()
        return self.time_zone or (zones[0] if len(zones) == 1 else "")

    @property
    def may_be_given_by(self) -> list[str]:
        """Whom the school lets present, in words."""
        return [str(PresenterKind(kind).label) for kind in self.presenter_kinds]


class PreferredDate(models.Model):
    """One date that suits the school, in its local time; rank 0 is the best."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="preferred_dates")
    rank = models.PositiveSmallIntegerField()
    date = models.DateField()
    earliest = models.TimeField()
    latest_end = models.TimeField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["request", "rank"], name="one_date_per_rank"),
            models.UniqueConstraint(fields=["request", "date", "earliest"], name="preferred_window_once"),
            models.CheckConstraint(
                condition=Q(rank__lte=9),
                name="ten_dates_at_most",
                violation_error_message="Ten dates at most.",
            ),
            models.CheckConstraint(
                condition=Q(earliest__lt=F("latest_end")),
                name="preferred_window_has_length",
                violation_error_message="The window must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.earliest:%H:%M}–{self.latest_end:%H:%M}"

    @property
    def spoken(self) -> str:
        """In words, on the school's own clock, which is named."""
        return windows.spoken(self.date, self.earliest, self.latest_end, zone=self.request.zone)


class SchoolBlackout(models.Model):
    """Days on which a school is closed or busy; they count for all its requests of the season."""

    class Why(models.TextChoices):
        EXAMS = "exams", _("Exams")
        BREAK = "break", _("Break")
        CLOSED = "closed", _("Closed")
        OTHER = "other", _("Something else")

    request = models.ForeignKey(Request, models.CASCADE, related_name="blackouts")
    first = models.DateField()
    last = models.DateField()
    why = models.CharField(max_length=6, choices=Why.choices, default=Why.CLOSED)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")),
                name="blackout_has_length",
                violation_error_message="The last day must not be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


class RequestDraft(models.Model):
    """A request that somebody has begun to write: text as it was typed, unchecked. ``uid`` is the private link.

    It is deleted when the request is sent, or some time after it was last touched.
    """

    NOT_IN_TRAIL = frozenset({"uid", "data"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, help_text="Text by the form's field names.")
    language = models.CharField(max_length=10, default="en")
    edition = models.PositiveIntegerField(default=1, help_text="Counts up with each save: an older page loses.")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"Draft {self.pk}"
