"""The two commands as others call them: exit codes and one JSON object."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaign.places.models import Station
from portal.seasons.models import Season
from tests.campaign.places.conftest import MakeStation
from tests.campaign.places.feeds import FeedBuilder

Run = Callable[..., dict[str, object]]


@pytest.fixture
def run(season: Season, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls a command with --json and reads its answer."""

    def call(*words: str, exits: int = 0) -> dict[str, object]:
        if exits:
            with pytest.raises(CommandError) as error:
                call_command(*words, "--json")
            assert error.value.returncode == exits
        else:
            call_command(*words, "--json")
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return answer

    return call


def test_import_tells_counts_and_problems(run: Run, feed: FeedBuilder, tmp_path: Path) -> None:
    path = str(feed.change("trips.txt", 0, shape_id="s").write(tmp_path / "feed.zip"))

    answer = run("import_gtfs", path, "--season", "2027")

    assert answer == {
        "stations": {"created": 4, "changed": 0, "unchanged": 0, "retired": 0},
        "trains": {"created": 1, "changed": 0, "unchanged": 0, "retired": 0},
        "problems": [
            {
                "file": "trips.txt",
                "line": 2,
                "column": "shape_id",
                "message": "Trips name shapes such as 's', and the feed has no shapes.txt.",
                "severity": "warning",
            }
        ],
    }


def test_refused_import_exits_1_with_its_problems(run: Run, feed: FeedBuilder, tmp_path: Path) -> None:
    path = str(feed.stop("JAN").write(tmp_path / "feed.zip"))

    answer = run("import_gtfs", path, "--season", "2027", exits=1)

    assert answer["stations"] == {"created": 0, "changed": 0, "unchanged": 0, "retired": 0}
    assert [(problem["file"], problem["line"], problem["column"]) for problem in answer["problems"]] == [  # type: ignore[attr-defined]
        ("stops.txt", 6, "stop_id")
    ]
    assert not Station.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("import_gtfs", "feed.zip", "--season", "1999"),
        ("plan_placements", "--season", "1999"),
        ("plan_placements", "--season", "2027", "--state", "ZZ"),
        ("plan_placements", "--season", "2027", "--state", "US"),
        ("plan_placements", "--season", "2027", "--train", "Nowhere Express"),
    ],
)
def test_usage_error_exits_2(words: tuple[str, ...], season: Season) -> None:
    with pytest.raises(CommandError) as error:
        call_command(*words)

    assert error.value.returncode == 2


def test_unparsable_usage_exits_2(data_folder: Path) -> None:
    """In a process of its own, since only there an option that is missing exits."""
    done = subprocess.run(
        [sys.executable, "manage.py", "import_gtfs", "feed.zip"],
        capture_output=True,
        text=True,
        check=False,
        env={"WAYPOST_DATA": str(data_folder), "PATH": ""},
    )

    assert done.returncode == 2
    assert "--season" in done.stderr


def test_plan_of_a_state_tells_counts(run: Run, make_station: MakeStation) -> None:
    make_station()
    make_station(state_id="TN")

    assert run("plan_placements", "--season", "2027", "--state", "ms") == {"created": 3, "unchanged": 0, "retired": 0}
    assert run("plan_placements", "--season", "2027") == {"created": 3, "unchanged": 3, "retired": 0}


def test_words_for_people(
    feed: FeedBuilder, tmp_path: Path, season: Season, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(feed.write(tmp_path / "feed.zip"))

    call_command("import_gtfs", path, "--season", "2027", "--dry-run")
    call_command("plan_placements", "--season", "2027")

    assert capsys.readouterr().out.splitlines() == [
        "Dry run: nothing was saved. It would be:",
        "Stations: 4 created, 0 changed, 0 unchanged, 0 retired.",
        "Trains: 1 created, 0 changed, 0 unchanged, 0 retired.",
        "Placements of January 2027: 0 created, 0 unchanged, 0 retired.",
    ]
