"""Accounts of staff and partners, and the roles they hold."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from portal.people import roles
from portal.people.roles import Role


class User(AbstractUser):
    """An account. What it may do follows from its roles alone (``roles.py``); superusers may do all."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

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
        return self.get_role_display()
