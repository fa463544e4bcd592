"""``manage.py verify_audit``: walks along the audit trail and names what was tampered with."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit import linking, sealing
from portal.audit.verifying import Tally, walk


class Command(BaseCommand):
    help = (
        "Walks along the audit trail and names every place that was tampered with. Ends with 0 if it is whole and 1 if "
        "not. Compares with the seals in the database, with audit-anchors.txt in the data folder, and with the anchors "
        "that you give."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=int, default=0, metavar="N", help="begin behind link N, known to be good")
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="N:DIGEST",
            help="a link's number and digest as they were mailed or written down; may be given often",
        )
        parser.add_argument(
            "--as-is", action="store_true", help="write nothing: entries that wait for a link are only counted"
        )

    def handle(self, *args: Any, since: int, anchor: list[str], as_is: bool, **options: Any) -> None:
        try:
            given = [sealing.anchor(text) for text in anchor]
        except sealing.BadAnchor as error:
            raise CommandError(str(error)) from error
        if not as_is:
            linking.link()
        tally, count = Tally(), 0
        marks = [*sealing.anchors(), *given]
        for found in walk(tally, since=since, marks=[mark for mark in marks if mark.number > since]):
            count += 1
            self.stdout.write(f"TAMPERED {found}")
        self.stdout.write(
            f"{tally.links:,} links walked, {tally.redacted:,} redacted, {tally.unlinked:,} wait for a link, "
            f"{tally.marks:,} seals and anchors compared."
        )
        self.stdout.write(f"Head: {tally.last}:{tally.digest}")
        if count:
            self.stderr.write(f"The trail is broken in {count:,} places. See docs/audit.md: “When it is broken”.")
            sys.exit(1)
        self.stdout.write("The trail is whole.")
