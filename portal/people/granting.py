"""Gives and takes roles: the only way to, so that the trail and the door of the admin follow every grant.

    grant(user=…, role=Role.DESIGNER, by=staff)
    revoke(user=…, role=Role.DESIGNER, by=staff)      # the account's sessions end

Who may give which role stands in ``roles.INVITES``; nobody gives one to themselves, superusers included.
"""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.audit import trail
from portal.people import roles, sessions
from portal.people.models import RoleGrant, User
from portal.people.roles import Role


class NotPossible(Exception):
    """A role can't be given; the text says why."""


def may_give(by: User) -> frozenset[Role]:
    """The roles that an account may give to others, as of now."""
    if not by.is_active:
        return frozenset()
    if by.is_superuser:
        return frozenset(Role)
    return roles.may_give(held(by))


def held(user: User) -> frozenset[Role]:
    """The roles of an account."""
    return frozenset(Role(role) for role in user.role_grants.values_list("role", flat=True))


def grant(*, user: User, role: Role, by: User | None) -> RoleGrant:
    """Gives an account a role, once; ``by`` is ``None`` for a command.

    Raises ``NotPossible``: to oneself, without the right to give it, or beside a role that it stands apart from.
    """
    with transaction.atomic():
        # The account is the lock: of two roles that stand apart, given at once, the second finds the first.
        locked = User.objects.select_for_update().get(pk=user.pk)
        given = RoleGrant.objects.filter(user=locked, role=role).first()
        if given is not None:
            return given
        if by is not None and by.pk == locked.pk:
            raise NotPossible(_("Nobody gives a role to themselves: ask another superuser."))
        if by is not None and role not in may_give(by):
            raise NotPossible(_("%(role)s: only a superuser gives this role.") % {"role": role.label})
        if why := roles.clash({*held(locked), role}, is_superuser=locked.is_superuser):
            raise NotPossible(why)
        given = RoleGrant.objects.create(user=locked, role=role)
        _follow(locked, given, verb="granted", by=by)
        user.is_staff = locked.is_staff
    return given


def revoke(*, user: User, role: Role, by: User | None) -> bool:
    """Takes a role from an account and ends its sessions; False where it had none."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        held = RoleGrant.objects.filter(user=locked, role=role).first()
        if held is None:
            return False
        # The row's key is told, so it is told first.
        key = held.pk
        held.delete()
        held.pk = key
        _follow(locked, held, verb="revoked", by=by)
        sessions.end_all(user=locked, by=by, why="a role was taken")
        user.is_staff = locked.is_staff
    return True


def _follow(user: User, grant: RoleGrant, *, verb: str, by: User | None) -> None:
    was_staff = user.is_staff
    user.follow_roles()
    fields = {"user": user.pk, "role": grant.role}
    before, after = ({}, fields) if verb == "granted" else (fields, {})
    before, after = {**before, "opens the admin": was_staff}, {**after, "opens the admin": user.is_staff}
    with translation.override("en"):  # the trail speaks one language, whichever page led here
        label = f"{grant}: {user.username}"
    trail.record(actor=by, verb=verb, target=grant, before=before, after=after, label=label)
