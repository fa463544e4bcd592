"""Door: imports stations and trains from a GTFS feed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.places.fetching import local_copy
from campaign.places.gtfs import read_feed
from campaign.places.importing import Outcome, Tally, import_feed
from campaign.places.problems import Problem, Refused
from campaign.places.register import read_register
from portal.seasons.arguments import add_season, named_season


class Command(BaseCommand):
    """`manage.py import_gtfs FILE_OR_URL --season 2027`; refused input exits 1, wrong usage 2."""

    help = "Import stations and trains (named routes) from a GTFS feed. All or nothing; runs twice without harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE_OR_URL", help="a GTFS zip, or its http(s) address")
        add_season(parser)
        parser.add_argument("--register", type=Path, metavar="CSV", help="station register: city, state, address, kind")
        parser.add_argument(
            "--agency-id", action="append", default=[], metavar="ID", help="only this agency (repeatable)"
        )
        parser.add_argument(
            "--route-type", action="append", default=[], type=int, metavar="N", help="only this route type (repeatable)"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would change and save nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        season = named_season(options)
        try:
            with local_copy(options["source"]) as path:
                feed = read_feed(
                    path,
                    agency_ids=options["agency_id"],
                    route_types=options["route_type"],
                    name=Path(options["source"]).name,
                )
                register = read_register(options["register"]) if options["register"] else None
                outcome = import_feed(season=season, feed=feed, register=register, dry_run=options["dry_run"])
        except Refused as refused:
            self._tell(Outcome(Tally(), Tally(), refused.problems), as_json=options["json"])
            raise CommandError("Refused; nothing was saved.", returncode=1) from refused
        self._tell(outcome, as_json=options["json"], dry_run=options["dry_run"])

    def _tell(self, outcome: Outcome, *, as_json: bool, dry_run: bool = False) -> None:
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "stations": outcome.stations.as_json(),
                        "trains": outcome.trains.as_json(),
                        "problems": [problem.as_json() for problem in outcome.problems],
                    },
                    ensure_ascii=False,
                )
            )
            return
        for problem in outcome.problems:
            self._tell_problem(problem)
        if dry_run:
            self.stdout.write("Dry run: nothing was saved. It would be:")
        for noun, tally in (("Stations", outcome.stations), ("Trains", outcome.trains)):
            counts = ", ".join(f"{count:,} {verb}" for verb, count in tally.as_json().items())
            self.stdout.write(f"{noun}: {counts}.")

    def _tell_problem(self, problem: Problem) -> None:
        style = self.style.ERROR if problem.severity == "error" else self.style.WARNING
        self.stderr.write(style(f"{problem.severity}: {problem}"))
