"""The app; after every migration it brings in what the release ships."""

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

        post_migrate.connect(_migrated, sender=self)


def _migrated(**kwargs: Any) -> None:
    from campaign.posters.release import install

    try:
        with transaction.atomic():
            install()
    except DatabaseError:
        # Migrated backwards: the tables are not those of this release. Or two processes migrate at once: the other
        # one brought the same in.
        return
