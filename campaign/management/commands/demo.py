"""Door: builds the demo, or removes it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.demo import building, mark, removing
from campaign.printing.scope import Refused
from portal.seasons.models import Season


class Command(BaseCommand):
    """`manage.py demo [--remove | --once]`; refused exits 1."""

    help = "Build the demo campaign: real stations, invented people and schools, all marked as demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--remove", action="store_true", help="remove it, and what was made from it since")
        what.add_argument("--once", action="store_true", help="leave it away where it was removed before")

    def handle(self, *args: Any, remove: bool, once: bool, verbosity: int, **options: Any) -> None:
        if remove:
            try:
                rows = removing.remove()
            except removing.StillPrinting as busy:
                raise CommandError(str(busy)) from busy
            said = f"The demo is gone: {rows:,} rows removed." if rows else "There is no demo."
        elif once and mark.was_removed():
            said = "The demo was removed before: it stays away."
        else:
            season = Season.objects.filter(is_current=True).first()
            if season is None:
                raise CommandError("No January is current. Choose one in the admin under Seasons, then repeat.")
            try:
                built = building.build(season=season)
            except Refused as refused:
                # The rest of the demo stands, and whoever starts the portal must get in.
                self.stderr.write(self.style.WARNING(f"The demo has no posters yet. {refused}"))
                built = True
            said = f"The demo of {season} is built." if built else "The demo is there already."
        if verbosity:
            self.stdout.write(said)
