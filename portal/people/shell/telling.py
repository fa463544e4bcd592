"""Tells the trail what Django's own commands do to accounts, for whoever holds the host's shell."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.models.signals import post_save

from portal.audit import trail
from portal.people import adapters
from portal.people.models import User

BY: Final = {"by": "the command line"}


@contextmanager
def told() -> Iterator[None]:
    """While it holds, each account that is saved leaves an entry: added, or another password, of which the holder
    hears by mail. The commands ask at a terminal between, so no transaction spans them."""
    post_save.connect(_tell, sender=User)
    try:
        yield
    finally:
        post_save.disconnect(_tell, sender=User)


def _tell(sender: object, instance: User, created: bool, **rest: Any) -> None:
    if created:
        trail.record(actor=None, verb="added", target=instance, after=trail.snapshot(instance) | BY)
        return
    trail.record(actor=None, verb="password changed", target=instance, after=BY, label=instance.username)
    adapters.tell(instance, adapters.NEWS["portal/password_set"], to=instance.email)
