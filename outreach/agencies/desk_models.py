"""What the outreach office keeps about partners: seasons they take part in, notes, tasks, merges."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Participation(models.Model):
    """An agency in one January. Whoever took part once is asked anew: a yes is never carried over."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        AGREED = "agreed", "Takes part"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrew"

    agency = models.ForeignKey("outreach.Agency", models.CASCADE, related_name="participations")
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.INVITED)
    parts = models.JSONField(default=list, blank=True, help_text="Values of Part, for this January.")
    note = models.CharField(max_length=200, blank=True, help_text="No names.")

    class Meta:
        ordering = ["-season", "agency"]
        verbose_name = "season"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "season"],
                name="participation_once_a_season",
                violation_error_message="That January is recorded for this agency already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}, {self.season}: {self.get_state_display()}"


class Note(models.Model):
    """What somebody at the desk wants to remember of an agency. Never leaves the desk."""

    NOT_IN_TRAIL = frozenset({"body"})

    agency = models.ForeignKey("outreach.Agency", models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    body = models.TextField(max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Note of {self.created_at:%Y-%m-%d}" if self.created_at else "New note"


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def open(self) -> "TaskQuerySet":
        """Not done yet."""
        return self.filter(done_at=None)


class Task(models.Model):
    """Something to do with an agency."""

    NOT_IN_TRAIL = frozenset({"what"})

    agency = models.ForeignKey("outreach.Agency", models.CASCADE, related_name="tasks")
    what = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="for"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = [F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="task_open_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_somebody_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def trail_label(self) -> str:
        """Which task, without what it says."""
        return f"Task {self.pk}, {self.agency}"


class MergeRecord(models.Model):
    """A merge that was done: what moved from where, so that it can be undone."""

    winner = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="+")
    loser = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    moved = models.JSONField(help_text="By relation: [[key, former name or null], …].")
    before = models.JSONField(help_text="Fields of the winner that the merge changed, as they were.")
    after = models.JSONField(help_text="The same fields as the merge left them.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="merge_of_two"),
            models.UniqueConstraint(fields=["loser"], condition=Q(undone_at=None), name="agency_merged_away_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loser} into {self.winner}"


class Distinct(models.Model):
    """Two agencies that look alike and are not the same: somebody said so."""

    first = models.ForeignKey("outreach.Agency", models.CASCADE, related_name="+")
    second = models.ForeignKey("outreach.Agency", models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_in_order"),
            models.UniqueConstraint(fields=["first", "second"], name="distinct_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
