"""Batches from order to papers: codes, files, failure, interruption."""

import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from campaign.links import codes
from campaign.links.models import Link
from campaign.places.models import Placement, PlacementLink
from campaign.posters.models import Design, Review, TextSet
from campaign.printing import batches, downloads, packets, releases, scope
from campaign.printing.models import Batch, Packet
from campaign.printing.preflight import assembly_of, preflight
from campaign.printing.scope import Refused, Scope
from outreach.channels.models import Channel
from portal.audit.models import Entry
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import decode_pdf, page_texts
from tests.campaign.printing.network import Network, place

pytestmark = pytest.mark.django_db

BOTH = ["en", "es"]


def mississippi(network: Network) -> Scope:
    return scope.of_state(network.season, "MS")


def printed(order: Scope, languages: list[str] = BOTH) -> Batch:
    """A batch that was ordered and run; fails here if it failed."""
    batch = batches.create(order, languages=languages, announce=False)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.DONE, job.error
    batch.refresh_from_db()
    return batch


def content(batch: Batch) -> dict[str, bytes]:
    """Every file by its name, read from the storage."""
    files = {}
    for name, file in downloads.files_of(batch).items():
        with file.open() as stored:
            files[name] = stored.read()
    return files


def deliver(packet: Packet) -> None:
    """One packet alone, as a run that was cut short leaves it."""
    assembly = assembly_of(packet.batch)
    for proof in packets.proofs([packet], assembly, made_at=packet.batch.created_at):
        batches.deliver(proof, assembly)


def manifest(batch: Batch) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = json.loads(content(batch)["manifest.json"])
    return pages


