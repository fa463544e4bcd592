"""Is it up? What people saw at the placements."""

from django.conf import settings
from django.db import models


class Confirmation(models.Model):
    """Somebody saw the poster hanging. The day is enough: nobody's hours are recorded."""

    placement = models.ForeignKey("campaign.Placement", models.PROTECT, related_name="confirmations")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey(
        "campaign.StationLink",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The station said so by its link.",
    )

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.placement}, {self.on}"
