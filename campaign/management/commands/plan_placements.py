"""Door: plans where posters hang in a season."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.places.models import Train
from campaign.places.planning import plan_placements
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.seasons.arguments import add_season, named_season


class Command(BaseCommand):
    """`manage.py plan_placements --season 2027 [--state MS | --train NAME]`; wrong usage exits 2."""

    help = "Plan placements by what is known of stations and trains. Runs twice without harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_season(parser)
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--state", metavar="CODE", help="only the stations of this state, such as MS; no trains")
        scope.add_argument(
            "--train", action="append", default=[], metavar="NAME", help="only this train (repeatable); no stations"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        season = named_season(options)
        trains = [train for name in options["train"] for train in _trains(name)]
        planned = plan_placements(season=season, state=_state(options["state"]), trains=trains)
        if options["json"]:
            self.stdout.write(json.dumps(planned.as_json()))
        else:
            counts = ", ".join(f"{count:,} {verb}" for verb, count in planned.as_json().items())
            self.stdout.write(f"Placements of {season}: {counts}.")


def _state(code: str | None) -> Area | None:
    if code is None:
        return None
    state = Area.objects.filter(code=code.upper(), parent=NATION.code).first()
    if state is None:
        raise CommandError(f"There is no state {code}. Use the postal code, such as MS.", returncode=2)
    return state


def _trains(name: str) -> list[Train]:
    trains = list(Train.objects.filter(name__iexact=name))
    if not trains:
        raise CommandError(f"There is no train {name}. The names stand in the admin under Trains.", returncode=2)
    return trains
