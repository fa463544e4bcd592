"""Records that move by steps, in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest

from outreach.seminars import intake
from outreach.seminars.staff_forms import (
    ClockInput,
    DayInput,
)
from portal.audit.admin import AuditedModelAdmin, actor_of
from portal.people.models import User

OWN_CLOCK: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"widget": DayInput},
    models.TimeField: {"widget": ClockInput},
}


class StepsAdmin(AuditedModelAdmin):
    """Records that move by steps and are never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def take(self, request: HttpRequest, step: Callable[..., models.Model], done: str, **keys: int) -> None:
        """One step from a button, told in a message."""
        try:
            step(by=signed_in(request), **keys)
        except intake.NotPossible as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)


def signed_in(request: HttpRequest) -> User:
    """The account behind a request to the admin."""
    user = actor_of(request)
    assert user is not None, "the admin lets nobody in who is not signed in"
    return user
