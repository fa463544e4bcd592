"""Plan → print → decode → scan → count, on the real network."""

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from campaign.places.models import Placement, PlacementLink, Spot, Station
from campaign.printing import releases
from campaign.printing.models import Batch
from campaign.scans import fold, journal
from campaign.scans.models import DailyCount
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import decode_pdf, page_texts

pytestmark = pytest.mark.django_db


def command(*words: object) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*map(str, words), "--json", stdout=out, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture
def planned(shared_data: Path, db: None) -> None:
    """Amtrak's network, planned for January 2027."""
    feed = shared_data / "amtrak_gtfs_2026.zip"
    register = shared_data / "ntad_amtrak_stations_2023.csv"
    chosen = ("--agency-id", "51", "--route-type", "2", "--register", register)
    command("import_gtfs", feed, "--season", 2027, *chosen)
    command("plan_placements", "--season", 2027)


def test_a_state_is_planned_printed_scanned_and_counted(
    planned: None, tmp_path: Path, settings: Settings, client: Client, user_with: Callable[..., User]
) -> None:
    settings.PRINTED_ADDRESS = "https://paths.example.gov"
    out = tmp_path / "out"
    order = ("--state", "MS", "--language", "en", "--language", "es")
    with pytest.raises(CommandError, match="not put out yet"):
        command("print_posters", "--season", 2027, *order, "--out", out)
    assert not list(out.iterdir())
    batch = Batch.objects.get()
    releases.release(batch_id=batch.pk, by=user_with(Role.APPROVER))
    answer = command("print_posters", "--season", 2027, "--batch", batch.uid, "--out", out)
    pages = json.loads(Path(answer["manifest"]).read_text())
    placements = Placement.objects.active().filter(spot__station__state="MS")
    assert answer["pages"] == len(pages) == 2 * placements.count() > 40
    assert len({page["code"] for page in pages}) == len(pages)

    read: list[str] = []
    for path in map(Path, answer["files"]):
        codes = decode_pdf(path.read_bytes())
        assert all(len(on_page) == 1 for on_page in codes)
        read += [on_page[0] for on_page in codes]
    assert read == [page["url"] for page in pages]

    for page, url in zip(pages, read, strict=True):
        response = client.get(urlsplit(url).path)
        assert response.headers["Location"] == f"/{page['language']}/near/ms/"
        assert page["code"] not in response.headers["Location"]
    client.get(urlsplit(read[0]).path.lower())
    fold.fold(through=journal.today())
    counted = Counter(dict(DailyCount.objects.values_list("link__code", "count")))
    assert counted == Counter(page["code"] for page in pages) + Counter([pages[0]["code"]])


def test_no_restroom_poster_is_printed_where_there_is_only_a_platform(planned: None, tmp_path: Path) -> None:
    command("print_posters", "--season", 2027, "--state", "MS", "--language", "en", "--out", tmp_path / "out")
    outside = Placement.objects.filter(spot__station__kind__in=[Station.Kind.PLATFORM, Station.Kind.SHELTER])
    printed = outside.filter(links__isnull=False)
    assert printed.exists()
    assert set(printed.values_list("spot__kind", flat=True)) == {Spot.Kind.PLATFORM}


def test_a_train_carries_the_nations_lines_and_codes(planned: None, tmp_path: Path, client: Client) -> None:
    train = "City of New Orleans"
    answer = command("print_posters", "--season", 2027, "--train", train, "--language", "en", "--out", tmp_path / "o")
    (path,) = map(Path, answer["files"])
    for text in page_texts(path.read_bytes()):
        assert train in text
    for (url,) in decode_pdf(path.read_bytes()):
        assert client.get(urlsplit(url).path).headers["Location"] == "/en/near/us/"


@pytest.mark.slow
def test_the_whole_network_is_printed_and_every_code_read(planned: None, tmp_path: Path) -> None:
    answer = command(
        "print_posters", "--season", 2027, "--all", "--language", "en", "--language", "es", "--out", tmp_path / "out"
    )
    pages = json.loads(Path(answer["manifest"]).read_text())
    assert answer["pages"] == len(pages) == 2 * Placement.objects.active().count() == PlacementLink.objects.count()
    assert all(page["decoded"] == page["url"] for page in pages)
    assert {page["file"] for page in pages} == {Path(path).name for path in answer["files"]}
    assert len({page["code"] for page in pages}) == len(pages)
