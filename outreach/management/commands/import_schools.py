"""``manage.py import_schools FILE --layout hifld|ipeds|ccd``: schools and colleges from a national register."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outreach.schools.importing import import_schools
from outreach.schools.layouts import LAYOUTS
from portal.imports.problems import FileRefused, Problem


class Command(BaseCommand):
    """Exit status: 0 taken (refused rows are listed), 1 the file is refused, 2 wrong use."""

    help = "Imports schools and colleges from a national register's file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", required=True, choices=list(LAYOUTS))
        parser.add_argument("--dry-run", action="store_true", help="Only report what would be done.")
        parser.add_argument("--json", action="store_true", help="One JSON object on stdout.")

    def handle(self, *args: Any, file: Path, layout: str, dry_run: bool, **options: Any) -> None:
        try:
            report = import_schools(path=file, layout=LAYOUTS[layout], dry_run=dry_run)
        except FileRefused as refused:
            if options["json"]:
                self._print_json({"created": 0, "changed": 0, "unchanged": 0, "refused": 0}, refused.problems)
            raise CommandError(f"Nothing was imported. {refused}", returncode=1) from refused
        if options["json"]:
            self._print_json(report.counts(), report.problems)
            return
        for problem in report.problems:
            self.stderr.write(f"Refused: {problem}")
        head = "Would import" if dry_run else "Imported"
        counts = ", ".join(f"{count} {word}" for word, count in report.counts().items())
        self.stdout.write(f"{head} schools from {file.name}: {counts}.")

    def _print_json(self, counts: dict[str, int], problems: list[Problem]) -> None:
        self.stdout.write(json.dumps({**counts, "problems": [problem.as_dict() for problem in problems]}))
