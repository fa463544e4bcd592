"""What people found when they tried the values of channels, and whom they asked to look."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

NEVER_CALLED = ("tel:911", "sms:911", "tel:988", "sms:988", "web:988lifeline.org")
"""Values whose check must not cost a line that somebody needs now."""


class CheckInvitation(models.Model):
    """Asks a person outside staff, as the operator of a line is, to look at a value once, by a link."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    value_key = models.CharField(max_length=220)
    channel = models.ForeignKey("outreach.Channel", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    is_operator = models.BooleanField(default=True, help_text="Works for whoever runs the line.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    NOT_IN_TRAIL = frozenset({"email", "token_sha256"})

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.value_key}"


class ChannelCheck(models.Model):
    """One person tried one value once; every channel that has the value is checked by it."""

    class How(models.TextChoices):
        CALLED = "called", "Called it"
        TEXTED = "texted", "Texted it"
        OPENED = "opened", "Opened it"
        READ = "read", "Read its official page"
        OPERATOR = "operator", "The operator said so"

    class Result(models.TextChoices):
        REACHES = "reaches", "It reaches them"
        WRONG = "wrong", "It reaches somebody else"
        SILENT = "silent", "Nobody answers"
        DEAD = "dead", "Out of service"
        CHANGED = "changed", "They have another one now"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    value_key = models.CharField(max_length=220, db_index=True)
    channel = models.ForeignKey("outreach.Channel", models.PROTECT, related_name="checks")
    checked_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True, help_text="Of a person outside staff.")
    invitation = models.OneToOneField(CheckInvitation, models.PROTECT, null=True, blank=True, related_name="answer")
    how = models.CharField(max_length=8, choices=How.choices)
    result = models.CharField(max_length=7, choices=Result.choices)
    note = models.CharField(max_length=300, blank=True, help_text="No names and nothing that a caller said.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None, invitation__isnull=False) | Q(by__isnull=False, invitation=None, by_name=""),
                name="check_by_staff_or_by_invitation",
            ),
            models.UniqueConstraint(
                fields=["value_key", "by", "checked_on"],
                condition=Q(withdrawn_at=None, by__isnull=False),
                name="one_check_a_day_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(value_key__in=NEVER_CALLED, how__in=["called", "texted"]),
                name="emergency_lines_are_never_called",
                violation_error_message="Never call or text this line to test it: read its official page.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_key}, {self.checked_on}: {self.get_result_display()}"


class ReminderSent(models.Model):
    """A reminder that went out: once for each value, day and kind."""

    class Kind(models.TextChoices):
        SOON = "soon", "Due soon"
        DUE = "due", "Past due"
        FAILING = "failing", "Somebody found that it fails"

    value_key = models.CharField(max_length=220)
    due_on = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    sent_on = models.DateField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value_key", "due_on", "kind"], name="reminder_once_for_a_due_day")
        ]

    def __str__(self) -> str:
        return f"{self.value_key}, {self.due_on}: {self.get_kind_display()}"
