"""The command: what it answers, and how it ends."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from campaign.links.models import Link
from campaign.places.models import Operator
from campaign.printing import batches, scope
from campaign.printing.models import Batch
from portal.jobs.models import Job
from portal.typesetting import decode_pdf
from tests.campaign.printing.network import Network, station

pytestmark = pytest.mark.django_db


def run(*words: object) -> dict[str, Any]:
    out = io.StringIO()
    call_command("print_posters", "--season", "2027", "--json", *map(str, words), stdout=out, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def refused(*words: object) -> list[str]:
    """The problems of a refused run, which must end with 1."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("print_posters", "--season", "2027", "--json", *map(str, words), stdout=out, stderr=io.StringIO())
    assert error.value.returncode == 1
    return [problem["message"] for problem in json.loads(out.getvalue())["problems"]]


def test_a_state_lands_in_the_folder_with_all_its_papers(network: Network, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    answer = run("--state", "MS", "--language", "en", "--language", "es", "--out", out)
    assert answer["pages"] == 8
    assert answer["files"] == [str(out / "MS-JAN-jackson.pdf"), str(out / "MS-MKS-marks.pdf")]
    assert answer["manifest"] == str(out / "manifest.json")
    assert answer["seconds"] > 0
    assert sorted(path.name for path in out.iterdir()) == [
        "MS-JAN-jackson.pdf",
        "MS-MKS-marks.pdf",
        "address-labels.pdf",
        "drop-list.csv",
        "drop-list.pdf",
        "envelopes.pdf",
        "job-ticket.pdf",
        "manifest.json",
        "packing-list.csv",
        "packing-list.pdf",
    ]
    pages = json.loads((out / "manifest.json").read_text())
    for path in map(Path, answer["files"]):
        assert decode_pdf(path.read_bytes()) == [[page["url"]] for page in pages if page["file"] == path.name]


def test_one_station_one_train_and_all(network: Network, tmp_path: Path) -> None:
    assert run("--station", "JAN", "--language", "en", "--out", tmp_path / "a")["pages"] == 3
    assert run("--train", "City of New Orleans", "--language", "en", "--out", tmp_path / "b")["pages"] == 2
    assert run("--all", "--out", tmp_path / "c")["pages"] == 24
    assert (tmp_path / "b" / "train-city-of-new-orleans.pdf").exists()


def test_a_language_named_twice_is_printed_once(network: Network, tmp_path: Path) -> None:
    assert run("--station", "JAN", "--language", "en", "--language", "en", "--out", tmp_path)["pages"] == 3


def test_a_second_run_prints_the_same_codes(network: Network, tmp_path: Path) -> None:
    run("--state", "MS", "--out", tmp_path / "a")
    run("--state", "MS", "--out", tmp_path / "b")
    assert Link.objects.count() == 8
    first, second = ((tmp_path / folder / "manifest.json").read_text() for folder in "ab")
    assert first == second


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--state", "ZZ"), "There is no state ZZ"),
        (("--station", "NIX"), "There is no station NIX"),
        (("--train", "Nix"), "There is no train Nix"),
        (("--state", "CA"), "California: nothing is planned for January 2027"),
        (("--station", "JAN", "--language", "vi"), "No text in Vietnamese is reviewed"),
    ],
)
def test_what_cannot_be_printed_ends_with_its_problem(
    network: Network, tmp_path: Path, words: tuple[str, ...], problem: str
) -> None:
    problems = refused(*words, "--out", tmp_path)
    assert any(problem in text for text in problems), problems
    assert not Batch.objects.exists()


def test_a_code_of_several_operators_names_them_and_takes_one(network: Network, tmp_path: Path) -> None:
    other = Operator.objects.create(key="NJT@njtransit.com", name="NJ Transit")
    station(other, "JAN", "Jackson Avenue", state="NJ")
    assert "51@amtrak.com" in refused("--station", "JAN", "--out", tmp_path)[0]
    answer = run("--station", "JAN", "--operator", "51@amtrak.com", "--language", "en", "--out", tmp_path)
    assert answer["pages"] == 3


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_made(network: Network, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "Nothing can be put into" in refused("--state", "MS", "--out", tmp_path / "file")[0]
    assert not Batch.objects.exists()


def test_a_file_that_cannot_be_put_there_is_told_with_the_way_on(network: Network, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    [problem] = refused("--state", "MS", "--language", "en", "--out", tmp_path)
    assert problem.startswith(f"manifest.json cannot be put into {tmp_path}:")
    assert f"--batch {Batch.objects.get().uid}" in problem


def test_an_unknown_season_is_wrong_usage(network: Network, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no season 1999") as refusal:
        call_command("print_posters", "--season", "1999", "--all", "--out", tmp_path, "--json")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("state", [Job.State.QUEUED, Job.State.PAUSED, Job.State.FAILED, Job.State.DONE])
def test_a_batch_made_before_is_finished_or_fetched(network: Network, tmp_path: Path, state: Job.State) -> None:
    batch = batches.create(scope.of_station(network.season, "JAN"), languages=["en"], announce=False)
    if state == Job.State.DONE:
        run("--batch", batch.uid, "--out", tmp_path / "first")
    else:
        Job.objects.update(state=state)
    answer = run("--batch", batch.uid, "--out", tmp_path)
    assert answer["pages"] == 3
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("uid", ["nonsense", "8c4e9f0e-6d5c-4f0a-9c3e-2f9d3c0f7a11"])
def test_an_unknown_batch_is_refused(network: Network, tmp_path: Path, uid: str) -> None:
    assert refused("--batch", uid, "--out", tmp_path) == [f"There is no batch {uid} of 2027."]


def test_a_cancelled_batch_stays_cancelled(network: Network, tmp_path: Path) -> None:
    batch = batches.create(scope.of_station(network.season, "JAN"), languages=["en"], announce=False)
    Job.objects.update(state=Job.State.CANCELLED)
    assert "The batch is cancelled" in refused("--batch", batch.uid, "--out", tmp_path)[0]


@pytest.mark.parametrize("words", [[], ["--state", "MS"], ["--all", "--state", "MS", "--out", "x"], ["--out", "x"]])
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "print_posters", "--season", "2027", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr
