"""``manage.py fold_journal``: turns this host's journal into counts."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from campaign.scans import retired
from campaign.scans.fold import Folded, fold
from outreach.channels import local_copy


class Command(BaseCommand):
    help = (
        "Folds this host's journal of scans into the database, and refreshes what its help page reads. "
        "With --watch it goes on until it is stopped: run one on every web host."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on until SIGTERM or Ctrl-C")
        parser.add_argument("--every", type=float, default=60.0, metavar="SECONDS", help="pause between two folds")

    def handle(self, *args: Any, watch: bool, every: float, **options: Any) -> None:
        if not watch:
            try:
                self.report(self.once())
            except (DatabaseError, OSError) as error:
                raise CommandError(f"Not folded; the journal stays as it is: {error}") from error
            return
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self.once()
            except (DatabaseError, OSError) as error:
                self.stderr.write(f"Not folded, trying again: {error}")
            stopped.wait(every)

    def once(self) -> Folded:
        folded = fold()
        local_copy.refresh()
        retired.refresh()
        return folded

    def report(self, folded: Folded) -> None:
        self.stdout.write(
            f"Folded {folded.segments} segments: {folded.counted} scans counted, {folded.unknown} of unknown codes dropped."
        )
