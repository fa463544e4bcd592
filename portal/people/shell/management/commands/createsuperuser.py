"""``manage.py createsuperuser``: Django's own, which tells the trail."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from portal.people.shell import telling


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with telling.told():
            super().handle(*args, **options)
