"""Door: prints the posters of what is planned."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from campaign.printing import batches, downloads, scope
from campaign.printing.checks.findings import Outcome
from campaign.printing.models import Batch
from campaign.printing.preflight import Report, preflight, sentence_of
from campaign.printing.scope import Refused, Scope
from campaign.printing.styles import PLAIN, Style
from campaign.printing.tasks import run_here
from portal.seasons.arguments import add_season, named_season

DEFAULT_LANGUAGES = ["en", "es"]


class Command(BaseCommand):
    """`manage.py print_posters --season 2027 --state MS --language en --out DIR`; refused exits 1, wrong usage 2.

    Posters that are no samples are put out once a second person released the batch: until then it exits 1 too, and
    tells the batch's uid.
    """

    help = "Print posters: one packet a station or train, a packing list, a manifest; every code is read back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_season(parser)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--state", metavar="CODE", help="the stations of this state, such as MS")
        what.add_argument("--station", metavar="CODE", help="one station, by its code or the feed's id")
        what.add_argument("--train", metavar="NAME", help="the posters aboard one train")
        what.add_argument("--all", action="store_true", help="all that is planned")
        what.add_argument("--batch", metavar="UID", help="go on with a batch that was interrupted, or fetch its files")
        parser.add_argument("--operator", default="", metavar="KEY", help="where several operators have that station")
        parser.add_argument(
            "--language", action="append", metavar="CODE", help="such as en (repeatable; without it en and es)"
        )
        parser.add_argument("--design", default=PLAIN.design, metavar="SLUG", help="without it first-light")
        parser.add_argument("--sheet", default=PLAIN.sheet, metavar="SLUG", help="size of paper; without it letter")
        parser.add_argument("--bleed", action="store_true", help="with what a print shop cuts away")
        parser.add_argument("--marks", action="store_true", help="with crop marks outside the bleed; needs --bleed")
        parser.add_argument(
            "--imposed-on", default="", metavar="SLUG", help="also several on a press sheet, such as press-13x19"
        )
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--out", type=Path, metavar="DIR", help="where the files are put")
        where.add_argument("--preflight", action="store_true", help="say what the checks find, and print nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["preflight"]:
            self._preflight(options)
            return
        started = time.monotonic()
        out: Path = options["out"]
        try:
            downloads.open_folder(out)
            batch = _batch(options)
            if not options["json"]:
                self._announce(batch)
            run_here(batch)
            batch.refresh_from_db()
            folder = downloads.copy_out(batch, out)
        except downloads.NotReleased as waits:
            self._wait(batch, waits, as_json=options["json"])
        except Refused as refused:
            self._refuse(refused, as_json=options["json"])
        seconds = round(time.monotonic() - started, 3)
        if options["json"]:
            report = {
                "pages": batch.pages,
                "files": [str(path) for path in folder.packets],
                "manifest": str(folder.manifest),
                "seconds": seconds,
                "warnings": batch.warnings,
                "checks": batch.report,
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            count = len(folder.packets)
            self.stdout.write(
                f"{batch.pages:,} posters in {count:,} {'packet' if count == 1 else 'packets'}, "
                f"every code read back, in {seconds:.1f} s: {out}"
            )

    def _preflight(self, options: dict[str, Any]) -> None:
        """Says what preflight finds of an order, or of a batch what it found; ends with 1 where something fails."""
        try:
            if options["batch"]:
                report = Report.read(_batch(options).report)
            else:
                languages = options["language"] or DEFAULT_LANGUAGES
                report = preflight(_scope(options), languages=languages, style=_style(options)).report
        except Refused as refused:
            self._refuse(refused, as_json=options["json"])
            return
        if options["json"]:
            self.stdout.write(json.dumps({"checks": report.as_list()}, ensure_ascii=False))
        else:
            for check in report.checks:
                for finding in check.findings:
                    self.stdout.write(f"{finding.outcome.upper():4} {finding.code}: {sentence_of(finding)}")
            self.stdout.write(f"{report.summary}.")
        if report.sentences(Outcome.FAIL):
            raise CommandError("Not fit to print.", returncode=1)

    def _announce(self, batch: Batch) -> None:
        self.stderr.write(f"{batch}: {batch.pages:,} posters. If it is interrupted, go on with --batch {batch.uid}")
        for warning in batch.warnings:
            self.stderr.write(self.style.WARNING(f"warning: {warning}"))

    def _wait(self, batch: Batch, waits: downloads.NotReleased, *, as_json: bool) -> NoReturn:
        """The batch is made and stays where it is: no shell is a second person."""
        problem = f"{waits} Then put them out with --batch {batch.uid}."
        if as_json:
            answer = {"batch": str(batch.uid), "pages": batch.pages, "problems": [{"message": problem}]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stderr.write(self.style.WARNING(problem))
        raise CommandError("Made, and not put out yet.", returncode=1) from waits

    def _refuse(self, refused: Refused, *, as_json: bool) -> None:
        if as_json:
            problems = [{"message": problem} for problem in refused.problems]
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False))
        else:
            for problem in refused.problems:
                self.stderr.write(self.style.ERROR(f"error: {problem}"))
        raise CommandError("Not printed.", returncode=1) from refused


def _batch(options: dict[str, Any]) -> Batch:
    if options["batch"]:
        try:
            return Batch.objects.select_related("job").get(uid=options["batch"], season=options["season"])
        except (Batch.DoesNotExist, ValidationError):
            raise Refused(f"There is no batch {options['batch']} of {options['season']}.") from None
    languages = options["language"] or DEFAULT_LANGUAGES
    return batches.create(_scope(options), languages=languages, style=_style(options), announce=False)


def _style(options: dict[str, Any]) -> Style:
    return Style(
        design=options["design"],
        sheet=options["sheet"],
        has_bleed=options["bleed"],
        has_marks=options["marks"],
        imposed_on=options["imposed_on"],
    )


def _scope(options: dict[str, Any]) -> Scope:
    season = named_season(options)
    if options["state"]:
        return scope.of_state(season, options["state"])
    if options["station"]:
        return scope.of_station(season, options["station"], operator=options["operator"])
    if options["train"]:
        return scope.of_train(season, options["train"], operator=options["operator"])
    return scope.everything(season)
