"""Areas as rows, for foreign keys and filters; seeded from ``register.py``."""

from django.db import models

from portal.areas.register import AreaKind

KIND_CHOICES = [(kind.value, kind.value.capitalize()) for kind in AreaKind]


class Area(models.Model):
    """The nation, a state, the district, a territory, or a county of one."""

    code = models.CharField(max_length=12, primary_key=True, help_text="USPS code, or FIPS number of a county.")
    number = models.PositiveSmallIntegerField(
        null=True, blank=True, unique=True, help_text="FIPS state code; 0 is the nation."
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=KIND_CHOICES)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    neighbours = models.ManyToManyField("self", blank=True)
    time_zones = models.JSONField(default=list, help_text="IANA names, the one of most people first.")
    land_border = models.BooleanField(default=False, help_text="Borders Canada or Mexico by land.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
