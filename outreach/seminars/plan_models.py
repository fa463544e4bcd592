"""Plans of a season: drafts until they are approved, and each presenter's time that real seminars take."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from outreach.seminars.choices import Mode
from portal.areas import clocks


class PlanVersion(models.Model):
    """One way to give a season's seminars. Nobody hears of it before it is approved."""

    class State(models.TextChoices):
        SOLVING = "solving", "Being worked out"
        DRAFT = "draft", "Draft"
        APPROVED = "approved", "Approved"
        SUPERSEDED = "superseded", "Superseded"
        DISCARDED = "discarded", "Discarded"
        FAILED = "failed", "Failed"

    class Origin(models.TextChoices):
        OPTIMISED = "optimised", "Optimised"
        REPLANNED = "replanned", "Re-planned"
        COPY = "copy", "Copied by hand"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Counts from 1 in each season.")
    title = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.OPTIMISED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SOLVING)
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    problem = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    job = models.ForeignKey("portal.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    seconds = models.PositiveSmallIntegerField(default=60, help_text="At most.")
    seed = models.PositiveIntegerField(default=1)
    stop_wanted_at = models.DateTimeField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True, help_text="No plan scores more: proven.")
    served = models.PositiveIntegerField(default=0)
    unserved = models.PositiveIntegerField(default=0)
    curve = models.JSONField(default=list, blank=True, help_text="[[seconds, score, bound], …] as it was worked out.")
    failure = models.CharField(max_length=300, blank=True)
    edition = models.PositiveIntegerField(default=1, help_text="Counts up with each change by hand.")
    created_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey("portal.User", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    NOT_IN_TRAIL = frozenset({"curve"})

    class Meta:
        ordering = ["-season", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["season", "number"], name="plan_number_once_a_season"),
            models.UniqueConstraint(fields=["season"], condition=Q(state="solving"), name="one_optimisation_a_season"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="plan_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Plan {self.number}"

    @property
    def gap(self) -> float | None:
        """How far from the best the score can be, as a fraction of the bound."""
        if self.score is None or not self.bound:
            return None
        return max(0.0, (self.bound - self.score) / self.bound)

    @property
    def gap_told(self) -> str:
        """``0.03 %``; "" where nothing is proven. Never rounded to nothing."""
        if self.gap is None:
            return ""
        return "under 0.01 %" if 0 < self.gap < 0.0001 else f"{100 * self.gap:.2f} %"


class PlanAssignment(models.Model):
    """What a plan says of one request: who gives it, when and how, or why nobody does."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="assignments")
    request = models.ForeignKey("outreach.Request", models.PROTECT, related_name="+")
    presenter = models.ForeignKey("outreach.Presenter", models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(null=True, blank=True, help_text="UTC.")
    time_zone = models.CharField(max_length=40, blank=True, validators=[clocks.validate_zone])
    mode = models.CharField(
        max_length=9, choices=[choice for choice in Mode.choices if choice[0] != "either"], blank=True
    )
    rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the school's date: 0 is its first.")
    priority = models.FloatField(default=0, help_text="As it was when the plan was worked out.")
    locked = models.BooleanField(default=False, help_text="The next plan keeps it as it stands.")
    by_hand = models.BooleanField(default=False)
    seminar = models.ForeignKey(
        "outreach.Seminar", models.SET_NULL, null=True, blank=True, related_name="+", help_text="That it goes on with."
    )
    reason_code = models.CharField(max_length=12, blank=True)
    details = models.JSONField(
        default=dict, blank=True, help_text="Counts of the funnel, who holds each, cheapest change."
    )

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "request"], name="request_once_a_plan"),
            models.UniqueConstraint(fields=["plan", "presenter", "starts_at"], name="presenter_begins_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(presenter__isnull=False, starts_at__isnull=False, reason_code="") & ~Q(mode="")
                | Q(presenter=None, starts_at=None, mode="", locked=False) & ~Q(reason_code=""),
                name="request_served_or_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.request}"

    @property
    def is_served(self) -> bool:
        """Whether somebody gives it."""
        return self.presenter_id is not None

    @property
    def when(self) -> str:
        """``Tue 12 Jan, 10:00 a.m. Central Time``: the school's own clock; "" where nobody gives it."""
        if self.starts_at is None:
            return ""
        day, time = clocks.short_day(self.starts_at, self.time_zone), clocks.spoken_time(self.starts_at, self.time_zone)
        return f"{day}, {time} {clocks.clock_name(self.time_zone)}"


class BookedInstant(models.Model):
    """Five minutes of a presenter that a seminar takes, drives, set-up and wrap-up included.

    The database itself keeps a presenter from being in two places: whoever books, by hand or by plan,
    and at the same moment.
    """

    class Part(models.TextChoices):
        DRIVE = "drive", "Drive"
        SET_UP = "set_up", "Set-up"
        SEMINAR = "seminar", "Seminar"
        WRAP_UP = "wrap_up", "Wrap-up"

    presenter = models.ForeignKey("outreach.Presenter", models.PROTECT, related_name="+")
    mark = models.PositiveIntegerField(help_text="Steps of five minutes since 1970, UTC.")
    seminar = models.ForeignKey("outreach.Seminar", models.CASCADE, related_name="booked_instants")
    part = models.CharField(max_length=7, choices=Part.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["presenter", "mark"],
                name="presenter_in_one_place",
                violation_error_message="The presenter is somewhere else at that time.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.presenter_id} at {self.mark}"
