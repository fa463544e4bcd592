"""Partner agencies: departments, bureaus and programmes as a tree, and whom to ask there."""

import uuid

from django.db import models
from django.db.models import Q


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies."""

    def active(self) -> "AgencyQuerySet":
        """Not retired."""
        return self.filter(retired_at=None)


class Agency(models.Model):
    """An office, bureau, programme or organisation that works with the campaign."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        BUREAU = "bureau", "Bureau or office"
        PROGRAMME = "programme", "Programme"
        TASK_FORCE = "task_force", "Task force"
        RAILROAD = "railroad", "Railroad or transit"
        NGO = "ngo", "Non-profit"
        STATE_OFFICE = "state_office", "State office"

    class Level(models.TextChoices):
        FEDERAL = "federal", "Federal"
        STATE = "state", "State"
        LOCAL = "local", "Local"
        PRIVATE = "private", "Private"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=160)
    acronym = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    jurisdictions = models.ManyToManyField("portal.Area", blank=True, related_name="+")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(fields=["name", "parent"], name="agency_name_once_under_a_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="agency_name_once_at_the_top"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


class Contact(models.Model):
    """A person or a role address at an agency. Persons are confidential unless said otherwise."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=120, help_text="What to ask this address for.")
    name = models.CharField(max_length=120, blank=True, help_text="Empty for a role address.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_confidential = models.BooleanField(default=True)

    class Meta:
        ordering = ["agency", "role"]

    def __str__(self) -> str:
        return self.name or self.role
