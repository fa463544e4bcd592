"""``manage.py add_county 28049 "Hinds County"``: lets reporting channels serve one county."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outreach.channels.counties import NoCounty, add_county


class Command(BaseCommand):
    """Makes a county an area."""

    help = "Makes a county an area, so that reporting channels can serve it. Twice is as good as once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="Its FIPS number: 28049.")
        parser.add_argument("name", help="Its name: Hinds County.")

    def handle(self, *args: Any, number: str, name: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                county = add_county(number=number, name=name, by=None)
        except NoCounty as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{county.name}, {county.parent}: {county.code}.")
