"""``manage.py export_hsds --out DIR``: the public directory in the form of HSDS 3.0."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outreach.hsds import exporting


class Command(BaseCommand):
    """Exit status: 0 written, 1 nothing was written (why is said), 2 wrong use."""

    help = "Writes agencies and lines that the public may read as HSDS 3.0: organizations.json and services.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="A new folder, or one that an export made.")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        try:
            written = exporting.export(out=out.absolute(), on=timezone.localdate())
        except exporting.BadFolder as refused:
            raise CommandError(str(refused), returncode=1) from refused
        except exporting.NotSound as refused:
            said = "\n".join(refused.problems[:20])
            raise CommandError(f"Nothing was written: the standard refuses\n{said}", returncode=1) from refused
        self.stdout.write(f"Wrote {written.organizations} organizations and {written.services} services to {out}.")
