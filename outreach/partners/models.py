"""Who belongs to an agency, what a partner asks to change, and what a partner says of an agreement."""

import uuid
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outreach.agencies.models import Agency


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships."""

    def open(self) -> "MembershipQuerySet":
        """Not ended, of agencies in use and accounts that are active: those that let somebody in."""
        return self.filter(ended_at=None, agency__retired_at=None, user__is_active=True)


class Membership(models.Model):
    """An account that works for an agency in the partners' own pages. Ended, never deleted."""

    class May(models.TextChoices):
        EDIT = "edit", _("Looks and edits")
        LOOK = "look", _("Looks only")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="memberships")
    may = models.CharField(max_length=4, choices=May.choices, default=May.EDIT)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "user", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(ended_at=None),
                name="membership_once_while_open",
                violation_error_message="This account belongs to the agency already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="membership_ended_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.agency}"

    @property
    def trail_label(self) -> str:
        """Which membership, by the account's name of sign-in alone."""
        return f"{self.user.username}, {self.agency}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Changes that partners ask for."""

    def waiting(self) -> "ProposalQuerySet":
        """Those that staff have not looked at yet."""
        return self.filter(state=Proposal.State.WAITING)


TEXTS: Final = ("description", "website")
"""What a partner may ask to change of its agency's record."""
ROLE_ADDRESS: Final = ("role", "email", "phone")
"""What a public contact says: an office, never a person."""


class Proposal(models.Model):
    """A change that a partner asks for in what is public under the campaign's name: it counts once staff release it."""

    NOT_IN_TRAIL = frozenset({"fields", "before", "reason"})

    class What(models.TextChoices):
        TEXTS = "texts", _("Description and website")
        CONTACT = "contact", _("Public contact")
        REMOVAL = "removal", _("Removal of a public contact")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the campaign’s staff")
        RELEASED = "released", _("Released")
        REFUSED = "refused", _("Not released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("outreach.Agency", models.PROTECT, related_name="proposals")
    what = models.CharField(max_length=8, choices=What.choices)
    contact = models.ForeignKey("outreach.Contact", models.SET_NULL, null=True, related_name="+")
    fields = models.JSONField(default=dict, help_text="As they are to be; empty for a removal.")
    before = models.JSONField(default=dict, help_text="As they were when somebody asked; empty for a new contact.")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not released; the partner reads it.")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(what="texts", state="waiting"), name="one_waiting_proposal_of_texts"
            ),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(state="waiting"), name="one_waiting_proposal_a_contact"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (Q(decided_at__isnull=False) & ~Q(state="waiting")),
                name="proposal_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="proposal_decided_by_another_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.agency}"

    @property
    def is_waiting(self) -> bool:
        """Whether staff have still to look at it."""
        return self.state == self.State.WAITING

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Field, before, after: of those that change."""
        names = TEXTS if self.what == self.What.TEXTS else ROLE_ADDRESS
        both = ((name, str(self.before.get(name, "")), str(self.fields.get(name, ""))) for name in names)
        return [(name, old, new) for name, old, new in both if old != new]

    def stands_now(self) -> dict[str, Any] | None:
        """The same fields as the record has them now; ``None`` where there is no such contact any more."""
        if self.what == self.What.TEXTS:
            agency: Agency = self.agency
            return {name: getattr(agency, name) for name in TEXTS}
        if self.contact is None:
            return None if self.before else {}
        contact = self.contact
        return {name: getattr(contact, name) for name in ROLE_ADDRESS}


class AgreementAnswer(models.Model):
    """What a partner says of an agreement on record: it is what was signed, or something is wrong. The newest counts."""

    NOT_IN_TRAIL = frozenset({"note"})

    class Says(models.TextChoices):
        RIGHT = "right", _("It is the one that we signed")
        WRONG = "wrong", _("Something is wrong")

    agreement = models.ForeignKey("outreach.Agreement", models.CASCADE, related_name="answers")
    says = models.CharField(max_length=5, choices=Says.choices)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "partner’s answer"
        constraints = [
            models.CheckConstraint(condition=~Q(says="wrong") | ~Q(note=""), name="wrong_agreement_says_what"),
        ]

    def __str__(self) -> str:
        return str(self.get_says_display())
