"""``manage.py import_schools FILE --layout ccd|pss|ipeds|hifld|hifld_private``: schools and colleges from a national register."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outreach.schools.importing import import_schools
from outreach.schools.registers import LAYOUTS
from portal.imports import pages
from portal.imports.models import TakenImport
from portal.imports.problems import FileRefused, Problem

COUNTS = ("new", "changed", "closed", "reopened", "unchanged", "refused")


class Command(BaseCommand):
    """Exit status: 0 taken (refused rows are listed), 1 the file is refused, 2 wrong use."""

    help = "Imports schools and colleges from a national register's file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", required=True, choices=list(LAYOUTS))
        parser.add_argument(
            "--edition",
            type=int,
            help="Year in which the school year begins, where neither rows nor file name tell it.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only report what would be done.")
        parser.add_argument("--json", action="store_true", help="One JSON object on stdout.")

    def handle(self, *args: Any, file: Path, layout: str, edition: int | None, dry_run: bool, **options: Any) -> None:
        try:
            taken = import_schools(path=file, resource=LAYOUTS[layout], edition=edition, dry_run=dry_run)
        except FileRefused as refused:
            if options["json"]:
                self._print_json(dict.fromkeys(COUNTS, 0), refused.problems)
            raise CommandError(f"Nothing was imported. {refused}", returncode=1) from refused
        counts = {name: taken.counts[name] for name in COUNTS}
        if options["json"]:
            self._print_json(counts, list(_problems(taken)))
            return
        for problem in _problems(taken):
            self.stderr.write(f"Refused: {problem}")
        head = "Would import" if dry_run else "Imported"
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        self.stdout.write(f"{head} schools from {file.name}: {told}.")

    def _print_json(self, counts: dict[str, int], problems: list[Problem]) -> None:
        self.stdout.write(json.dumps({**counts, "problems": [problem.as_dict() for problem in problems]}))


def _problems(taken: TakenImport) -> Iterator[Problem]:
    for page in pages.each(taken):
        yield from page.problems
