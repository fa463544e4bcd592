"""Counts of scans: (link, day, number), and nothing else exists."""

from django.db import models


class DailyCount(models.Model):
    """How often one link was opened on one day of America/New_York."""

    link = models.ForeignKey("campaign.Link", models.PROTECT, related_name="daily_counts")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="one_count_per_link_and_day")]
        indexes = [models.Index(fields=["day"], name="counts_of_a_day")]

    def __str__(self) -> str:
        return f"{self.link}, {self.day}: {self.count}"


class Segment(models.Model):
    """A journal file that was folded: written with its counts in one transaction, so it counts once."""

    uid = models.UUIDField(primary_key=True)
    folded_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.uid)


class PublishedWeek(models.Model):
    """The counts of a finished week as everybody but analysts sees them, small ones left out, for good.

    A count that comes late changes no published week: two looks at one week never differ.
    """

    monday = models.DateField(primary_key=True)
    published_on = models.DateField()
    tables = models.JSONField(help_text="By table: rows, columns, and the cells that are shown.")

    class Meta:
        ordering = ["-monday"]

    def __str__(self) -> str:
        return f"Week of {self.monday}"
