"""The first account of a new copy."""

import secrets

from django.db import transaction

from portal.audit import trail
from portal.people.models import User

NAME = "admin"
# Easy to read and to type: no letter that looks like another. Four groups of five are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5


def first_admin() -> str | None:
    """Makes the superuser ``admin`` where there is no superuser yet, and returns its new password.

    Only the password's hash is stored: show it now or never. None where a superuser exists.
    An account of that name that is no superuser is left alone, and the name gets a number.
    """
    with transaction.atomic():
        if User.objects.filter(is_superuser=True).exists():
            return None
        password = new_password()
        made = User.objects.create_superuser(username=free_name(), password=password)
        trail.record(actor=None, verb="added", target=made, after=trail.snapshot(made))
    return password


def new_password() -> str:
    """A random password such as ``k7m2p-x9rtw-…``."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def free_name() -> str:
    """``admin``, or ``admin2`` and so on."""
    name, number = NAME, 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{NAME}{number}"
    return name


def admin_name() -> str:
    """The name of the longest-standing superuser."""
    return User.objects.filter(is_superuser=True).order_by("pk").values_list("username", flat=True)[0]
