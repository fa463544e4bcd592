"""``manage.py up``: what ``./waypost up`` runs once the environment stands."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.people.first import admin_name, first_admin
from portal.supervisor.claim import DataFolderInUseError, claim
from portal.supervisor.processes import embedded
from portal.supervisor.tree import StartError, Tree


class Command(BaseCommand):
    help = "Prepares the data folder (database, demo, first account), then runs everything until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the web server's port (default 8000)")
        parser.add_argument("--no-demo", action="store_false", dest="demo", help="start with an empty campaign")

    def handle(self, *args: Any, port: int, demo: bool, **options: Any) -> None:
        data = settings.DATA_DIR
        try:
            with claim(data):
                self.prepare(demo=demo)
                tree = Tree(embedded(data=data, port=port), folder=settings.BASE_DIR, log=sys.stderr)
                tree.run(on_ready=lambda: self.welcome(port))
        except (DataFolderInUseError, StartError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\nWaypost has stopped.")

    def prepare(self, *, demo: bool) -> None:
        """Brings the database up to date and, where asked, fills it."""
        call_command("migrate", verbosity=0, interactive=False)
        if demo:
            call_command("demo", "--once", verbosity=0)
        # The tree forks: no connection may be open then.
        connections.close_all()

    def welcome(self, port: int) -> None:
        """Says where it is and who may come in. The first account is made here, so that its password is seen."""
        password = first_admin()
        name = admin_name()
        connections.close_all()
        if password:
            secret = f"{password}   (shown only now: note it)"
        else:
            secret = f"as before; a new one: ./waypost manage changepassword {name}"
        self.stdout.write(
            "\nWaypost is running.\n\n"
            f"  Address   http://localhost:{port}/\n"
            f"  Admin     http://localhost:{port}/admin/\n"
            f"  User      {name}\n"
            f"  Password  {secret}\n"
            f"  Data      {settings.DATA_DIR}\n\n"
            "Whoever signs in first time chooses a second factor: a passkey, or an app on a phone. Lost it?\n"
            f"  ./waypost manage reset_second_factor {name}\n\n"
            "Ctrl-C stops everything."
        )
        self.stdout.flush()
