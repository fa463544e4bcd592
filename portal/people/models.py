"""Accounts of staff and partners, and the roles they hold."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from portal.people.roles import Role


class User(AbstractUser):
    """An account. What it may do follows from its roles alone (``roles.py``); superusers may do all."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class RoleGrant(models.Model):
    """One role of one account."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_granted_once")]

    def __str__(self) -> str:
        return self.get_role_display()
