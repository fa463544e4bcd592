"""The first account of a new copy."""

import secrets

from django.db import transaction

from portal.people.models import User

NAME = "admin"
PASSWORD_BYTES = 15


def first_admin() -> str | None:
    """Makes the superuser ``admin`` where there is no superuser yet, and returns its new password.

    Only the password's hash is stored: show it now or never. None where a superuser exists.
    An account of that name that is no superuser is left alone, and the name gets a number.
    """
    with transaction.atomic():
        if User.objects.filter(is_superuser=True).exists():
            return None
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        User.objects.create_superuser(username=free_name(), password=password)
    return password


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
