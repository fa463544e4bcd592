"""Reporting channels: the numbers and addresses that posters and help pages carry."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from outreach.channels import values
from portal.areas.register import NATION
from portal.people.models import User

CHECK_DAYS = 30
"""A number that we print is checked again after so many days."""


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Channels."""

    def valid(self, on: dt.date) -> "ChannelQuerySet":
        """In service on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on), retired_at=None
        )

    def sure(self) -> "ChannelQuerySet":
        """Fit to be told to the public: confidence H, and no better value contradicts it."""
        return self.filter(confidence=Channel.Confidence.HIGH, may_print=True)

    def printable(self, on: dt.date) -> "ChannelQuerySet":
        """What a poster may carry on a day. Rows never verified are among them: see ``print_warning``."""
        return self.valid(on).sure()

    def due_for_check(self, on: dt.date) -> "ChannelQuerySet":
        """What we print and nobody has checked within ``CHECK_DAYS`` before that day, or ever."""
        stale = Q(verified_on=None) | Q(verified_on__lt=on - dt.timedelta(days=CHECK_DAYS))
        return self.printable(on).filter(stale)

    def for_area(self, code: str | None, on: dt.date) -> "ChannelQuerySet":
        """In service on a day for anyone in an area: the nation's and the area's own.

        ``code`` is a USPS code; without one (an unknown state) only the nation's.
        Lines that serve the riders of one transit operator are left out.
        """
        return self.valid(on).filter(area__in={NATION.code, code or NATION.code}, transit_operator="")


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
        COUNSELLOR = "counsellor", "Crisis counsellor"
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
        """Judges the value by its kind and writes it as it is printed. Raises ``ValidationError``."""
        if self.value:
            self.value = values.clean(self.kind, self.value).printed

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the key of the value beside the value, also where only the value is written."""
        self.value_key = values.key_of(self.kind, self.value)
        fields = kwargs.get("update_fields")
        if fields is not None and not {"kind", "value"}.isdisjoint(fields):
            kwargs["update_fields"] = {*fields, "value_key"}
        super().save(*args, **kwargs)

    def entered(self, by: User | None) -> None:
        """Says who typed the value that it has now, without saving; whoever checked another one is forgotten."""
        self.entered_by, self.verified_on, self.verified_by = by, None, None

    @property
    def prints(self) -> bool:
        """Whether it may stand on a poster at all, whatever the day."""
        return self.retired_at is None and self.may_print and self.confidence == self.Confidence.HIGH

    @property
    def print_warning(self) -> str:
        """What whoever prints it must be told; empty once somebody has verified it."""
        if self.verified_on:
            return ""
        return f"{self.name}, {self.value}: nobody has checked this value yet. Check it before you print."
