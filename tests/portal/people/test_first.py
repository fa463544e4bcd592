"""The first account of a new copy."""

import re

import pytest

from portal.audit.models import Entry
from portal.people.first import admin_name, first_admin
from portal.people.models import User

pytestmark = pytest.mark.django_db


def test_first_admin_gets_a_password_of_which_only_the_hash_is_kept() -> None:
    password = first_admin()
    admin = User.objects.get()
    assert password is not None
    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", password)
    assert (admin.username, admin.is_superuser, admin.is_staff) == ("admin", True, True)
    assert admin.check_password(password)
    assert password not in admin.password
    entry = Entry.objects.get(verb="added", object_id=str(admin.pk))
    assert entry.after["is_superuser"] is True
    assert password not in str(entry.after)


def test_copy_with_a_superuser_gets_no_second_one() -> None:
    User.objects.create_superuser(username="ruth", password="a long enough passphrase")
    assert first_admin() is None
    assert admin_name() == "ruth"
    assert User.objects.count() == 1


def test_name_that_somebody_else_has_is_left_to_them() -> None:
    other = User.objects.create_user(username="admin", password="a long enough passphrase")
    assert first_admin() is not None
    assert admin_name() == "admin2"
    other.refresh_from_db()
    assert not other.is_superuser
    assert other.check_password("a long enough passphrase")
