"""Accounts of staff and partners, the roles they hold, where they are signed in, and who was asked to have one."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from portal.people import roles
from portal.people.roles import Role


class User(AbstractUser):
    """An account. What it may do follows from its roles alone (``roles.py``); superusers may do all."""

    NOT_IN_TRAIL = frozenset({"email", "language"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        max_length=10,
        default="en",
        editable=False,
        help_text="Mails to the account speak it: that of the page on which its holder last signed in or asked.",
    )

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def speak(self, language: str) -> None:
        """Notes the language in which its holder reads."""
        if self.language != language:
            self.language = language
            self.save(update_fields=["language"])

    def follow_roles(self) -> None:
        """Opens the admin to the account if one of its roles works there, and closes it otherwise."""
        held = {Role(role) for role in self.role_grants.values_list("role", flat=True)}
        self.is_staff = self.is_superuser or bool(held & roles.DESK)
        self.save(update_fields=["is_staff"])


class RoleGrant(models.Model):
    """One role of one account."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_granted_once")]

    def __str__(self) -> str:
        return str(Role(self.role).label)


class LiveSession(models.Model):
    """Where an account is signed in. The row is the session's licence: once it is gone, so is the session.

    ``uid`` lies in the session, which holds no address and no name of a browser; nobody gets from it to the session.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="live_sessions")
    device = models.CharField(max_length=40, help_text="The family alone: “Firefox on Windows”.")
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="Noted every five minutes at most.")

    class Meta:
        ordering = ["-last_seen_at", "-id"]
        indexes = [models.Index(fields=["user", "started_at"], name="sessions_of_user")]

    def __str__(self) -> str:
        return f"Session {self.pk}"


class InvitationQuerySet(models.QuerySet["AccountInvitation"]):
    """Invitations by how they stand."""

    def open(self, now: dt.datetime) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)


class AccountInvitation(models.Model):
    """Somebody was asked, by mail, to have an account with these roles. Only the link's digest is stored."""

    NOT_IN_TRAIL = frozenset({"email", "token_sha256"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    roles = models.JSONField(default=list)
    purpose = models.CharField(
        max_length=40, blank=True, help_text="Who says what else happens (invitations.PURPOSES)."
    )
    payload = models.JSONField(default=dict, blank=True, help_text="What the purpose needs: keys, nothing of persons.")
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    account = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "invitation"
        constraints = [
            models.CheckConstraint(condition=Q(used_at=None) | Q(withdrawn_at=None), name="invitation_ended_one_way"),
            models.CheckConstraint(
                condition=Q(account=None) | Q(used_at__isnull=False), name="invitation_used_by_account"
            ),
            models.CheckConstraint(
                condition=Q(account=None) | ~Q(account=F("invited_by")), name="nobody_invites_oneself"
            ),
            models.UniqueConstraint(
                Lower("email"), condition=Q(used_at=None, withdrawn_at=None), name="one_open_invitation_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def wanted(self) -> list[Role]:
        """The roles, in the order of the table."""
        return [role for role in Role if role in self.roles]
