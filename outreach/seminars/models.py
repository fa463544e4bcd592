"""What schools ask for, who can give it, and the seminars that come of it."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.areas import clocks


class Mode(models.TextChoices):
    """How a seminar is given."""

    IN_PERSON = "in_person", _("In person")
    VIRTUAL = "virtual", _("By video")
    EITHER = "either", _("Either")


class Topic(models.TextChoices):
    """What a seminar is about."""

    AWARENESS = "awareness", _("Know the signs")
    ONLINE = "online", _("Safe online")
    LABOR = "labor", _("Fair work")
    STAFF = "staff", _("Training for staff")


class PresenterKind(models.TextChoices):
    """Who stands before the class: a hard choice of the school, shown to parents."""

    EDUCATOR = "educator", _("Educator or advocate")
    LOCAL_POLICE = "local_police", _("Local police")
    FEDERAL_AGENT = "federal_agent", _("Federal agent (may be immigration enforcement)")


class Language(models.TextChoices):
    """The languages in which a seminar can be asked for: BCP 47, each named in itself."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
    VIETNAMESE = "vi", "Tiếng Việt"
    CHINESE = "zh", "中文"
    HAITIAN = "ht", "Kreyòl ayisyen"
    ARABIC = "ar", "العربية"
    KOREAN = "ko", "한국어"
    TAGALOG = "tl", "Tagalog"
    RUSSIAN = "ru", "Русский"
    PORTUGUESE = "pt", "Português"
    FRENCH = "fr", "Français"
    SOMALI = "so", "Soomaali"


class Grades(models.TextChoices):
    """The group that a school asks for."""

    ELEMENTARY = "K-5", _("Grades K to 5")
    MIDDLE = "6-8", _("Grades 6 to 8")
    HIGH = "9-12", _("Grades 9 to 12")
    MIXED = "6-12", _("Grades 6 to 12 together")
    COLLEGE = "college", _("College or university")
    ADULTS = "adults", _("Adults: staff or parents")


class Request(models.Model):
    """A school's wish for a seminar. Adults only are named; no student data exists. ``uid`` is the private link."""

    NOT_IN_TRAIL = frozenset(
        {
            *("uid", "nonce", "contact_name", "contact_role", "contact_email", "contact_phone"),
            *("safeguarding_contact", "needs", "note"),
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
    safeguarding_contact = models.CharField(max_length=160, blank=True)
    parents_told_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.school_name}, {self.city}"

    @property
    def is_for_adults(self) -> bool:
        """Whether no student will be in the room."""
        return self.grades == Grades.ADULTS or self.topic == Topic.STAFF

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the school may still take it back by itself."""
        return self.state in {self.State.NEW, self.State.ASKED, self.State.ACCEPTED}

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
            models.CheckConstraint(
                condition=Q(earliest__lt=F("latest_end")),
                name="preferred_window_has_length",
                violation_error_message="The window must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.earliest:%H:%M}–{self.latest_end:%H:%M}"


class Presenter(models.Model):
    """Someone of a partner agency who gives seminars. Unnamed in public; the home base is a ZIP centroid."""

    NOT_IN_TRAIL = frozenset({"name", "email", "base_postal_code", "latitude", "longitude"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="presenters")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    kind = models.CharField(max_length=13, choices=PresenterKind.choices, default=PresenterKind.EDUCATOR)
    languages = models.JSONField(default=list, help_text="BCP 47 codes.")
    topics = models.JSONField(default=list)
    base_postal_code = models.CharField(max_length=5)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, validators=[clocks.validate_zone])
    radius_miles = models.PositiveSmallIntegerField(default=60)
    max_travel_minutes = models.PositiveSmallIntegerField(default=240, help_text="A day, the way home included.")
    gives_virtual = models.BooleanField(default=True)
    max_per_day = models.PositiveSmallIntegerField(default=2)
    max_seminars = models.PositiveSmallIntegerField(default=8, help_text="In the campaign.")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def trail_label(self) -> str:
        """Which presenter, without the name."""
        return f"Presenter {self.pk} of {self.agency}"


class Availability(models.Model):
    """One day that a presenter offers, in local time."""

    presenter = models.ForeignKey(Presenter, models.CASCADE, related_name="availability")
    date = models.DateField()
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        ordering = ["date"]
        verbose_name_plural = "availability"
        constraints = [
            models.UniqueConstraint(fields=["presenter", "date"], name="one_availability_a_day"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="availability_has_length",
                violation_error_message="The day must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.start:%H:%M}–{self.end:%H:%M}"


class SeminarQuerySet(models.QuerySet["Seminar"]):
    """Seminars."""

    def public(self) -> "SeminarQuerySet":
        """Those that have a public page: never a draft, never one for students."""
        return self.exclude(state=Seminar.State.DRAFT).exclude(audience=Seminar.Audience.STUDENTS)

    def listed(self) -> "SeminarQuerySet":
        """Those that stand in public lists and feeds: open or cancelled, never for students."""
        return self.public().exclude(state=Seminar.State.DONE)

    def upcoming(self, now: dt.datetime) -> "SeminarQuerySet":
        """Those that have not begun."""
        return self.filter(starts_at__gt=now)


class Seminar(models.Model):
    """One seminar or event: when (UTC, with its zone beside), where, for whom, how many."""

    NOT_IN_TRAIL = frozenset({"join_url"})

    class Audience(models.TextChoices):
        STUDENTS = "students", "Students (never public)"
        ADULTS = "adults", "Adults"
        COMMUNITY = "community", "Community"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CANCELLED = "cancelled", "Cancelled"
        DONE = "done", "Done"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    request = models.OneToOneField(Request, models.PROTECT, null=True, blank=True, related_name="seminar")
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
    capacity = models.PositiveIntegerField(default=30)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
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
        return self.state != self.State.DRAFT and self.audience != self.Audience.STUDENTS

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
