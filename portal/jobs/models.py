"""Long work as rows: the database knows what is to be done, the broker only wakes workers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs."""

    def unfinished(self) -> "JobQuerySet":
        """Waiting, running or paused."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING, Job.State.PAUSED])

    def abandoned(self) -> "JobQuerySet":
        """Running, but their lease ran out: the worker is gone."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())


class Job(models.Model):
    """One piece of long work. ``kind`` names the runner, ``params`` are its keyword arguments."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="celery", help_text="Whose workers are woken for it.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    wanted = models.CharField(
        max_length=10, choices=State.choices, blank=True, help_text="What a person asked for while it runs."
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=20, default="steps")
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease__isnull=False, lease_until__isnull=False),
                name="running_job_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}
