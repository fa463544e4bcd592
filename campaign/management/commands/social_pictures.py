"""Door: writes the pictures for posts into a folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaign.posters import social_shelf
from campaign.posters.assembly import NotReady
from portal.typesetting import TypesettingError


class Command(BaseCommand):
    """`manage.py social_pictures --language es --out DIR`; what is not reviewed or verified refuses, and exits 1."""

    help = "Write the pictures for posts, each as a PNG with its alt text and caption as a .txt beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language", action="append", metavar="CODE", help="such as es (repeatable; without it en and es)"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files are put")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            posts = social_shelf.posts(options["language"] or ["en", "es"], timezone.localdate())
            out.mkdir(parents=True, exist_ok=True)
            for post in posts:
                name = social_shelf.name_of_file(post.language, post.shape.slug)
                (out / f"{name}.png").write_bytes(post.picture())
                (out / f"{name}.txt").write_text(post.words(), encoding="utf-8")
        except (NotReady, TypesettingError) as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}. Name a folder that can be written to.") from error
        self.stdout.write(f"{len(posts)} pictures, each with its words, are in {out}.")
