"""Whom a station is written to, and the links by which it sees its packet."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone


class StationContact(models.Model):
    """A mailbox at a station: that of a role, never of a person by name."""

    NOT_IN_TRAIL = frozenset({"email"})

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"

    station = models.ForeignKey("campaign.Station", models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=80, help_text="The office, not a person: “Station services, Jackson”.")
    email = models.EmailField(
        "e-mail", blank=True, help_text="A role’s address. Empty once it was forgotten: no link is sent then."
    )
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["station", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                "station",
                Lower("email"),
                condition=Q(retired_at=None) & ~Q(email=""),
                name="mailbox_once_a_station",
                violation_error_message="This station has a contact with that address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.station}"


class StationLinkQuerySet(models.QuerySet["StationLink"]):
    """Links."""

    def open(self, now: dt.datetime) -> "StationLinkQuerySet":
        """Those that still lead somewhere."""
        return self.filter(withdrawn_at=None, expires_at__gt=now)


class StationLink(models.Model):
    """An address by which a station sees its packet of one January. Whether it was opened is nobody's business."""

    NOT_IN_TRAIL = frozenset({"token_sha256"})

    contact = models.ForeignKey(StationContact, models.PROTECT, related_name="links")
    station = models.ForeignKey("campaign.Station", models.PROTECT, related_name="+")
    season = models.ForeignKey("portal.Season", models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StationLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "season"],
                condition=Q(withdrawn_at=None),
                name="one_standing_link_of_a_contact_a_season",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="station_link_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"Link {self.pk} of {self.station}, {self.season}"

    @property
    def standing(self) -> str:
        """In words, as of now."""
        if self.withdrawn_at:
            return "Withdrawn"
        return "Expired" if self.expires_at <= timezone.now() else "Open"
