"""How often somebody tried in vain."""

from typing import ClassVar

from django.db import models


class Tries(models.Model):
    """Tries that failed within one window, of one name that nobody can read from the row (``lockout.key_of``)."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    objects: "ClassVar[models.Manager[Tries]]"

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.count} tries"
