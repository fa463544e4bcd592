"""Seats that adults take at public seminars, and what they are told of them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from outreach.registration.tickets import new_ticket
from outreach.seminars.models import Grades


class Registration(models.Model):
    """One booking, or a place in the line for one: an adult, and the seats that they take.

    Its ``uid`` is the private link, which changes and cancels; its ``ticket`` is what a door reads, and gives no power.
    """

    NOT_IN_TRAIL = frozenset({"uid", "nonce", "name", "email", "needs", "group_name", "ticket", "fingerprint"})

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        WAITING = "waiting", _("Waiting")
        OFFERED = "offered", _("Offered seats")
        LAPSED = "lapsed", _("Let lapse")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        ADULT = "adult", _("Adults")
        CLASS = "class", _("A class or another group, with its adults")

    class Ended(models.TextChoices):
        """Why a booking holds no longer."""

        NONE = "", "–"
        GUEST = "guest", "By the guest"
        STAFF = "staff", "By staff"
        CALLED_OFF = "called_off", "The event was called off"
        NOT_TAKEN = "not_taken", "The offer was not taken in time"
        BEGAN = "began", "It began before a seat became free"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seminar = models.ForeignKey("outreach.Seminar", models.PROTECT, related_name="registrations")
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.ADULT)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    group_name = models.CharField(max_length=120, blank=True, help_text="Of the class; never a person's.")
    grades = models.CharField(max_length=9, choices=Grades.choices, blank=True)
    seats = models.PositiveSmallIntegerField(default=1, help_text="Everyone who comes, adults included.")
    adults = models.PositiveSmallIntegerField(default=1)
    needs = models.CharField(max_length=300, blank=True, help_text="Access needs.")
    language = models.CharField(max_length=10, default="en")
    reminders = models.BooleanField(default=False, help_text="Asked to be reminded.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.BOOKED)
    ended = models.CharField(max_length=10, choices=Ended.choices, default=Ended.NONE, blank=True)
    ticket = models.CharField(max_length=13, unique=True, default=new_ticket, editable=False)
    nonce = models.UUIDField(
        null=True, blank=True, help_text="Of the form that was sent: a second send is the same booking."
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Keyed digest of the wish: the same wish again is a retry."
    )
    line = models.PositiveIntegerField(null=True, blank=True, editable=False, help_text="Place in line, given once.")
    offers = models.PositiveSmallIntegerField(default=0, editable=False)
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    offer_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    sequence = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="iCalendar SEQUENCE of this entry, as last sent."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    booked_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    told_again_at = models.DateTimeField(
        null=True, editable=False, help_text="When a second wish of the same address was last answered."
    )
    has_answered = models.BooleanField(
        default=False, editable=False, help_text="Gave feedback; what, nothing here tells."
    )
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "nonce"], name="one_booking_per_form"),
            models.UniqueConstraint(
                "seminar",
                Lower("email"),
                condition=Q(state__in=["booked", "offered", "waiting"], forgotten_at=None),
                name="one_live_booking_per_address",
            ),
            models.UniqueConstraint(fields=["seminar", "line"], name="one_place_in_line"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=200), name="booking_has_a_seat"),
            models.CheckConstraint(condition=Q(adults__gte=1, adults__lte=F("seats")), name="booking_has_an_adult"),
            models.CheckConstraint(
                condition=Q(state="offered", offer_ends_at__isnull=False)
                | (~Q(state="offered") & Q(offer_ends_at=None)),
                name="offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "offered"]) | Q(line__isnull=False), name="line_has_places"
            ),
            models.CheckConstraint(
                condition=Q(kind="adult", group_name="") | Q(kind="class"), name="adults_have_no_group_name"
            ),
        ]
        indexes = [
            models.Index(fields=["offer_ends_at"], condition=Q(state="offered"), name="offers_that_run"),
            models.Index(fields=["seminar", "line"], condition=Q(state="waiting"), name="the_line"),
            models.Index(Lower("email"), name="bookings_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.seats}"

    @property
    def trail_label(self) -> str:
        """Where the seats are, without whose they are."""
        return self.seminar.title

    @property
    def holds_seats(self) -> bool:
        """Whether its seats are counted as taken: an offer keeps them until it ends."""
        return self.state in {self.State.BOOKED, self.State.OFFERED}


class BookingNotice(models.Model):
    """Something that somebody who booked is to be told, once. A task makes the mail of it."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="notices")
    template = models.CharField(max_length=60)
    key = models.CharField(max_length=60, help_text="What is told: a sequence of the event, an offer, a reminder.")
    due_at = models.DateTimeField(help_text="UTC: not before.")
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "template", "key"], name="guest_told_once"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(queued_at=None), name="guests_to_tell")]

    def __str__(self) -> str:
        return f"{self.template} of booking {self.registration_id}"
