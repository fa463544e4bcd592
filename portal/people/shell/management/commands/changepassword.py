"""``manage.py changepassword NAME``: Django's own, which tells the trail and the account's holder."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from portal.people.shell import telling


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with telling.told():
            super().handle(*args, **options)
