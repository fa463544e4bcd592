"""The app; after every migration it brings in what the release ships."""

from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db import DatabaseError, transaction
from django.db.models.signals import post_migrate


class CampaignConfig(AppConfig):
    """What the public sees."""

    name = "campaign"

    def ready(self) -> None:
        """Designs and texts of the release stand as soon as their tables do."""
        from campaign.posters import keeping  # noqa: F401
        from campaign.posting import keeping as of_stations  # noqa: F401
        from outreach.seminars.publishing import seminar_opened

        post_migrate.connect(_migrated, sender=self)
        seminar_opened.connect(_event_opened)


def _event_opened(seminar: Any, **kwargs: Any) -> None:
    """Its poster's codes; the sweep gives them to whoever misses them."""
    from campaign.posters.events import issue

    transaction.on_commit(partial(issue, event_id=seminar.pk), robust=True)


def _migrated(**kwargs: Any) -> None:
    from campaign.posters.release import install

    try:
        with transaction.atomic():
            install()
    except DatabaseError:
        # Migrated backwards: the tables are not those of this release. Or two processes migrate at once: the other
        # one brought the same in.
        return
