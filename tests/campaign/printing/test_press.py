"""What a print shop gets beside the pages: crop marks, several posters on a press sheet, and both read back."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from campaign.posters.models import Sheet
from campaign.printing import batches, downloads, imposition, packets, parts, scope
from campaign.printing.checks.findings import Finding, Outcome
from campaign.printing.forms import OrderForm
from campaign.printing.models import Batch, Packet
from campaign.printing.packets import Misprint
from campaign.printing.preflight import assembly_of, preflight
from campaign.printing.scope import Refused
from campaign.printing.styles import PLAIN, Style
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.jobs import runners
from portal.jobs.models import Job
from portal.people.roles import Role
from portal.typesetting import SLUG, Imposition, decode_pdf, page_boxes, page_texts
from tests.campaign.printing.network import Network, place
from tests.campaign.printing.test_admin import MakeUser

pytestmark = pytest.mark.django_db

BOTH = ("en", "es")
MARKED = Style(has_bleed=True, has_marks=True)
STICKERS = Style(design="quiet-notice", sheet="sticker", has_bleed=True, imposed_on="press-12x18")


@pytest.fixture
def manager(client: Client, user_with: MakeUser) -> Client:
    """A browser in which a print manager is signed in."""
    client.force_login(user_with(Role.PRINT_MANAGER))
    return client


def printed(network: Network, style: Style) -> Batch:
    batch = batches.create(scope.of_station(network.season, "JAN"), languages=BOTH, style=style, announce=False)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.DONE, job.error
    batch.refresh_from_db()
    return batch


def content(file: StoredFile | None) -> bytes:
    assert file
    with file.open() as stored:
        return stored.read()


def plan_of(batch: Batch) -> Imposition:
    assert batch.imposed_on
    return imposition.plan_for(batch.sheet, batch.imposed_on, has_bleed=batch.has_bleed)


def found(network: Network, code: str, style: Style) -> list[Finding]:
    report = preflight(scope.everything(network.season), languages=BOTH, style=style).report
    return [finding for finding in report.findings if finding.code == code]


def reproduced(batch: Batch, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("reproduce_batch", str(batch.uid))
    return capsys.readouterr().out


class TestCropMarks:
    def test_they_stand_round_pages_that_say_the_same(
        self, network: Network, capsys: pytest.CaptureFixture[str]
    ) -> None:
        plain, marked = printed(network, Style(has_bleed=True)), printed(network, MARKED)
        before, after = (content(batch.packets.get().file) for batch in (plain, marked))
        for page in page_boxes(after):
            whole = (-SLUG, -SLUG, 630 + SLUG, 810 + SLUG)
            assert (page.media, page.bleed, page.trim) == (whole, (0, 0, 630, 810), (9, 9, 621, 801))
        assert decode_pdf(after) == decode_pdf(before)
        assert page_texts(after) == page_texts(before)
        assert "1 packets made again, 1 the same" in reproduced(marked, capsys)

    def test_every_check_finds_the_page_as_it_does_without(self, network: Network) -> None:
        def judged(style: Style) -> list[tuple[str, Outcome]]:
            report = preflight(scope.everything(network.season), languages=BOTH, style=style).report
            return [(check.code, check.outcome) for check in report.checks]

        assert judged(MARKED) == judged(Style(has_bleed=True))

    def test_without_bleed_they_are_refused(self, network: Network) -> None:
        (finding,) = found(network, "CROP_MARKS", Style(has_marks=True))
        assert finding.outcome is Outcome.FAIL
        assert "Order with bleed too" in finding.sentence
        with pytest.raises(Refused, match="Crop marks stand outside the bleed"):
            printed(network, Style(has_marks=True))

    def test_a_sheet_without_bleed_has_no_place_for_them(self, network: Network) -> None:
        Sheet.objects.filter(slug="letter").update(bleed=0)
        (finding,) = found(network, "CROP_MARKS", MARKED)
        assert "this sheet has none" in finding.sentence


class TestPressSheets:
    def test_every_poster_is_on_the_sheets_once(self, network: Network, capsys: pytest.CaptureFixture[str]) -> None:
        place(network.jackson, "North", "South", season=network.season)
        batch = printed(network, STICKERS)
        packet = batch.packets.get()
        pages = [texts[0] for texts in decode_pdf(content(packet.file))]
        assert len(pages) == 10
        sheets = content(packet.imposed)
        order = plan_of(batch).order(10)
        assert len(order) == len(page_boxes(sheets)) == 3
        # The whole sheet is searched, so that a second code would show.
        assert [sorted(texts) for texts in decode_pdf(sheets)] == [
            sorted(pages[page] for page in sheet) for sheet in order
        ]
        for box in page_boxes(sheets):
            assert box.media == (0, 0, 864, 1296)
        assert "1 packets made again, 1 the same" in reproduced(batch, capsys)

    def test_marked_pages_leave_their_own_marks_behind(self, network: Network) -> None:
        plain = printed(network, STICKERS)
        marked = printed(
            network,
            Style(design="quiet-notice", sheet="sticker", has_bleed=True, has_marks=True, imposed_on="press-12x18"),
        )
        with pikepdf.open(io.BytesIO(content(marked.packets.get().imposed))) as document:
            for page in document.pages:
                posters = [form for name, form in page.Resources.XObject.items() if name != "/CutMarks"]
                assert posters
                assert all([float(side) for side in form.BBox] == [0, 0, 306, 450] for form in posters)
        assert len(decode_pdf(content(marked.packets.get().imposed))) == len(
            decode_pdf(content(plain.packets.get().imposed))
        )

    def test_sheets_that_come_out_different_are_told(
        self, network: Network, capsys: pytest.CaptureFixture[str]
    ) -> None:
        batch = printed(network, STICKERS)
        packet = batch.packets.get()
        packet.imposed = StoredFile.objects.put(b"%PDF-1.7", name="other.pdf", content_type="application/pdf")
        packet.save()
        with pytest.raises(CommandError):
            call_command("reproduce_batch", str(batch.uid))
        assert "press sheets come out different" in capsys.readouterr().err

    def test_a_poster_in_anothers_place_is_a_misprint(self, network: Network) -> None:
        batch = printed(network, STICKERS)
        packet = batch.packets.get()
        with pikepdf.open(io.BytesIO(content(packet.imposed))) as document:
            drawn = document.pages[0].Resources.XObject
            drawn["/P1"], drawn["/P3"] = drawn["/P3"], drawn["/P1"]
            swapped = io.BytesIO()
            document.save(swapped)
        file = StoredFile.objects.put(swapped.getvalue(), name=packet.imposed_name, content_type="application/pdf")
        told = r"MS-JAN-jackson.imposed.pdf, sheet 1, poster 1: the code says HTTPS://\S+, but should say HTTPS://"
        with pytest.raises(Misprint, match=told):
            imposition.read_back(file, packets.prints_of(packet), assembly_of(batch), plan_of(batch))

    def test_a_sheet_that_is_missing_is_a_misprint(self, network: Network) -> None:
        batch = printed(network, STICKERS)
        packet = batch.packets.get()
        with pikepdf.open(io.BytesIO(content(packet.imposed))) as document:
            del document.pages[-1]
            short = io.BytesIO()
            document.save(short)
        file = StoredFile.objects.put(short.getvalue(), name=packet.imposed_name, content_type="application/pdf")
        with pytest.raises(Misprint, match=r"imposed.pdf: The document has 1 pages, 2 were expected"):
            imposition.read_back(file, packets.prints_of(packet), assembly_of(batch), plan_of(batch))

    def test_a_packet_whose_sheets_cannot_be_read_is_not_delivered(self, network: Network) -> None:
        batch = batches.create(scope.of_station(network.season, "JAN"), languages=BOTH, style=STICKERS, announce=False)
        assembly = assembly_of(batch)
        (proof,) = packets.proofs(Packet.objects.all(), assembly, made_at=batch.created_at)
        # Somebody gives the sheet another size while the batch runs.
        Sheet.objects.filter(slug="press-12x18").update(width=4, height=6)
        with pytest.raises(Refused, match="Fewer than two posters"):
            batches.deliver(proof, assembly)
        assert not Packet.objects.delivered().exists()

    def test_they_are_among_the_files(self, network: Network, tmp_path: Path) -> None:
        batch = printed(network, STICKERS)
        packet = batch.packets.get()
        names = list(downloads.files_of(batch))
        assert names[:2] == ["MS-JAN-jackson.pdf", "MS-JAN-jackson.imposed.pdf"]
        downloads.copy_out(batch, tmp_path)
        assert (tmp_path / "MS-JAN-jackson.imposed.pdf").read_bytes() == content(packet.imposed)

    def test_what_does_not_fit_is_refused_and_what_would_do_is_named(self, network: Network) -> None:
        (finding,) = found(network, "IMPOSITION", Style(has_bleed=True, imposed_on="tabloid"))
        assert finding.outcome is Outcome.FAIL
        assert (
            "Fewer than two posters of Letter, 8.5 × 11 in with bleed, fit on Tabloid, 11 × 17 in" in finding.sentence
        )
        assert "These would do: Press sheet (12 × 18 in), Press sheet (13 × 19 in)" in finding.sentence
        (finding,) = found(network, "IMPOSITION", Style(design="far-horizon", sheet="a3", imposed_on="press-sra3"))
        assert "No other sheet would do" in finding.sentence
        (finding,) = found(network, "IMPOSITION", Style(imposed_on="none"))
        assert "There is no press sheet “none”" in finding.sentence

    def test_the_report_counts_the_sheets(self, network: Network) -> None:
        outlook = preflight(scope.everything(network.season), languages=BOTH, style=STICKERS)
        # Jackson, Memphis and nowhere have 6 posters each, Marks 2, the train 4; four lie on a sheet.
        assert outlook.press_sheets == 3 * 2 + 1 + 1
        (finding,) = found(network, "IMPOSITION", STICKERS)
        assert finding.outcome is Outcome.PASS
        assert "24 posters on 8 sheets" in finding.sentence

    def test_without_bleed_it_is_told_that_one_cut_parts_two(self, network: Network) -> None:
        note, *_ = found(network, "IMPOSITION", Style(imposed_on="tabloid"))
        assert note.outcome is Outcome.WARN
        assert "one cut parts two posters" in note.sentence

    def test_no_poster_is_ordered_in_the_size_of_a_press_sheet(self, network: Network) -> None:
        form = OrderForm.of(season=network.season, what="all")
        assert "press-12x18" not in str(form["sheet"])
        presses = re.findall(r'value="([a-z0-9-]+)"', str(form["imposed_on"]))
        assert presses[:3] == ["press-12x18", "press-13x19", "press-sra3"]
        assert "tabloid" in presses
        with pytest.raises(Refused, match="There is no sheet “press-12x18”"):
            printed(network, Style(sheet="press-12x18"))


class TestOrdering:
    def test_a_new_choice_is_counted_anew(self, network: Network) -> None:
        def counted(**style: str) -> str:
            return OrderForm.of(season=network.season, what="all", style=style).counted

        said = [counted(), counted(has_bleed="on"), counted(has_bleed="on", has_marks="on"), counted(imposed_on="a3")]
        assert len(set(said)) == len(said)

    def test_the_form_gives_the_style(self, network: Network) -> None:
        form = OrderForm.of(
            season=network.season,
            what="all",
            style={"has_bleed": "on", "has_marks": "on", "imposed_on": "press-sra3"},
        )
        assert form.is_valid()
        assert form.style == Style(
            design=PLAIN.design, sheet=PLAIN.sheet, has_bleed=True, has_marks=True, imposed_on="press-sra3"
        )

    def test_the_page_tells_the_sheets_before_they_are_ordered(self, network: Network, manager: Client) -> None:
        wanted = {
            "season": network.season.pk,
            "what": "state:MS",
            "languages": "en",
            "design": "quiet-notice",
            "sheet": "sticker",
            "has_bleed": "on",
            "imposed_on": "press-12x18",
        }
        text = manager.post(reverse("admin:campaign_batch_new"), wanted, follow=True).content.decode()
        assert "For the press:" in text
        assert "of 12 × 18 in" in text
        assert "One poster a sheet" in text

    def test_the_command_takes_both(self, network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        options = [
            "--design",
            "quiet-notice",
            "--sheet",
            "sticker",
            "--bleed",
            "--marks",
            "--imposed-on",
            "press-13x19",
        ]
        call_command(
            "print_posters",
            "--season",
            "2027",
            "--state",
            "MS",
            "--language",
            "en",
            *options,
            "--out",
            str(tmp_path),
            "--json",
        )
        batch = Batch.objects.get()
        assert (batch.has_marks, batch.imposed_on) == (True, Sheet.objects.get(slug="press-13x19"))
        assert (tmp_path / "MS-JAN-jackson.imposed.pdf").exists()
        files = json.loads(capsys.readouterr().out)["files"]
        assert str(tmp_path / "MS-JAN-jackson.pdf") in files


class TestStates:
    """A zip for each state, for stations of unknown state, and for the trains."""

    @pytest.fixture
    def batch(self, network: Network) -> Batch:
        order = scope.everything(network.season)
        batch = batches.create(order, languages=BOTH, style=STICKERS, announce=False)
        assert runners.run(batch.job_id).state == Job.State.DONE
        batch.refresh_from_db()
        return batch

    @staticmethod
    def fetch(browser: Client, batch: Batch, key: str) -> zipfile.ZipFile:
        response = browser.get(reverse("admin:campaign_batch_download", args=[batch.pk, f"posters-{key}.zip"]))
        assert f'filename="posters-{batch.pk}-{key}.zip"' in response.headers["Content-Disposition"]
        archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
        assert archive.testzip() is None
        return archive

    def test_each_holds_what_goes_there(self, batch: Batch, manager: Client) -> None:
        assert self.fetch(manager, batch, "MS").namelist() == [
            "MS-JAN-jackson.pdf",
            "MS-JAN-jackson.imposed.pdf",
            "MS-MKS-marks.pdf",
            "MS-MKS-marks.imposed.pdf",
            "packing-list-MS.pdf",
            "drop-list-MS.pdf",
            "packing-list-MS.csv",
        ]
        assert self.fetch(manager, batch, "trains").namelist()[0] == "train-city-of-new-orleans.pdf"
        assert self.fetch(manager, batch, "US").namelist()[0].startswith("US-N-W-1")

    def test_together_they_are_the_batch(self, batch: Batch, manager: Client) -> None:
        found = parts.parts_of(batch)
        assert [part.name for part in found] == ["Mississippi", "Tennessee", "Stations of unknown state", "Trains"]
        lines: list[dict[str, str]] = []
        for part in found:
            archive = self.fetch(manager, batch, part.key)
            table = archive.read(f"packing-list-{part.key}.csv").decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(table)))
            assert len(rows) == part.posters
            assert {row["file"] for row in rows} == {name for name in archive.namelist() if name in _packets(batch)}
            lines += rows
        assert len(lines) == batch.pages == sum(part.posters for part in found)
        whole = content(batch.packing_csv).decode("utf-8-sig")
        assert sorted(row["poster"] for row in lines) == sorted(
            row["poster"] for row in csv.DictReader(io.StringIO(whole))
        )

    def test_whoever_fetched_one_stands_in_the_trail(self, batch: Batch, manager: Client) -> None:
        self.fetch(manager, batch, "TN")
        entry = Entry.objects.filter(verb="downloaded").latest("pk")
        assert entry.object_label == f"{batch}: posters-TN.zip"

    @pytest.mark.parametrize("key", ["CA", "XX", "ms", "M"])
    def test_there_is_none_of_what_is_not_in_the_batch(self, batch: Batch, manager: Client, key: str) -> None:
        address = f"/admin/campaign/batch/{batch.pk}/files/posters-{key}.zip"
        assert manager.get(address).status_code == 404

    def test_the_page_offers_them(self, batch: Batch, manager: Client) -> None:
        text = manager.get(reverse("admin:campaign_batch_change", args=[batch.pk])).content.decode()
        for key in ("MS", "TN", "US", "trains"):
            assert reverse("admin:campaign_batch_download", args=[batch.pk, f"posters-{key}.zip"]) in text
        assert "MS-JAN-jackson.imposed.pdf" in text

    def test_one_state_alone_is_the_whole(self, network: Network, manager: Client) -> None:
        batch = printed(network, PLAIN)
        text = manager.get(reverse("admin:campaign_batch_change", args=[batch.pk])).content.decode()
        assert "posters-MS.zip" not in text

    def test_it_is_not_there_before_all_is_done(self, network: Network, manager: Client) -> None:
        batch = batches.create(scope.everything(network.season), languages=BOTH, announce=False)
        address = reverse("admin:campaign_batch_download", args=[batch.pk, "posters-MS.zip"])
        assert manager.get(address).status_code == 404


def _packets(batch: Batch) -> set[str]:
    return set(batch.packets.values_list("name", flat=True))


def test_the_list_of_sheets_says_which_are_for_the_press(client: Client, user_with: MakeUser) -> None:
    client.force_login(user_with(Role.DESIGNER))
    text = client.get(reverse("admin:campaign_sheet_changelist"), {"is_press__exact": 1}).content.decode()
    assert text.count("Press sheet: takes several posters") == 3
    assert "Car card" not in text


def test_a_sheet_that_was_ordered_keeps_its_measures(network: Network, client: Client, user_with: MakeUser) -> None:
    client.force_login(user_with(Role.DESIGNER))
    sheet = batches.create(scope.of_state(network.season, "MS"), languages=["en"], announce=False).sheet
    free = Sheet.objects.exclude(pk=sheet.pk).exclude(is_press=True).first()
    assert free
    for each, width in ((sheet, sheet.width), (free, free.width + 1)):
        fields = ("name", "slug", "unit", "height", "bleed", "safe", "position")
        given = {field: getattr(each, field) for field in fields} | {"width": each.width + 1}
        address = reverse("admin:campaign_sheet_change", args=[each.pk])
        assert client.post(address, given).status_code == 302
        each.refresh_from_db()
        assert each.width == width
