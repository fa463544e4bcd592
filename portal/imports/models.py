"""Imports that were taken, with what each row was before: so that one can be looked at, and undone."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class TakenImport(models.Model):
    """A sheet that was taken. Only for rows without personal data, since it keeps them.

    ``rows`` are ``[{"pk": 5, "name": "…", "before": {…}, "after": {…}}]``: the fields that the import changed, and of
    a row that it made all fields, with ``before`` null.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.CharField(max_length=100, help_text="As app.model.")
    file_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    NOT_IN_TRAIL = frozenset({"rows"})

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_by=None) | Q(undone_at__isnull=False), name="import_undone_by_somebody_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.taken_at:%Y-%m-%d}"
