"""``manage.py publish_weeks``: publishes the finished weeks of scans, once and for good."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from campaign.dashboard import publishing


class Command(BaseCommand):
    help = (
        "Publishes every finished week of scans that is not published yet. A week is over on Monday at 6:00 in New York, "
        "when the journals of all hosts are folded; a published week never changes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        published = publishing.publish(now=timezone.now())
        for week in published:
            self.stdout.write(f"Published: {week}.")
        if not published:
            self.stdout.write("Nothing to publish: every finished week is published already.")