class TestFiles:
    def test_every_page_carries_the_code_that_the_manifest_names(self, network: Network) -> None:
        batch = printed(scope.everything(network.season))
        pages = manifest(batch)
        assert len(pages) == batch.pages == 2 * 12
        files = content(batch)
        for name in dict.fromkeys(page["file"] for page in pages):
            # The whole page is searched, so that a second code would show.
            assert decode_pdf(files[name]) == [[page["decoded"]] for page in pages if page["file"] == name]
        assert all(page["decoded"] == page["url"] == f"HTTPS://EXAMPLE.ORG/Q/{page['code']}" for page in pages)
        assert list(pages[0]) == ["file", "page", "code", "url", "station", "spot", "language", "decoded"]

    def test_a_page_says_where_it_hangs_in_its_own_language(self, network: Network) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        english, spanish, *_ = page_texts(content(batch)["MS-JAN-jackson.pdf"])
        assert "Women’s restroom" in english
        assert "Baño de mujeres" in spanish
        first, second, *_ = manifest(batch)
        assert codes.grouped(first["code"]) in english
        assert codes.grouped(second["code"]) in spanish
        for text in (english, spanish):
            assert "Jackson (JAN)" in text
            assert "1-888-373-7888" in text
            assert "233733" in text

    def test_packets_are_tagged(self, network: Network) -> None:
        pdf = content(printed(mississippi(network)))["MS-JAN-jackson.pdf"]
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert "/StructTreeRoot" in document.Root
            assert bool(document.Root.MarkInfo.Marked)
            assert str(document.Root.Lang) == "en"

    def test_the_same_batch_gives_the_same_bytes(self, network: Network) -> None:
        batch = printed(mississippi(network))
        before = content(batch)
        Packet.objects.update(file=None)
        Job.objects.update(state=Job.State.QUEUED)
        Batch.objects.update(manifest=None)
        assert runners.run(batch.job_id).state == Job.State.DONE
        batch.refresh_from_db()
        assert content(batch) == before

    def test_the_packing_list_has_a_line_for_every_poster_and_no_formula(self, network: Network) -> None:
        network.jackson.name = "=HYPERLINK(1)"
        network.jackson.save(update_fields=["name"])
        batch = printed(mississippi(network))
        lines = list(csv.DictReader(io.StringIO(content(batch)["packing-list.csv"].decode("utf-8-sig"))))
        assert [line["poster"] for line in lines] == [codes.grouped(page["code"]) for page in manifest(batch)]
        assert {line["place"] for line in lines} == {"'=HYPERLINK(1)", "Marks"}

    def test_a_packet_of_more_pages_than_one_file_holds_is_parted(self, network: Network) -> None:
        place(network.marks, *(f"{number:03}" for number in range(200)), season=network.season)
        batch = printed(scope.of_station(network.season, "MKS"), ["en"])
        assert [(row.name, row.pages) for row in batch.packets.all()] == [
            ("MS-MKS-marks-part-1.pdf", 200),
            ("MS-MKS-marks-part-2.pdf", 1),
        ]
        assert len(manifest(batch)) == 201

    def test_without_an_address_every_page_says_sample(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = ""
        batch = printed(mississippi(network))
        assert batch.is_sample
        assert any("SAMPLE" in warning for warning in batch.warnings)
        texts = page_texts(content(batch)["MS-JAN-jackson.pdf"])
        assert all(word in text for text, word in zip(texts, ["Sample", "Muestra"] * 3, strict=True))

    def test_with_an_address_no_page_says_sample(
        self, network: Network, settings: Settings, user_with: Callable[..., User]
    ) -> None:
        settings.PRINTED_ADDRESS = "https://help.example.gov"
        batch = releases.release(batch_id=printed(mississippi(network)).pk, by=user_with(Role.APPROVER))
        assert not batch.is_sample
        assert not any("SAMPLE" in warning for warning in batch.warnings)
        for text in page_texts(content(batch)["MS-JAN-jackson.pdf"]):
            assert "help.example.gov" in text
            assert "Sample" not in text
            assert "Muestra" not in text
        assert manifest(batch)[0]["url"].startswith("HTTPS://HELP.EXAMPLE.GOV/Q/")


class TestCodes:
    def test_a_reprint_keeps_its_codes(self, network: Network) -> None:
        first = printed(mississippi(network), ["en"])
        second = printed(mississippi(network))
        english = [page["code"] for page in manifest(second) if page["language"] == "en"]
        assert english == [page["code"] for page in manifest(first)]
        assert Link.objects.count() == PlacementLink.objects.count() == 8

    def test_a_code_names_the_stations_state_or_the_nation(self, network: Network) -> None:
        pages = manifest(printed(scope.everything(network.season)))
        areas = {page["station"]: codes.read(page["code"]).area for page in pages}
        assert areas == {
            "Jackson (JAN)": "MS",
            "Marks (MKS)": "MS",
            "Memphis (MEM)": "TN",
            "Somewhere (N W/1)": "US",
            "City of New Orleans": "US",
        }
        assert all(codes.read(page["code"]).language == page["language"] for page in pages)

    def test_an_order_asks_the_database_as_often_for_many_placements_as_for_few(self, network: Network) -> None:
        order = scope.of_station(network.season, "MKS")
        with CaptureQueriesContext(connection) as few:
            batches.create(order, languages=BOTH, announce=False)
        place(network.marks, *map(str, range(30)), season=network.season)
        with CaptureQueriesContext(connection) as many:
            batches.create(order, languages=BOTH, announce=False)
        # The second finds some links and makes the others: one look and two inserts more at most.
        assert abs(len(many) - len(few)) <= 3


class TestPlacements:
    def test_printing_marks_what_was_planned_and_leaves_what_hangs(self, network: Network) -> None:
        Placement.objects.filter(spot__station=network.marks).update(state=Placement.State.POSTED)
        printed(mississippi(network))
        states = dict(Placement.objects.values_list("spot__station__code", "state"))
        assert states == {"JAN": "printed", "MKS": "posted", "MEM": "planned", "N W/1": "planned", None: "planned"}

    def test_ordering_and_printing_are_in_the_trail(self, network: Network) -> None:
        batch = printed(mississippi(network))
        verbs = Entry.objects.filter(object_type="campaign.batch", object_id=str(batch.pk)).order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == ["ordered", "printed"]


class TestRefusals:
    def test_a_language_without_approved_texts_is_refused_by_name(self, network: Network) -> None:
        TextSet.objects.filter(language="es").update(state=Review.IN_REVIEW)
        with pytest.raises(Refused, match="No text in Spanish is reviewed"):
            batches.create(mississippi(network), languages=BOTH)
        assert not Batch.objects.exists()
        assert not Link.objects.exists()

    def test_a_design_that_changed_after_its_approval_is_refused(self, network: Network) -> None:
        Design.objects.update(sha256="0" * 64)
        with pytest.raises(Refused, match="changed after its approval"):
            batches.create(mississippi(network), languages=BOTH)

    def test_a_design_that_is_not_approved_is_refused(self, network: Network) -> None:
        Design.objects.update(state=Review.DRAFT)
        with pytest.raises(Refused, match="No version of the design “first-light” is approved"):
            batches.create(mississippi(network), languages=BOTH)

    def test_a_place_without_plan_is_refused_with_the_way_out(self, network: Network) -> None:
        Placement.objects.all().delete()
        with pytest.raises(Refused, match="Plan placements first"):
            batches.create(mississippi(network), languages=BOTH)

    @pytest.mark.parametrize("address", ["help.example.gov", "https://help.example.gov/path", "https://a_b.example"])
    def test_an_address_that_cannot_be_printed_is_refused(
        self, network: Network, settings: Settings, address: str
    ) -> None:
        settings.PRINTED_ADDRESS = address
        with pytest.raises(Refused, match="The printed address"):
            batches.create(mississippi(network), languages=BOTH)

    def test_without_a_national_number_nothing_is_printed(self, network: Network) -> None:
        Channel.objects.update(confidence=Channel.Confidence.MEDIUM)
        with pytest.raises(Refused, match="No national number may be printed"):
            batches.create(mississippi(network), languages=BOTH)

    def test_a_text_whose_approval_was_taken_back_stops_a_batch_that_waits(self, network: Network) -> None:
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        TextSet.objects.filter(language="es").update(state=Review.DRAFT)
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert "No text in Spanish is reviewed" in job.error


class TestWarnings:
    def test_numbers_that_nobody_verified_are_named(self, network: Network) -> None:
        outlook = preflight(mississippi(network), languages=BOTH)
        assert any(
            "1-888-373-7888: two people have not checked this value yet" in warning for warning in outlook.warnings
        )
        Channel.objects.update(verified_on=network.season.starts_on)
        outlook = preflight(mississippi(network), languages=BOTH)
        assert not any("two people have not checked" in warning for warning in outlook.warnings)

    def test_stations_of_unknown_state_are_named(self, network: Network) -> None:
        outlook = preflight(scope.everything(network.season), languages=BOTH)
        assert any("Somewhere (N W/1)" in warning for warning in outlook.warnings)
        assert (outlook.posters, outlook.packets) == (24, 5)


class TestMisprints:
    def test_one_wrong_code_fails_the_batch_and_names_file_and_page(self, network: Network) -> None:
        """The disk holds another file under the name that a packet's content has: page 4 leads elsewhere."""
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        packet = batch.packets.get(station=network.jackson)
        occupy(batch, packet, spoiled_page=4)

        job = runners.run(batch.job_id)

        assert job.state == Job.State.FAILED
        assert "MS-JAN-jackson.pdf, page 4: the code says HTTPS://EXAMPLE.ORG/Q/0000000000, but should say" in job.error
        assert job.error.startswith("1 of 2 packets could not be made")
        packet.refresh_from_db()
        assert "page 4" in packet.error
        assert packet.file is None
        assert not packet.prints.exclude(decoded="").exists()
        assert [each.name for each in Packet.objects.delivered()] == ["MS-MKS-marks.pdf"]
        batch.refresh_from_db()
        assert batch.manifest is None
        assert not Placement.objects.filter(state=Placement.State.PRINTED).exists()

    def test_a_file_with_a_page_missing_fails_the_batch(self, network: Network) -> None:
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        occupy(batch, batch.packets.get(station=network.marks), drop_last=True)
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert "MS-MKS-marks.pdf" in job.error
        assert list(Packet.objects.delivered()) == [batch.packets.get(station=network.jackson)]

    def test_a_damaged_file_fails_the_batch(self, network: Network) -> None:
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        occupy(batch, batch.packets.get(station=network.marks), instead=b"not a file of ours")
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert "MS-MKS-marks.pdf" in job.error


def occupy(
    batch: Batch, packet: Packet, *, spoiled_page: int = 0, drop_last: bool = False, instead: bytes = b""
) -> None:
    """Puts other bytes where the storage will look for this packet's."""
    assembly = assembly_of(batch)
    (proof,) = packets.proofs([packet], assembly, made_at=batch.created_at)
    pages = [assembly.page(placement=row.placement, language=row.language, code=row.link.code) for row in proof.prints]
    if spoiled_page:
        wrong = codes.url("0" * codes.LENGTH, address=assembly.address.value)
        pages[spoiled_page - 1] = dataclasses.replace(pages[spoiled_page - 1], url=wrong)
    if drop_last:
        pages.pop()
    bad = instead or assembly.typeset(pages, made_at=batch.created_at)
    digest = hashlib.sha256(proof.content).hexdigest()
    default_storage.save(f"{digest[:2]}/{digest}", ContentFile(bad))


class TestInterruption:
    def test_a_batch_goes_on_after_the_last_delivered_packet(self, network: Network) -> None:
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        first, second = batch.packets.all()
        deliver(first)
        delivered = first.file
        assert runners.run(batch.job_id).state == Job.State.DONE
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.file == delivered
        assert second.file is not None
        assert len(manifest(batch_again(batch))) == 8

    def test_a_cancelled_batch_is_not_run(self, network: Network) -> None:
        batch = batches.create(mississippi(network), languages=BOTH, announce=False)
        ask(batch.job, Job.State.CANCELLED)
        assert runners.run(batch.job_id).state == Job.State.CANCELLED
        assert not Packet.objects.delivered().exists()

    def test_a_finished_batch_is_not_printed_twice(self, network: Network) -> None:
        batch = printed(mississippi(network))
        runners.run(batch.job_id)
        assert Entry.objects.filter(object_type="campaign.batch", verb="printed").count() == 1

    def test_a_batch_that_two_runs_complete_is_completed_once(self, network: Network) -> None:
        batch = printed(mississippi(network))
        manifest_of_the_first = batch_again(batch).manifest_id
        as_the_other_run_knew_it = Batch.objects.get(pk=batch.pk)
        as_the_other_run_knew_it.manifest = None
        batches.complete(as_the_other_run_knew_it)
        assert batch_again(batch).manifest_id == manifest_of_the_first
        assert Entry.objects.filter(object_type="campaign.batch", verb="printed").count() == 1


def batch_again(batch: Batch) -> Batch:
    batch.refresh_from_db()
    return batch
