"""Planning anew through the product: 1,000 requests and 120 presenters in SQLite, planned, approved, changed.

`./waypost bench replan [--requests 1000] [--presenters 120] [--runs 3]`. The rows are those of a made-up problem
(`schedule_made`, seed 3), so that schools and homes lie round real cities. Once the plan is approved a third of its
seminars are confirmed, the presenter with the most work falls ill for the whole season, 14 unconfirmed requests are
called off and 30 come late. *Planned anew* is what staff wait for once a worker has the job: rows read, the optimiser's
process, its search, its answer checked and saved. Also how long a seminar's panel takes: all who could give it.
"""

import argparse
import datetime as dt
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.bench import schedule_made
from tests.outreach.registration.house import ROOT, House

if TYPE_CHECKING:
    from outreach.seminars.models import PlanVersion
    from portal.seasons.models import Season

CANCELLED, LATE, CONFIRMED = 14, 30, 3
Result = TypeVar("Result")
TOPICS = {"general": "awareness", "online_safety": "online", "survivor_voice": "labor", "law_enforcement": "staff"}


def main() -> None:
    """Prints two tables: seconds by part, and what the new plan changes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--presenters", type=int, default=120)
    parser.add_argument("--runs", type=int, default=3, help="how often it is planned anew")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-replan-") as folder:
        house = House(Path(folder))
        house.migrate()
        sizes = f"requests={options.requests}, presenters={options.presenters}, runs={options.runs}"
        found = house.start(f"from tests.bench import replan\nprint(json.dumps(replan.measure({sizes})))")
        said, _ = found.communicate()
    if found.returncode:
        sys.exit(found.returncode)
    row = json.loads(said.splitlines()[-1])
    say(f"{row['requests']:,} requests, {row['served']} served, {row['approved']} approved in {row['approve']:.1f} s.")
    say("")
    say(
        "| Planned anew, s | Rows read | Process begun | Search | Rest | CPU s, all processes | Panel of a seminar, s |"
    )
    say("|---|---|---|---|---|---|---|")
    for run in row["runs"]:
        rest = run["whole"] - row["read"] - row["begin"] - run["search"]
        say(
            f"| {run['whole']:.1f} | {row['read']:.2f} | {row['begin']:.2f} | {run['search']:.2f} | {rest:.2f} "
            f"| {run['cpu']:.1f} | {row['panel']:.2f}, most {row['panel_most']:.2f} |"
        )
    say("")
    say(
        "| Confirmed, moved | Others kept | Moved | Dropped | Moved of others | Had lost its presenter: found | Served | Gap |"
    )
    say("|---|---|---|---|---|---|---|---|")
    for run in row["runs"]:
        others = run["kept"] + run["moved"] + run["dropped"]
        say(
            f"| {row['confirmed']}, {run['confirmed_moved']} | {run['kept']} | {run['moved']} | {run['dropped']} "
            f"| {run['moved'] / max(1, others):.1%} | {row['lost']}: {run['found']} | {run['served']} | {run['gap']:.3%} |"
        )


def measure(*, requests: int, presenters: int, runs: int) -> dict[str, Any]:
    """All of it, in a process of its own on a database of its own."""
    from outreach.seminars.models import Seminar
    from outreach.seminars.plans import approving, timetable
    from tests.outreach import factories

    season = factories.season_ahead()
    world = _World(season)
    world.add(schedule_made.problem(name="bench", requests=requests, presenters=presenters, seed=3))
    first, _ = worked_out(season, seconds=30)
    took, approval = timed(lambda: approving.approve(plan_id=first.pk, edition=first.edition, by=world.desk))
    changes = world.change()
    chance = random.Random(2)
    late = [schedule_made.request(chance, f"L{number:03}") for number in range(LATE)]
    world.ask(late)
    result: dict[str, Any] = {"approved": len(approval.opens) + len(approval.held), "approve": took, **changes}
    result |= {"requests": requests, "served": first.served, "runs": []}
    result["read"] = min(timed(lambda: timetable.problem_of(season=season))[0] for _ in range(3))
    begun = [sys.executable, str(ROOT / "manage.py"), "optimise_schedule", "--help"]
    result["begin"] = min(timed(lambda: subprocess.run(begun, check=True, capture_output=True))[0] for _ in range(3))
    sure = set(Seminar.objects.filter(answer=Seminar.Answer.CONFIRMED).values_list("request", flat=True))
    for _ in range(runs):
        plan, run = worked_out(season, replan=True)
        result["runs"].append(run | judged(plan, sure))
    panels = panel(plan.pk)
    result["panel"], result["panel_most"] = statistics.median(panels), max(panels)
    return result


def judged(plan: "PlanVersion", sure: set[int]) -> dict[str, Any]:
    """What it does to the seminars that stand; who fell ill has given hers back, and is counted as found or not."""
    from outreach.seminars.plans import differences, editing

    upset = differences.upset(editing.opened(plan.pk))
    gap = (plan.bound - plan.score) / plan.bound if plan.bound and plan.score is not None else 1.0
    changed = [*upset.moved, *upset.dropped]
    return {
        "kept": upset.kept - len(sure),
        "moved": len(upset.moved),
        "dropped": len(upset.dropped),
        "found": len(upset.found),
        "confirmed_moved": sum(change.request.pk in sure for change in changed),
        "served": plan.served,
        "gap": gap,
    }


def panel(plan_id: int) -> list[float]:
    """Seconds that the choices of a seminar take, for 20 of the plan, served or not."""
    from outreach.seminars.plans import editing

    looked = editing.opened(plan_id)
    rows = random.Random(3).sample(list(looked.rows), min(20, len(looked.rows)))
    return [timed(lambda row=row: editing.choices(editing.opened(plan_id), row))[0] for row in rows]  # type: ignore[misc]


def worked_out(season: "Season", *, seconds: int = 0, replan: bool = False) -> tuple["PlanVersion", dict[str, float]]:
    """A plan made as a worker makes it, and how long that took."""
    import psutil  # type: ignore[import-untyped]

    from outreach.seminars.plans import solving
    from portal.jobs import runners

    plan = solving.start(season=season, by=None, seconds=seconds, replan=replan)
    assert plan.job is not None
    pk = plan.job.pk
    before = psutil.Process().cpu_times()
    took, _ = timed(lambda: runners.run(pk))
    after = psutil.Process().cpu_times()
    plan.refresh_from_db()
    if plan.state != plan.State.DRAFT:
        sys.exit(f"No plan came of it: {plan.failure}")
    cpu = sum(
        getattr(after, name) - getattr(before, name) for name in ("user", "system", "children_user", "children_system")
    )
    return plan, {"whole": took, "cpu": cpu, "search": plan.curve[-1][0]}


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds by the clock, and what came of it."""
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


