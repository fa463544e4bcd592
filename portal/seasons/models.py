"""One January of the campaign: its dates, its theme, where it puts its weight."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

FIRST_YEAR, LAST_YEAR = 2010, 2100  # the month was first proclaimed for January 2010


class SeasonQuerySet(models.QuerySet["Season"]):
    """Seasons."""

    def current(self) -> "Season":
        """The season that staff work on. Raises ``Season.DoesNotExist`` if none is marked."""
        return self.get(is_current=True)


class Season(models.Model):
    """A campaign year; ``year`` is that of its January."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    theme = models.CharField(max_length=200, blank=True)
    goals = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    approve_by = models.DateField(help_text="Designs and texts are approved.")
    print_by = models.DateField(help_text="Files are at the print shop.")
    ship_by = models.DateField(help_text="Envelopes leave for the stations.")
    hang_by = models.DateField(help_text="Posters hang.")
    is_current = models.BooleanField(default=False)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="one_current_season"),
            models.CheckConstraint(
                condition=Q(approve_by__lte=F("print_by"), print_by__lte=F("ship_by"), ship_by__lte=F("hang_by")),
                name="season_deadlines_in_order",
                violation_error_message="The deadlines must follow each other: approve, print, ship, hang.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="season_starts_before_it_ends",
                violation_error_message="The season must start before it ends.",
            ),
        ]

    def __str__(self) -> str:
        return f"January {self.year}"

    def clean(self) -> None:
        """Refuses a mistyped year: a January that was begun stays, and the next one is counted from it."""
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValidationError({"year": f"Write the year of the January, {FIRST_YEAR} to {LAST_YEAR}."})


class FocusArea(models.Model):
    """A place that a season puts first: named by a federal or a state partner."""

    class Level(models.TextChoices):
        FEDERAL = "federal", "Federal"
        STATE = "state", "State"

    season = models.ForeignKey(Season, models.PROTECT, related_name="focus_areas")
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=Level.choices)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["season", "name", "level"], name="focus_area_once_a_season"),
        ]

    def __str__(self) -> str:
        return self.name
