"""What schools ask for, who can give it, and the seminars that come of it."""

import uuid

from django.db import models
from django.db.models import F, Q


class Mode(models.TextChoices):
    """How a seminar is given."""

    IN_PERSON = "in_person", "In person"
    VIRTUAL = "virtual", "By video"
    EITHER = "either", "Either"


class Topic(models.TextChoices):
    """What a seminar is about."""

    AWARENESS = "awareness", "Know the signs"
    ONLINE = "online", "Safe online"
    LABOR = "labor", "Fair work"
    STAFF = "staff", "Training for staff"


class PresenterKind(models.TextChoices):
    """Who stands before the class: a hard choice of the school, shown to parents."""

    EDUCATOR = "educator", "Educator or advocate"
    LOCAL_POLICE = "local_police", "Local police"
    FEDERAL_AGENT = "federal_agent", "Federal agent (may be immigration enforcement)"


class Request(models.Model):
    """A school's wish for a seminar. Adults only are named; no student data exists."""

    class State(models.TextChoices):
        NEW = "new", "New"
        ASKED = "asked", "Asked back"
        ACCEPTED = "accepted", "Accepted"
        PLANNED = "planned", "Planned"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    school = models.ForeignKey("outreach.School", models.PROTECT, null=True, blank=True, related_name="requests")
    school_name = models.CharField(max_length=160, help_text="As the school wrote it.")
    city = models.CharField(max_length=80)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    contact_name = models.CharField(max_length=120)
    contact_role = models.CharField(max_length=80, blank=True)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40, blank=True)
    grades = models.CharField(max_length=40, help_text="For example 9-12, or college.")
    headcount = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=10, choices=Topic.choices, default=Topic.AWARENESS)
    mode = models.CharField(max_length=9, choices=Mode.choices, default=Mode.IN_PERSON)
    language = models.CharField(max_length=10, default="en", help_text="BCP 47.")
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
    time_zone = models.CharField(max_length=40)
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

    def listed(self) -> "SeminarQuerySet":
        """Those that have a public page: open or cancelled, never for students."""
        return self.filter(state__in=[Seminar.State.OPEN, Seminar.State.CANCELLED]).exclude(
            audience=Seminar.Audience.STUDENTS
        )


class Seminar(models.Model):
    """One seminar or event: when (UTC, with its zone beside), where, for whom, how many."""

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
    language = models.CharField(max_length=10, default="en")
    starts_at = models.DateTimeField(help_text="UTC.")
    time_zone = models.CharField(max_length=40, help_text="IANA name of the place.")
    minutes = models.PositiveSmallIntegerField(default=60)
    venue = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    capacity = models.PositiveIntegerField(default=30)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False, help_text="iCalendar SEQUENCE.")
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
