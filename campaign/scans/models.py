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

    def __str__(self) -> str:
        return f"{self.link}, {self.day}: {self.count}"


class Segment(models.Model):
    """A journal file that was folded: written with its counts in one transaction, so it counts once."""

    uid = models.UUIDField(primary_key=True)
    folded_on = models.DateField()

    def __str__(self) -> str:
        return str(self.uid)
