"""Permissions follow from roles."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from portal.people import roles
from portal.people.models import User


class RoleBackend(AuthenticationBackend):
    """Passwords as allauth checks them; permissions from ``roles.py`` alone, never from rows.

    The only backend: a second one would answer permissions a second time.
    """

    def get_all_permissions(self, user_obj: User, obj: Model | None = None) -> set[str]:
        """The permissions of all of the account's roles; read once per request."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        cached: set[str] | None = getattr(user_obj, "_role_permissions", None)
        if cached is None:
            held = user_obj.role_grants.values_list("role", flat=True)
            cached = set().union(*(roles.permissions(roles.Role(role)) for role in held))
            user_obj._role_permissions = cached  # type: ignore[attr-defined]
        return cached

    def has_perm(self, user_obj: User, perm: str, obj: Model | None = None) -> bool:
        """Whether one of the account's roles grants ``perm``."""
        return user_obj.is_active and perm in self.get_all_permissions(user_obj, obj)