class _World:
    """A season's rows, made from a problem in the documented format; its dates are moved to the season's weeks."""

    def __init__(self, season: "Season") -> None:
        from outreach.agencies.models import Agency
        from portal.people.models import User

        self.season = season
        monday = season.starts_on + dt.timedelta(days=-season.starts_on.weekday() % 7)
        self.shift = monday - schedule_made.START
        self.desk = User.objects.create_superuser("desk", password="a quiet lamp over deep water")
        self.agency: Agency = Agency.objects.create(
            name="Lamp Street Center", kind=Agency.Kind.NGO, level=Agency.Level.PRIVATE
        )

    def add(self, raw: dict[str, Any]) -> None:
        """Presenters with their days, and requests, accepted."""
        from outreach.seminars.models import Availability, Presenter

        people = Presenter.objects.bulk_create(
            Presenter(
                agency=self.agency,
                name=f"Presenter {row['id']}",
                email=f"{row['id'].lower()}@lamp.example.org",
                languages=row["languages"],
                topics=[TOPICS[topic] for topic in row["topics"]],
                base_postal_code="39201",
                latitude=row["lat"],
                longitude=row["lon"],
                time_zone=row["time_zone"],
                radius_miles=row["radius_miles"],
                max_travel_minutes=row["max_travel_minutes"],
                gives_virtual=row["virtual"],
                max_per_day=row["max_per_day"],
                max_seminars=row["max_seminars"],
                clearance_expires_on=self.season.ends_on + dt.timedelta(days=60),
            )
            for row in raw["presenters"]
        )
        Availability.objects.bulk_create(
            Availability(presenter=who, date=self._day(day["date"]), start=day["start"], end=day["end"])
            for who, row in zip(people, raw["presenters"], strict=True)
            for day in row["availability"]
        )
        self.ask(raw["requests"])

    def ask(self, raw: Iterable[dict[str, Any]]) -> None:
        """Requests that are accepted."""
        from outreach.seminars.models import PreferredDate, Request

        rows = list(raw)
        made = Request.objects.bulk_create(
            Request(
                season=self.season,
                school_name=f"School {row['id']}",
                city="Springfield",
                area_id="MS",
                contact_name="Dana Cole",
                contact_email="dana@school.example.org",
                grades="9-12",
                headcount=row["audience"],
                presenter_kinds=["educator"],
                topic=TOPICS[row["topic"]],
                mode=row["mode"],
                language=row["language"],
                minutes=row["minutes"],
                latitude=row["lat"],
                longitude=row["lon"],
                time_zone=row["time_zone"],
                state=Request.State.ACCEPTED,
            )
            for row in rows
        )
        PreferredDate.objects.bulk_create(
            PreferredDate(
                request=asked,
                rank=rank,
                date=self._day(wish["date"]),
                earliest=wish["earliest"],
                latest_end=wish["latest_end"],
            )
            for asked, row in zip(made, rows, strict=True)
            for rank, wish in enumerate(row["preferences"])
        )

    def change(self) -> dict[str, int]:
        """A third confirmed, the busiest presenter ill, some called off."""
        from django.db.models import Count

        from outreach.seminars.models import Presenter, Request, Seminar
        from outreach.seminars.presenters import profile

        chance = random.Random(1)
        held = Seminar.objects.filter(season=self.season, presenter__isnull=False)
        busiest = Presenter.objects.annotate(given=Count("seminars")).order_by("-given", "pk")[0]
        others = list(held.exclude(presenter=busiest).order_by("pk").values_list("pk", flat=True))
        sure = chance.sample(others, len(others) // CONFIRMED)
        Seminar.objects.filter(pk__in=sure).update(answer=Seminar.Answer.CONFIRMED)
        gone = chance.sample(sorted(set(others) - set(sure)), CANCELLED)
        Request.objects.filter(pk__in=Seminar.objects.filter(pk__in=gone).values("request")).update(
            state=Request.State.DECLINED
        )
        Seminar.objects.filter(pk__in=gone).update(state=Seminar.State.CANCELLED, presenter=None)
        lost = profile.fall_out(
            presenter_id=busiest.pk, first=self.season.starts_on, last=self.season.ends_on, by=self.desk
        )
        return {"confirmed": len(sure), "lost": len(lost)}

    def _day(self, text: str) -> dt.date:
        return dt.date.fromisoformat(text) + self.shift


def say(line: str) -> None:
    """A line of a table, at once."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
