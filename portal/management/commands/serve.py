"""``manage.py serve``: the embedded process tree."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.supervisor.claim import DataFolderInUseError, claim
from portal.supervisor.processes import embedded
from portal.supervisor.tree import StartError, Tree


class Command(BaseCommand):
    help = "Runs web, worker, scheduler and the embedded broker in one process tree until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the web server's port (default 8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        try:
            with claim(settings.DATA_DIR):
                tree = Tree(embedded(data=settings.DATA_DIR, port=port), folder=settings.BASE_DIR, log=sys.stderr)
                tree.run(on_ready=lambda: self.stdout.write(f"Waypost answers at http://localhost:{port}/"))
        except (DataFolderInUseError, StartError) as error:
            raise CommandError(str(error)) from error
