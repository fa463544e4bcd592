"""``manage.py show_roles``: who may do what, from the one table."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.people import role_table
from portal.people.roles import Role, permissions


class Command(BaseCommand):
    """Prints the table of roles."""

    help = "Shows what each role may do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="as docs/roles.md holds it")
        parser.add_argument("role", nargs="?", choices=Role.values, help="one role's permissions, a line each")

    def handle(self, *args: Any, markdown: bool, role: str | None, **options: Any) -> None:
        """Writes to standard output."""
        if role and not markdown:
            self.stdout.write("\n".join(sorted(permissions(Role(role)))))
        else:
            self.stdout.write(role_table.markdown(), ending="")
