"""Imports that were taken, with what each row was before: so that one can be looked at, and undone."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class TakenImport(models.Model):
    """A sheet that was taken. Only for rows without personal data, since it keeps them.

    A small sheet keeps its ``rows``; a register's file of many rows keeps ``pages`` and is read, taken and undone by jobs.

    ``rows`` are ``[{"pk": 5, "name": "…", "before": {…}, "after": {…}}]``: the fields that the import changed, and of
    a row that it made all fields, with ``before`` null.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Read: look, then take it"
        TAKING = "taking", "Being taken"
        TAKEN = "taken", "Taken"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        REFUSED = "refused", "Refused"
        DROPPED = "dropped", "Dropped"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.TAKEN)
    kind = models.CharField(max_length=60, blank=True, help_text="The file's layout.")
    model = models.CharField(max_length=100, help_text="As app.model.")
    file_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    draft = models.CharField(max_length=100, blank=True, help_text="The uploaded file, until it was read.")
    counts = models.JSONField(default=dict, help_text="new, changed, closed, reopened, unchanged, refused.")
    failure = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey("portal.Job", models.SET_NULL, null=True, related_name="+")
    header = models.TextField(
        blank=True, help_text="The file's first line as it was, for the file of errors (Latin-1)."
    )
    edition = models.PositiveSmallIntegerField(null=True, help_text="Year in which the file's school year begins.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    NOT_IN_TRAIL = frozenset({"rows", "header"})

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model"], condition=Q(state__in=["taking", "undoing"]), name="one_bulk_import_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None) | Q(undone_at__isnull=False), name="import_undone_by_somebody_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.taken_at:%Y-%m-%d}"

    @property
    def standing(self) -> State:
        """The state, and where its job ended without a word (cancelled, or its worker died for good) what it falls back to."""
        state = self.State(self.state)
        return state if self.job and not self.job.is_over else _AFTER_A_LOST_JOB.get(state, state)


_AFTER_A_LOST_JOB = {
    TakenImport.State.READING: TakenImport.State.REFUSED,
    TakenImport.State.TAKING: TakenImport.State.READ,
    TakenImport.State.UNDOING: TakenImport.State.TAKEN,
}


class ImportPage(models.Model):
    """Some hundred rows of an import that is too large for one field: its preview, what is applied, what undo needs.

    ``content`` is JSON, compressed: ``{"rows": [[line, kind, key, before or null, after, note], …],
    "problems": [[row, column, value, message], …]}`` and more (``pages.Page``). Rows that change nothing are only counted.
    """

    NOT_IN_TRAIL = frozenset({"content"})

    taken = models.ForeignKey(TakenImport, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    new = models.PositiveSmallIntegerField(default=0)
    changed = models.PositiveSmallIntegerField(default=0)
    closed = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["taken", "number"]
        constraints = [models.UniqueConstraint(fields=["taken", "number"], name="import_page_once")]

    def __str__(self) -> str:
        return f"Page {self.number} of {self.taken_id}"
