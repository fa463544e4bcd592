"""The option that names a season on the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from portal.seasons.models import Season


def add_season(parser: ArgumentParser) -> None:
    """Adds ``--season YEAR``."""
    parser.add_argument("--season", type=int, required=True, metavar="YEAR", help="the January, such as 2027")


def named_season(options: dict[str, Any]) -> Season:
    """The season that ``--season`` names; an unknown one is wrong usage (exit status 2)."""
    season = Season.objects.filter(year=options["season"]).first()
    if season is None:
        raise CommandError(f"There is no season {options['season']}. Make it in the admin first.", returncode=2)
    return season
