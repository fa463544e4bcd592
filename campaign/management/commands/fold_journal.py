"""``manage.py fold_journal``: turns this host's journal into counts."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from campaign.scans import host, journal
from campaign.scans.fold import Folded


class Command(BaseCommand):
    help = (
        "Folds the finished days of this host's journal of scans into the database, and refreshes what its help page "
        "reads. With --watch it goes on until it is stopped: run one on every web host. Before a host is taken out of "
        "service: stop its web server, then run it once with --today."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on until SIGTERM or Ctrl-C")
        parser.add_argument("--every", type=float, default=60.0, metavar="SECONDS", help="pause between two folds")

        parser.add_argument("--today", action="store_true", help="fold the day that is not over too")

    def handle(self, *args: Any, watch: bool, every: float, today: bool, **options: Any) -> None:
        if watch and today:
            raise CommandError("--watch folds finished days alone: each fold of today tells when somebody scanned.")
        if not watch:
            try:
                self.report(host.tend(through=journal.today() if today else None))
            except (DatabaseError, OSError) as error:
                raise CommandError(f"Not folded; the journal stays as it is: {error}") from error
            return
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                host.tend()
            except (DatabaseError, OSError) as error:
                self.stderr.write(f"Not folded, trying again: {error}")
            stopped.wait(every)

    def report(self, folded: Folded) -> None:
        self.stdout.write(
            f"Folded {folded.segments} segments: {folded.counted} scans counted, {folded.unknown} of unknown codes dropped."
        )
