"""Who changed what: rows that are only ever added, the chain behind them, and the marks by which it is checked."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from portal.audit.digests import DIGEST_LENGTH, SALT_LENGTH


class Entry(models.Model):
    """One change of state. ``before`` and ``after`` hold only the fields that differ.

    ``content_digest`` covers what may be redacted (label, before, after) together with ``salt``; once
    both are emptied nobody can guess the old value from the digest, and the chain stands.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    salt = models.CharField(max_length=SALT_LENGTH, blank=True, editable=False)
    content_digest = models.CharField(max_length=DIGEST_LENGTH, editable=False)
    redacted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(content_digest=""), name="entry_has_a_digest"),
            models.CheckConstraint(
                condition=Q(redacted_at=None) | Q(object_label="", salt=""), name="redacted_entry_says_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}".strip()

    @property
    def trail_label(self) -> str:
        """What the trail calls the entry itself: never what it says."""
        return f"Entry {self.pk}"


class Link(models.Model):
    """One link of the chain, made behind the entry: its digest covers the entry and the link before (SHA-256, hex).

    The order is that of linking, never of the entries' keys: what commits late gets the next number.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    at = models.DateTimeField()
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Link {self.number}"


class Head(models.Model):
    """The one row that whoever links holds: the newest link. Every entry up to ``low`` was looked at for good."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    low = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="chain_has_one_head")]

    def __str__(self) -> str:
        return f"Head at {self.number}"


class Seal(models.Model):
    """The chain's newest link when a day was sealed. Seals without a number are older than the chain."""

    day = models.DateField(primary_key=True)
    number = models.BigIntegerField(null=True)
    last_entry_id = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    previous = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.entries} entries"


class Verification(models.Model):
    """What one night's walk along the whole chain found; ``findings`` are sentences, the first hundred."""

    at = models.DateTimeField(auto_now_add=True)
    links = models.BigIntegerField()
    broken = models.PositiveIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.links} links, " + (f"{self.broken} broken" if self.broken else "whole")


class Redaction(models.Model):
    """One person's wish to empty an entry, and another's word on it."""

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a second person"
        DONE = "done", "Redacted"
        REFUSED = "refused", "Refused"

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="redactions")
    reason = models.CharField(max_length=200, help_text="Why, without the value itself: this is kept.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="None: whom it speaks of."
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="redaction_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(decided_by=F("asked_by")), name="redaction_needs_two_persons"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["asked", "done"]), name="redaction_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Entry {self.entry_id}: {self.get_state_display()}"
