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
        channel = self.get_model("Channel")
        post_save.connect(_channel_changed, sender=channel)
        post_delete.connect(_channel_changed, sender=channel)
        post_migrate.connect(_migrated, sender=self)
        from outreach.seminars.publishing import seminar_cancelled, seminar_changed

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
    from outreach.registration import notices

    notices.note_all(seminar, template=notices.CALLED_OFF, key=f"at {seminar.sequence}")


def _seminar_changed(seminar: Any, **kwargs: Any) -> None:
    from outreach.registration import notices

    notices.note_all(seminar, template=notices.MOVED, key=f"at {seminar.sequence}")
