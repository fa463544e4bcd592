"""Seats that adults take at public seminars."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Registration(models.Model):
    """One booking: an adult and the seats taken with it. Its ``uid`` is the private link."""

    NOT_IN_TRAIL = frozenset({"uid", "nonce", "name", "email", "needs"})

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        CANCELLED = "cancelled", "Cancelled"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seminar = models.ForeignKey("outreach.Seminar", models.PROTECT, related_name="registrations")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    seats = models.PositiveSmallIntegerField(default=1)
    needs = models.CharField(max_length=300, blank=True, help_text="Access needs.")
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=9, choices=State.choices, default=State.BOOKED)
    nonce = models.UUIDField(help_text="Of the form that was sent: a second send is the same booking.")
    created_at = models.DateTimeField(auto_now_add=True)
    told_again_at = models.DateTimeField(
        null=True, editable=False, help_text="When a second wish of the same address was last answered."
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "nonce"], name="one_booking_per_form"),
            models.UniqueConstraint(
                "seminar", Lower("email"), condition=Q(state="booked"), name="one_live_booking_per_address"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="booking_has_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.seats}"

    @property
    def trail_label(self) -> str:
        """Where the seats are, without whose they are."""
        return self.seminar.title
