"""What is to be told of seminars, and what papers said when they were offered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from outreach.seminars.presenter_models import Presenter


class SeminarNotice(models.Model):
    """Something that somebody is to be told of a seminar, once. A task makes the mail of it."""

    class To(models.TextChoices):
        SCHOOL = "school", "School"
        PRESENTER = "presenter", "Presenter"

    seminar = models.ForeignKey("outreach.Seminar", models.CASCADE, related_name="notices")
    to = models.CharField(max_length=9, choices=To.choices)
    presenter = models.ForeignKey(Presenter, models.CASCADE, null=True, blank=True, related_name="+")
    template = models.CharField(max_length=60)
    sequence = models.PositiveSmallIntegerField(help_text="Of the seminar, when there was something to tell.")
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to="school", presenter=None) | Q(to="presenter", presenter__isnull=False),
                name="notice_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["seminar", "template", "sequence"], condition=Q(to="school"), name="school_told_once"
            ),
            models.UniqueConstraint(
                fields=["seminar", "presenter", "template", "sequence"],
                condition=Q(to="presenter"),
                name="presenter_told_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} of seminar {self.seminar_id}"


class SchoolPack(models.Model):
    """What the papers said that a school was offered last: digests, never the papers, which name people."""

    seminar = models.ForeignKey("outreach.Seminar", models.CASCADE, related_name="packs")
    digests = models.JSONField(help_text="SHA-256 by paper.")
    offered_at = models.DateTimeField(default=timezone.now)

    NOT_IN_TRAIL = frozenset({"digests"})

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Pack {self.pk} of seminar {self.seminar_id}"
