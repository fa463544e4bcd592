"""The app; here its rooms listen to what happens to their rows."""

from typing import Any

from django.apps import AppConfig
from django.db import DatabaseError, transaction
from django.db.models.signals import post_delete, post_migrate, post_save


class OutreachConfig(AppConfig):
    """Partners, schools, channels."""

    name = "outreach"

    def ready(self) -> None:
        """The local copy of the lines follows each change, and stands as soon as the tables do."""
        from outreach.agencies import keeping as _agencies  # noqa: F401
        from outreach.attendance import keeping as _attendance  # noqa: F401
        from outreach.channels import keeping as _channels  # noqa: F401
        from outreach.partners import door, inviting
        from outreach.partners import keeping as _partners  # noqa: F401
        from outreach.registration import keeping as _registration  # noqa: F401
        from outreach.seminars import keeping as _seminars  # noqa: F401
        from portal.people import adapters

        inviting.register()
        adapters.HOMES.append(door.landing)
        channel = self.get_model("Channel")
        post_save.connect(_channel_changed, sender=channel)
        post_delete.connect(_channel_changed, sender=channel)
        post_migrate.connect(_migrated, sender=self)
        from outreach.seminars.publishing import seats_changed, seminar_cancelled, seminar_changed

        seats_changed.connect(_seats_changed)
        seminar_cancelled.connect(_seminar_cancelled)
        seminar_changed.connect(_seminar_changed)


def _channel_changed(**kwargs: Any) -> None:
    from outreach.channels.local_copy import refresh

    # Robust: a full disk must not undo what a person saved; the task tries again.
    transaction.on_commit(refresh, robust=True)


def _migrated(**kwargs: Any) -> None:
    from outreach.channels.local_copy import refresh

    try:
        with transaction.atomic():
            refresh()
    except (DatabaseError, OSError):
        return  # Migrated backwards, or nothing can be written: what is built in stays.


def _seminar_cancelled(seminar: Any, **kwargs: Any) -> None:
    from outreach.registration import moving

    moving.tell_of_cancelled(seminar)


def _seminar_changed(seminar: Any, **kwargs: Any) -> None:
    from outreach.registration import moving

    moving.tell_of_move(seminar)


def _seats_changed(seminar: Any, **kwargs: Any) -> None:
    from outreach.registration import waitlist

    waitlist.seats_changed(seminar_id=seminar.pk)
