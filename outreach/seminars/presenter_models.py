"""Who gives seminars, and when."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from outreach.seminars.choices import Language, PresenterKind, Topic
from portal.areas import clocks
from portal.areas.positions import on_earth


class Presenter(models.Model):
    """Someone of a partner agency who gives seminars. Unnamed in public; the home base is a ZIP centroid."""

    NOT_IN_TRAIL = frozenset(
        {"name", "email", "base_postal_code", "latitude", "longitude", "key", "calendar_key", "clearance_note"}
    )

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
    max_seminars = models.PositiveSmallIntegerField(default=8, help_text="A month: the season is one.")
    clearance_expires_on = models.DateField(
        null=True, blank=True, help_text="Until when a background check for work with minors holds."
    )
    clearance_note = models.CharField(max_length=80, blank=True, help_text="Which kind of check; never its findings.")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Of the private page.")
    calendar_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Of the calendar alone.")
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    added_through = models.ForeignKey(
        "outreach.PresenterInvitation", models.SET_NULL, null=True, blank=True, editable=False, related_name="added"
    )
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            on_earth("presenter"),
            models.CheckConstraint(
                condition=Q(max_per_day__gte=1, max_per_day__lte=8),
                name="presenter_day_has_an_end",
                violation_error_message="One to eight seminars a day.",
            ),
            models.CheckConstraint(
                condition=Q(radius_miles__lte=500),
                name="presenter_drives_within_reach",
                violation_error_message="500 miles at most.",
            ),
            models.UniqueConstraint(
                "agency",
                Lower("email"),
                condition=Q(retired_at=None),
                name="presenter_once_in_an_agency",
                violation_error_message="This agency has a presenter with this address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Languages and topics are among those that a school can ask for."""
        offered = {"languages": (self.languages, Language.values), "topics": (self.topics, Topic.values)}
        unknown = {name: set(given) - set(known) for name, (given, known) in offered.items()}
        if errors := {name: f"Not known here: {', '.join(sorted(odd))}." for name, odd in unknown.items() if odd}:
            raise ValidationError(errors)

    @property
    def trail_label(self) -> str:
        """Which presenter, without the name."""
        return f"Presenter {self.pk} of {self.agency}"


class WeeklyHours(models.Model):
    """What a presenter offers each week on one weekday, in local time."""

    presenter = models.ForeignKey(Presenter, models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        ordering = ["weekday"]
        verbose_name_plural = "weekly hours"
        constraints = [
            models.UniqueConstraint(fields=["presenter", "weekday"], name="one_offer_a_weekday"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_seven"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="weekly_hours_have_length",
                violation_error_message="The day must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start:%H:%M}–{self.end:%H:%M}"


class Availability(models.Model):
    """One date on which the week doesn't hold: other hours in local time, or away."""

    presenter = models.ForeignKey(Presenter, models.CASCADE, related_name="availability")
    date = models.DateField()
    is_away = models.BooleanField(default=False)
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["date"]
        verbose_name_plural = "availability"
        constraints = [
            models.UniqueConstraint(fields=["presenter", "date"], name="one_availability_a_day"),
            models.CheckConstraint(
                condition=Q(is_away=True, start=None, end=None) | Q(is_away=False, start__lt=F("end")),
                name="availability_has_length",
                violation_error_message="The day must end after it begins; a day away has no hours.",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.date} away"
            if self.start is None or self.end is None
            else f"{self.date} {self.start:%H:%M}–{self.end:%H:%M}"
        )


class PresenterInvitation(models.Model):
    """A single-use link: for a presenter to claim the record, or for an agency to add its presenters."""

    NOT_IN_TRAIL = frozenset({"email", "token_sha256"})

    presenter = models.ForeignKey(Presenter, models.CASCADE, null=True, blank=True, related_name="invitations")
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(presenter=None, agency__isnull=False) | Q(presenter__isnull=False, agency=None),
                name="invitation_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class Decline(models.Model):
    """A presenter said no to a seminar, and why: for staff, who don't ask the same person again."""

    NOT_IN_TRAIL = frozenset({"note"})

    class Reason(models.TextChoices):
        NOT_FREE = "not_free", _("I am not free then")
        TOO_FAR = "too_far", _("It is too far")
        NOT_MINE = "not_mine", _("It is not my topic or my language")
        OTHER = "other", _("Something else")

    presenter = models.ForeignKey(Presenter, models.CASCADE, related_name="declines")
    seminar = models.ForeignKey("outreach.Seminar", models.CASCADE, related_name="declines")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["presenter", "seminar"], name="declined_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
