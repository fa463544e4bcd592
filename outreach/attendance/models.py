"""The door of an event and what it leaves: arrivals, tallies, certificates."""

import uuid

from django.db import models
from django.db.models import Q


class DoorLink(models.Model):
    """A link for the adult at the door. Only its digest is stored; it opens one event's door until a day after."""

    NOT_IN_TRAIL = frozenset({"token_sha256"})

    seminar = models.ForeignKey("outreach.Seminar", models.PROTECT, related_name="door_links")
    label = models.CharField(max_length=40, help_text="Which door, or who: Main door.")
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(help_text="UTC.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label


class CheckIn(models.Model):
    """What a door recorded; never changed but in its ``standing``. Its ``uid`` is made by the device: a replay is known."""

    NOT_IN_TRAIL = frozenset({"uid", "device"})

    class Kind(models.TextChoices):
        ARRIVED = "arrived", "Arrived"
        COUNTED = "counted", "Counted"
        UNDONE = "undone", "Undone"

    class Standing(models.TextChoices):
        COUNTS = "counts", "Counts"
        CONFLICT = "conflict", "Conflict"
        TAKEN_BACK = "taken_back", "Taken back"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    seminar = models.ForeignKey("outreach.Seminar", models.PROTECT, related_name="check_ins")
    registration = models.ForeignKey(
        "outreach.Registration",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="check_ins",
        help_text="None: a headcount of a class that has no booking.",
    )
    door = models.ForeignKey(DoorLink, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey("portal.User", models.PROTECT, null=True, blank=True, related_name="+")
    device = models.UUIDField(help_text="Made by the browser at the door; tells two phones apart.")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    people = models.PositiveSmallIntegerField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    scanned_at = models.DateTimeField(help_text="UTC, by the device's clock, set right by the server's.")
    received_at = models.DateTimeField(auto_now_add=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.COUNTS)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(kind__in=["arrived", "counted"], standing="counts"),
                name="one_arrival_a_booking",
            ),
            models.CheckConstraint(condition=Q(people__lte=2000), name="check_in_of_a_crowd"),
            models.CheckConstraint(
                condition=Q(kind="undone", undoes__isnull=False) | (~Q(kind="undone") & Q(undoes=None)),
                name="undone_undoes_something",
            ),
        ]
        indexes = [models.Index(fields=["seminar", "id"], name="check_ins_of_an_event")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.people}"


class FeedbackTally(models.Model):
    """How often an answer was given. There is no row of who gave it."""

    seminar = models.ForeignKey("outreach.Seminar", models.CASCADE, related_name="tallies")
    question = models.CharField(max_length=30)
    answer = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["question", "answer"]
        constraints = [models.UniqueConstraint(fields=["seminar", "question", "answer"], name="one_tally_an_answer")]

    def __str__(self) -> str:
        return f"{self.question} {self.answer}: {self.count}"


class Certificate(models.Model):
    """That an adult attended. The name stands on the paper alone; here is what tells whether a paper is true."""

    NOT_IN_TRAIL = frozenset({"code", "salt", "digest"})

    code = models.CharField(max_length=16, unique=True, editable=False)
    seminar = models.ForeignKey("outreach.Seminar", models.PROTECT, related_name="certificates")
    registration = models.OneToOneField(
        "outreach.Registration", models.SET_NULL, null=True, blank=True, related_name="certificate"
    )
    minutes = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    salt = models.BinaryField(editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text="Keyed, of salt, name and code.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Certificate {self.pk}"
