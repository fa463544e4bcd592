"""Door: makes a printed batch again and compares it with what was delivered."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from campaign.printing.models import Batch
from campaign.printing.reproduction import reproduce


class Command(BaseCommand):
    """`manage.py reproduce_batch UID`; a packet that comes out different exits 1."""

    help = "Make every packet of a batch again from its recipe, and compare it byte for byte with what was delivered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uid", help="the batch's uid, as print_posters tells it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = Batch.objects.select_related("design", "sheet", "imposed_on", "logo__file").get(uid=options["uid"])
        except (Batch.DoesNotExist, ValidationError):
            raise CommandError(f"There is no batch {options['uid']}.") from None
        made = different = 0
        for packet in reproduce(batch):
            made += 1
            if packet.problem:
                different += 1
                self.stderr.write(self.style.ERROR(f"{packet.packet}: {packet.problem}"))
        self.stdout.write(f"{made:,} packets made again, {made - different:,} the same byte for byte.")
        if different:
            raise CommandError("Not all came out the same.", returncode=1)
