"""``manage.py reset_second_factor NAME``: for an account whose holder lost phone, key and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.people import lockout, second_factor
from portal.people.models import User


class Command(BaseCommand):
    help = "Takes every second factor from an account and ends its sessions; the next sign-in asks for a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the account's user name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError("There is no account of that name.")
        lockout.unlock(user=user, by=None)
        second_factor.reset(user=user, by=None)
        self.stdout.write("Done. When this account signs in next, it is asked for a new second factor.")
