"""Reporting channels: the numbers and addresses that posters and help pages carry."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from outreach.channels import hours, limits, values
from outreach.channels.standing import CHECK_DAYS
from portal.areas.register import NATION
from portal.people.models import User

BY_LAW = ("tel:911", "sms:911", "tel:988", "sms:988", "relay:711")
"""Codes that law fixes for the whole country: nobody is ever asked to check them, and no day makes them doubtful."""

__all__ = ["BY_LAW", "CHECK_DAYS", "Channel", "ChannelQuerySet"]


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Channels."""

    def valid(self, on: dt.date) -> "ChannelQuerySet":
        """In service on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on), retired_at=None
        )

    def sure(self) -> "ChannelQuerySet":
        """Fit to be told to the public: confidence H, no better value contradicts it, it came with the release or a
        second person saw it, and no two people found that it fails."""
        return self.filter(
            Q(entered_at=None) | Q(shown_since__isnull=False),
            confidence=Channel.Confidence.HIGH,
            may_print=True,
            failed_on=None,
        )

    def checked(self, today: dt.date) -> "ChannelQuerySet":
        """Of these, whose check lets them be printed today: verified and not lapsed, or of the release and never
        verified yet (see ``print_warning``), or fixed by law."""
        return self.filter(
            Q(next_due__gte=today) | Q(first_verified_on=None, entered_at=None) | Q(value_key__in=BY_LAW)
        )

    def printable(self, on: dt.date) -> "ChannelQuerySet":
        """What a poster that is printed today may carry on a day. Rows never verified are among them."""
        return self.valid(on).sure().checked(timezone.localdate())

    def held_back(self, on: dt.date) -> "ChannelQuerySet":
        """In service on a day and told to the public, but not printed today: two people must check them first."""
        told = self.valid(on).sure()
        return told.exclude(pk__in=told.checked(timezone.localdate()).values("pk"))

    def due_for_check(self, on: dt.date) -> "ChannelQuerySet":
        """What we tell the public, or would, and two people have not verified, or whose period ends by that day."""
        meant = self.valid(on).filter(confidence=Channel.Confidence.HIGH, may_print=True)
        return meant.filter(Q(next_due=None) | Q(next_due__lte=on)).exclude(value_key__in=BY_LAW)

    def on_pages(self, on: dt.date) -> "ChannelQuerySet":
        """What help pages show from a day on: all that is sure and not over, and what ended for a new value that no
        second person has seen yet (``stands_in``)."""
        over = Q(retired_at__isnull=False) | Q(valid_to__lt=on)
        return self.sure().filter(~over | WAITS_FOR_A_SECOND_PERSON)

    def for_area(self, code: str | None, on: dt.date, *, county: str | None = None) -> "ChannelQuerySet":
        """In service on a day for anyone in an area: the nation's and the area's own, and a county's where it is known.

        ``code`` is a USPS code; without one (an unknown state) only the nation's. ``county`` is its FIPS number.
        Lines that serve the riders of one transit operator are left out.
        """
        areas = {NATION.code, code or NATION.code, county or NATION.code}
        return self.valid(on).filter(area__in=areas, transit_operator="")


WAITS_FOR_A_SECOND_PERSON = Q(
    replaced_by__isnull=False, replaced_by__entered_at__isnull=False, replaced_by__shown_since=None
)


class Channel(models.Model):
    """One way to reach one operator: a number, a short code, a chat, a form, an address."""

    class Kind(models.TextChoices):
        VOICE = "voice", "Phone"
        SMS = "sms", "Text message"
        RELAY = "relay", "Relay for deaf callers"
        CHAT = "chat", "Chat"
        WEB_FORM = "web_form", "Web form"
        EMAIL = "email", "E-mail"

    class Audience(models.TextChoices):
        EMERGENCY = "emergency", "Anyone in danger"
        VICTIMS = "victims", "People who need help"
        CRISIS = "crisis", "People in crisis"
        CHILDREN = "children", "Under 18, child exploitation"
        TIPS = "tips", "Tips"
        MANDATED = "mandated", "Mandated reporters"
        PROFESSIONALS = "professionals", "Lawyers and advocates"
        PROGRAMME = "programme", "Claims and programmes"

    class AnsweredBy(models.TextChoices):
        ADVOCATE = "advocate", "Trained advocate"
        COUNSELLOR = "counsellor", "Crisis counselor"
        CHILD_PROTECTION = "child_protection", "Child protection"
        POLICE = "police", "Police"
        FEDERAL = "federal", "Federal or immigration enforcement"
        ADMINISTRATOR = "administrator", "Administrator"

    class Tested(models.TextChoices):
        CALL = "call", "Call it"
        TEXT = "text", "Text it"
        OPEN = "open", "Open it"
        READ = "read", "Read its official page, never call"

    class Confidence(models.TextChoices):
        HIGH = "H", "High: primary or official text seen"
        MEDIUM = "M", "Medium: secondary or partial"
        LOW = "L", "Low: not confirmed"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True, help_text="Stable name of the record.")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(
        max_length=200, help_text="As it is printed: 1-888-373-7888, 233733, humantraffickinghotline.org"
    )
    value_key = models.CharField(
        max_length=220,
        blank=True,
        editable=False,
        db_index=True,
        help_text="The value whatever way it is written: tel:+18883737888, sms:233733, web:example.org.",
    )
    tested_by = models.CharField(max_length=4, choices=Tested.choices, default=Tested.CALL)
    keyword = models.CharField(max_length=40, blank=True, help_text="The word that the short code spells or expects.")
    audience = models.CharField(max_length=13, choices=Audience.choices)
    answered_by = models.CharField(max_length=16, choices=AnsweredBy.choices)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    transit_operator = models.CharField(
        max_length=80, blank=True, help_text="Key of the transit operator, if it serves its riders only."
    )
    operator = models.CharField(max_length=120, help_text="Who runs it.")
    hours = models.CharField(max_length=120, blank=True, help_text="In words, where the schedule does not say it.")
    always_open = models.BooleanField(default=False, help_text="Day and night, every day.")
    schedule = models.JSONField(
        default=list,
        blank=True,
        help_text='[{"byday": "MO,TU", "opens_at": "08:00", "closes_at": "17:00"}], as in HSDS.',
    )
    time_zone = models.CharField(max_length=40, blank=True, help_text="Of the schedule: America/Chicago.")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 codes of the staff's languages.")
    interpreters = models.BooleanField(default=False, help_text="Other languages by interpreter, by phone only.")
    interpreted = models.JSONField(default=list, blank=True, help_text="BCP 47 codes offered through an interpreter.")
    limits = models.JSONField(default=list, blank=True, help_text="What a caller must be told first, as codes.")
    what_happens = models.CharField(max_length=500, blank=True, help_text="What happens when somebody uses it.")
    note = models.CharField(max_length=300, blank=True, help_text="For staff; not shown to the public.")
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1, choices=Confidence.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Who typed the value: somebody else verifies it. Empty: it came with the release.",
    )
    entered_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When somebody typed what it says: checks of before are of another record. Empty: as released.",
    )
    shown_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Since when it may stand on a help page: a second person saw it.",
    )
    first_verified_on = models.DateField(null=True, blank=True, editable=False)
    next_due = models.DateField(null=True, blank=True, editable=False, db_index=True)
    failed_on = models.DateField(null=True, blank=True, editable=False, help_text="Two people found that it fails.")
    may_print = models.BooleanField(default=True, help_text="Off for values that contradict a better one.")
    position = models.PositiveSmallIntegerField(default=100, help_text="Order within its heading.")
    retired_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaces",
        help_text="Its new value.",
    )

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value", "audience", "area"], name="channel_value_once_per_area_and_audience"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="channel_valid_from_before_to",
                violation_error_message="“Valid from” must not lie after “valid to”.",
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None) | Q(verified_by=None) | ~Q(entered_by=F("verified_by")),
                name="channel_verified_by_somebody_else",
                violation_error_message="Whoever typed a value cannot verify it: ask a second person.",
            ),
            models.CheckConstraint(
                condition=Q(failed_on=None) | Q(verified_on=None), name="channel_failed_or_verified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

    def clean(self) -> None:
        """Judges the value by its kind, its hours and limits, and writes the value as it is printed.

        Raises ``ValidationError``, with a sentence for each.
        """
        told: list[str] = []
        if self.value:
            try:
                cleaned = values.clean(self.kind, self.value)
                self.value, self.value_key = cleaned.printed, cleaned.key
            except ValidationError as error:
                told += error.messages
        told += hours.wrong_with(self.schedule, self.time_zone) + limits.wrong_with(self.limits)
        if self.always_open and self.schedule:
            told.append("It is open day and night and has a schedule too: take one of them away.")
        if told:
            raise ValidationError(told)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the key of the value beside the value, also where only the value is written."""
        self.value_key = values.key_of(self.kind, self.value)
        fields = kwargs.get("update_fields")
        if fields is not None and not {"kind", "value"}.isdisjoint(fields):
            kwargs["update_fields"] = {*fields, "value_key"}
        super().save(*args, **kwargs)

    GATED = (
        "value_key",
        "kind",
        "audience",
        "answered_by",
        "area_id",
        "transit_operator",
        "confidence",
        "may_print",
        "valid_from",
        "valid_to",
    )
    """Fields whose change makes another line of it: nobody puts that on a page or on paper alone."""

    def differs(self, stored: "Channel") -> bool:
        """Whether it is another line than the stored one. Ending sooner and printing no more are nobody's risk."""
        self.value_key = values.key_of(self.kind, self.value)
        for name in self.GATED:
            mine, theirs = getattr(self, name), getattr(stored, name)
            if mine == theirs or (name == "may_print" and not mine):
                continue
            if name == "valid_to" and mine and (theirs is None or mine < theirs):
                continue
            return True
        return False

    def entered(self, by: User | None) -> None:
        """Says who typed what it says now, without saving; whoever checked the line before is forgotten."""
        self.entered_by, self.entered_at = by, timezone.now()
        self.verified_on = self.verified_by = self.first_verified_on = None
        self.next_due = self.failed_on = self.shown_since = None

    @property
    def is_by_law(self) -> bool:
        """Whether law fixes its value: nobody checks it."""
        return self.value_key in BY_LAW

    @property
    def is_told(self) -> bool:
        """Whether a second person has seen it, or it came with the release."""
        return self.entered_at is None or self.shown_since is not None

    @property
    def stands_in(self) -> bool:
        """Whether pages still show it although it ended, since no second person has seen its new value."""
        new = self.replaced_by
        return new is not None and not new.is_told and self.failed_on is None

    @property
    def prints(self) -> bool:
        """Whether it may stand on a poster at all, whatever the day."""
        return (
            self.retired_at is None
            and self.may_print
            and self.confidence == self.Confidence.HIGH
            and self.is_told
            and self.failed_on is None
        )

    def has_lapsed(self, today: dt.date) -> bool:
        """Whether a check that it once had no longer holds, or one that it needs never was: then it prints no more."""
        if self.is_by_law or (self.next_due is not None and self.next_due >= today):
            return False
        return self.first_verified_on is not None or self.entered_at is not None

    @property
    def print_warning(self) -> str:
        """What whoever prints it must be told; empty once two people have verified it."""
        if self.verified_on or self.is_by_law:
            return ""
        return f"{self.name}, {self.value}: two people have not checked this value yet. Check it before you print."
