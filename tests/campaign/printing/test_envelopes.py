"""The papers of a drop: what they say, what they never say, and that all of them count the same posters."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from campaign.links import codes
from campaign.places.models import Spot, Station, Train, TrainStop
from campaign.posters.models import Sheet
from campaign.printing import batches, downloads, drops, envelopes, itinerary, packing, scope
from campaign.printing.itinerary import drops_of
from campaign.printing.models import Batch, Packet, Paper, Print
from campaign.printing.scope import Refused, Scope
from outreach.channels.directory import poster_lines
from outreach.channels.models import Channel
from portal.files.models import StoredFile
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.typesetting import page_count, page_texts
from portal.typesetting.readback import page_pictures
from tests.campaign.printing.network import Network, place, station

pytestmark = pytest.mark.django_db

BOTH = ["en", "es"]
PACKING_LIST, DROP_LIST, LABELS = "packing-list.pdf", "drop-list.pdf", "address-labels.pdf"


def printed(order: Scope, languages: list[str] = BOTH) -> Batch:
    """A batch that was ordered and run; fails here if it failed."""
    batch = batches.create(order, languages=languages, announce=False)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.DONE, job.error
    batch.refresh_from_db()
    return batch


def content(batch: Batch, name: str) -> bytes:
    file = downloads.file_of(batch, name)
    assert file is not None, name
    with file.open() as stored:
        return stored.read()


def pages(batch: Batch, name: str) -> list[str]:
    """The text of each page on one line: where a line breaks is of no account."""
    return [" ".join(text.replace("\u200b", "").split()) for text in page_texts(content(batch, name))]


def papers_of(batch: Batch) -> dict[str, str]:
    return dict(batch.papers.values_list("name", "file__sha256"))


@pytest.fixture
def jackson(network: Network) -> Station:
    """Jackson with an address."""
    network.jackson.address, network.jackson.postal_code = "300 W Capitol St", "39201"
    network.jackson.save(update_fields=["address", "postal_code"])
    return network.jackson


class TestEnvelope:
    def test_the_cover_sheet_says_what_hangs_where_in_hanging_order(self, network: Network, jackson: Station) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        cover, _, slip = pages(batch, "envelopes.pdf")
        assert f"Station envelope 1 of 1 · January 2027 · batch {batch.pk}" in cover
        assert "Jackson Code JAN 300 W Capitol St Jackson, MS 39201" in cover
        assert "6 posters MS-JAN-jackson.pdf" in cover
        wanted = [codes.grouped(row.link.code) for row in Print.objects.filter(packet__batch=batch).order_by("page")]
        for text in (cover, slip):
            assert re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text) == wanted
        spots = ["Women's restroom", "Men's restroom", "Waiting room"]
        assert sorted(spots, key=cover.index) == spots
        for words in (
            "Inside every stall door, at eye level; the accessible stall too.",
            "4 to 5 ft (1.2–1.5 m)",
            "(0.4–1.2 m) above the floor, reachable from a wheelchair",
            "Not behind a door that stands open.",
            "No tape, frame or fold over the code.",
            "not to scale",
        ):
            assert words in cover

    def test_the_card_says_what_to_do_in_english_and_spanish_with_the_numbers_of_the_channels(
        self, network: Network
    ) -> None:
        Channel.objects.filter(value="1-888-373-7888").update(value="1-800-555-0199")
        Channel.objects.filter(value="233733").update(value="555019")
        batch = printed(scope.of_station(network.season, "JAN"))
        _, card, slip = pages(batch, "envelopes.pdf")
        for words in (
            "If someone asks for help",
            "Speak where others can’t hear, if they want.",
            "Ask: are you in danger now, shall I call 911?",
            "Offer a phone and the number; let them dial.",
            "Don’t ask for story, ID or status.",
            "Never confront anyone.",
            "Si alguien le pide ayuda",
            "Pregunte: ¿está en peligro ahora?, ¿llamo al 911?",
            "deje que la persona marque",
            "Nunca confronte a nadie.",
        ):
            assert words in card
        assert card.count("1-800-555-0199") == card.count("555019") == 2
        assert "Please don’t write about anyone’s situation here. No one is watching this for reports." in slip
        assert "Need help: 1-800-555-0199, text 555019." in slip
        assert "373-7888" not in card + slip

    def test_without_an_emergency_number_the_card_names_none(self, network: Network) -> None:
        lines = poster_lines(None, network.season.starts_on)
        assert lines.emergency is not None
        english, spanish = envelopes.cards(lines)
        assert lines.emergency.value in str(english["sentences"])
        Channel.objects.filter(slug=lines.emergency.slug).update(may_print=False)
        english, spanish = envelopes.cards(poster_lines(None, network.season.starts_on))
        assert ["Ask:", "are you in danger now, shall I call for help?"] in english["sentences"]  # type: ignore[operator]
        assert "¿llamo para pedir ayuda?" in str(spanish["sentences"])

    def test_the_slip_asks_for_roles_and_spots_and_never_for_people(self, network: Network) -> None:
        slip = pages(printed(scope.of_station(network.season, "JAN")), "envelopes.pdf")[2]
        for words in ("Posted", *(f"Not posted: {reason}" for reason in envelopes.REASONS), "by (role, not a name)"):
            assert words in slip
        assert "Fold and send back to: Poster coordinator" in slip
        assert not re.search(r"\b(your name|signature|phone|e-mail|victim)\b", slip, re.IGNORECASE)

    def test_a_train_has_an_envelope_without_address_and_numbers(self, network: Network) -> None:
        cover, _, slip = pages(printed(scope.of_train(network.season, "City of New Orleans")), "envelopes.pdf")
        assert "Train envelope 1 of 1" in cover
        assert "City of New Orleans Aboard: there is no address." in cover
        assert "Beside the door, on a panel that does not slide or fold." in cover
        assert not re.search(r"\b5[89]\b", cover + slip)

    def test_a_place_nobody_knows_much_of_says_so(self, network: Network) -> None:
        network.nowhere.code = network.nowhere.city = ""
        network.nowhere.save(update_fields=["code", "city"])
        cover, *_ = pages(printed(scope.of_station(network.season, "N W/1")), "envelopes.pdf")
        assert "Somewhere Address not known: ask before you go." in cover

    def test_long_and_foreign_names_stay_on_the_paper(self, network: Network) -> None:
        batch = printed(scope.of_state(network.season, "MS"), ["en"])
        long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
        Station.objects.filter(pk=network.jackson.pk).update(name=long, address=f"{long} 1")
        Station.objects.filter(pk=network.marks.pk).update(name="京都駅 – محطة – Montréal", address="Ω 1")
        Spot.objects.filter(station=network.marks).update(label="一号线" + "L" * 57)
        Paper.objects.all().delete()
        list(drops.make(batch))
        for name in ("envelopes.pdf", DROP_LIST, LABELS, PACKING_LIST):
            text = re.sub(r"\s|\ufffe|\u00ad", "", "".join(pages(batch, name)))
            assert long in text
            assert "京都駅" in text
            assert "Montréal" in text
            for picture in page_pictures(content(batch, name), ppi=36):
                assert picture.convert("L").crop(
                    (picture.width - 6, 0, picture.width, picture.height)
                ).getextrema() == (255, 255)
        assert "一号线" + "L" * 57 in re.sub(r"\s", "", pages(batch, "envelopes.pdf")[3])

    def test_every_kind_of_spot_has_its_line(self) -> None:
        assert set(envelopes.GUIDANCE) == set(Spot.Kind)

    def test_a_station_of_very_many_spots_goes_over_several_pages(self, network: Network) -> None:
        place(network.marks, *(f"{number:03}" for number in range(99)), season=network.season)
        batch = printed(scope.of_station(network.season, "MKS"), ["en"])
        texts = " ".join(pages(batch, "envelopes.pdf"))
        assert {codes.grouped(code) for code in Print.objects.values_list("link__code", flat=True)} == set(
            re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", texts)
        )

    def test_samples_say_so_on_every_page_that_goes_along(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = ""
        batch = printed(scope.of_station(network.season, "JAN"))
        for name in ("envelopes.pdf", DROP_LIST, LABELS, PACKING_LIST):
            assert all("Sample: these posters must not hang" in text for text in pages(batch, name))
        assert "Sample: these posters must not hang" in pages(batch, drops.TICKET)[0]

    def test_pages_are_tagged_and_the_spanish_card_is_spanish(self, network: Network) -> None:
        pdf = content(printed(scope.of_station(network.season, "JAN")), "envelopes.pdf")
        assert b"/StructTreeRoot" in pdf
        assert b"pdfuaid" in pdf
        assert re.search(rb"/Lang\s*\(es", pdf)


class TestSets:
    def test_files_hold_whole_envelopes_in_order(self) -> None:
        rows = [Packet(position=position, pages=2) for position in range(1, 25)]
        files = envelopes.sets(rows, languages=2)
        assert [row for each in files for row in each] == rows
        assert [len(each) for each in files] == [10, 10, 4]

    def test_files_of_several_say_which_envelopes_they_hold(
        self, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(envelopes, "MOST_PAGES", 6)
        batch = printed(scope.everything(network.season), ["en"])
        names = [name for name in papers_of(batch) if name.startswith("envelopes")]
        assert names == ["envelopes-1-2.pdf", "envelopes-3-4.pdf", "envelopes-5-5.pdf"]
        assert [page_count(content(batch, name)) for name in names] == [6, 6, 3]
        assert "Station envelope 3 of 5" in pages(batch, names[1])[0]


class TestTotals:
    def test_all_papers_count_the_same_envelopes_and_posters(self, network: Network, jackson: Station) -> None:
        batch = printed(scope.everything(network.season))
        rows = table(batch)
        lists = [pages(batch, drop.file_name(packing.PRINTABLE)) for drop in drops_of(batch)]
        dropping = " ".join(" ".join(pages(batch, drop.file_name(drops.DROP_LIST))) for drop in drops_of(batch))
        ticket = " ".join(pages(batch, drops.TICKET))
        enveloped = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", " ".join(pages(batch, "envelopes.pdf")[::3]))
        assert batch.pages == 24 == sum(int(row["posters"]) for row in rows) == len(enveloped)
        subtotals = [re.search(r"Subtotal of this list: (\d+) envelopes?, (\d+) posters", each[-1]) for each in lists]
        assert [each and tuple(map(int, each.groups())) for each in subtotals] == [(2, 8), (1, 6), (1, 6), (1, 4)]
        for number, each in enumerate(lists, start=1):
            assert f"List {number} of 4" in each[0]
            assert "All 4 lists of the batch together: 5 envelopes, 24 posters." in each[-1]
        said = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", " ".join(" ".join(each) for each in lists))
        assert said == enveloped
        assert [int(count) for count in re.findall(r"Total: \d envelopes?, (\d+) posters", dropping)] == [8, 6, 6, 4]
        assert "Total: 5 files, 24 pages, 5 spares." in ticket
        names = list(batch.packets.order_by("position").values_list("name", flat=True))
        assert [row["file"] for row in rows] == names
        for text in (dropping, ticket):
            assert sorted(names, key=text.index) == names

    def test_spares_are_rounded_up_for_each_packet(self, network: Network) -> None:
        for pages_of_packet, spares in ((1, 1), (20, 1), (21, 2), (200, 10)):
            stop = drops.Stop(Packet(pages=pages_of_packet), {})
            assert stop.spares == spares


def table(batch: Batch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(batch, drops.DROP_TABLE).decode("utf-8-sig"))))


class TestDropList:
    def test_it_tells_what_and_where_and_nothing_else(self, network: Network, jackson: Station) -> None:
        batch = printed(scope.everything(network.season))
        text = " ".join(pages(batch, "drop-list-MS.pdf") + pages(batch, "drop-list-trains.pdf"))
        assert "Memphis" not in text
        assert "Jackson (JAN) 300 W Capitol St, Jackson, MS 39201 MS-JAN-jackson.pdf 6" in text
        assert not re.search(r"\b(January|December|2026|2027|coordinator|traffick\w*)\b", text, re.IGNORECASE)
        assert not re.search(r"\b5[89]\b", text)
        assert set(table(batch)[0]) == {"envelope", "place", "code", "address", "city_state", "file", "posters"}

    def test_no_cell_runs_as_a_formula(self, network: Network, jackson: Station) -> None:
        Station.objects.filter(pk=jackson.pk).update(name="=HYPERLINK(1)", address="@SUM(1)")
        (row,) = table(printed(scope.of_station(network.season, "JAN")))
        assert (row["place"], row["address"]) == ("'=HYPERLINK(1)", "'@SUM(1)")


class TestLabels:
    def test_places_with_an_address_have_a_label_and_the_others_are_named(
        self, network: Network, jackson: Station
    ) -> None:
        label, rest = pages(printed(scope.everything(network.season)), LABELS)
        assert "Jackson (JAN) 300 W Capitol St Jackson, MS 39201" in label
        assert "Memphis" not in label
        for name in ("Marks (MKS)", "Memphis (MEM)", "Somewhere (N W/1)", "City of New Orleans"):
            assert name in rest
        assert "4 envelopes go by hand" in rest

    def test_ten_labels_fill_a_sheet(self, network: Network) -> None:
        stations = [station(network.operator, f"S{number}", f"Stop {number}", state="MS") for number in range(11)]
        Station.objects.filter(pk__in=[row.pk for row in stations]).update(address="1 Main St")
        rows = [placement.pk for row in stations for placement in place(row, "", season=network.season)]
        first, second, rest = pages(printed(scope.chosen(network.season, rows), ["en"]), LABELS)
        assert (first.count("1 Main St"), second.count("1 Main St")) == (10, 1)
        assert "Every envelope has a label." in rest


class TestDrops:
    def test_a_list_goes_along_the_routes_of_the_feed_and_says_so(self, network: Network) -> None:
        stations = {code: station(network.operator, code, code.title(), state="LA") for code in ("A", "B", "C", "D")}
        other = Train.objects.create(operator=network.operator, name="Another")
        TrainStop.objects.bulk_create(
            [
                *(
                    TrainStop(train=network.train, station=stations[code], order=place)
                    for place, code in enumerate("CAB")
                ),
                *(TrainStop(train=other, station=stations[code], order=place) for place, code in enumerate("BD")),
            ]
        )
        for each in stations.values():
            place(each, "", season=network.season)
        nowhere = station(network.operator, "0", "0 on no route", state="LA")
        place(nowhere, "", season=network.season)
        batch = printed(scope.of_state(network.season, "LA"), ["en"])
        text = " ".join(pages(batch, PACKING_LIST))
        wanted = [
            "Along the route: City of New Orleans",
            *("C (C)", "A (A)", "B (B)", "Along the route: Another", "D (D)"),
            "On no route that the feed tells, by name",
            "0 on no route (0)",
        ]
        assert sorted(wanted, key=text.index) == wanted
        assert [row["place"] for row in table(batch)] == ["C", "A", "B", "D", "0 on no route"]

    def test_a_station_that_moved_into_another_state_goes_with_the_others_there(self, network: Network) -> None:
        batch = batches.create(scope.everything(network.season), languages=["en"], announce=False)
        network.jackson.state_id = "TN"
        network.jackson.save(update_fields=["state"])

        found = drops_of(batch)

        assert [drop.key for drop in found] == ["TN", "MS", "US", "trains"]
        assert [packet.station for packet in found[0].packets] == [network.jackson, network.memphis]
        assert sum(drop.posters for drop in found) == batch.pages

    def test_a_state_of_very_many_posters_is_several_drops(
        self, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(itinerary, "MOST_PAGES", 0.2)
        batch = printed(scope.of_state(network.season, "MS"), ["en"])
        first, second = drops_of(batch)
        assert [each.file_name("packing-list") for each in (first, second)] == [
            "packing-list-MS-1.pdf",
            "packing-list-MS-2.pdf",
        ]
        assert second.title == "Mississippi, part 2 of 2"
        assert first.posters + second.posters == batch.pages == 4
        assert "List 2 of 2: Mississippi, part 2 of 2" in pages(batch, "packing-list-MS-2.pdf")[0]

    def test_labels_of_very_many_envelopes_are_several_files(
        self, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(drops, "LABELS_A_FILE", 3)
        batch = printed(scope.everything(network.season), ["en"])
        assert [name for name in papers_of(batch) if "label" in name] == [
            "address-labels-1-of-2.pdf",
            "address-labels-2-of-2.pdf",
        ]
        assert "envelopes 4 to 5 of 5" in " ".join(pages(batch, "address-labels-2-of-2.pdf"))


class TestTicket:
    def test_it_says_what_is_ordered_and_by_when(self, network: Network) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        first, files = pages(batch, drops.TICKET)
        for words in (
            str(batch.design),
            "8.5 × 11 inches",
            "Bleed None",
            "English, Spanish",
            "Spares 1: 5 %",
            "To print in all 7",
            "Stock",
            "Finish",
            "Proof signed off by (role)",
        ):
            assert words in first
        assert f"{drops.deliver_by(network.season):%A %-d %B %Y}" in first
        assert "MS-JAN-jackson.pdf 6 1" in files
        assert "Crop marks None" in first
        assert "Press sheets" not in first

    def test_it_names_crop_marks_and_the_press_sheet(self, network: Network) -> None:
        batch = printed(scope.of_station(network.season, "JAN"), ["en"])
        batch.has_marks, batch.imposed_on = True, Sheet.objects.get(slug="tabloid")
        batch.papers.filter(name=drops.TICKET).delete()
        list(drops.make(batch))
        first, _ = pages(batch, drops.TICKET)
        assert "Crop marks Yes, outside the bleed: cut along them" in first
        assert "Press sheets 2 posters on each Tabloid, 11 × 17 in" in first
        assert ".imposed.pdf: 2 sheets." in first

    def test_prints_come_ten_days_before_the_season_or_before_envelopes_leave(self, network: Network) -> None:
        season = network.season
        season.starts_on = dt.date(2027, 1, 1)
        season.ship_by = dt.date(2026, 12, 28)
        assert drops.deliver_by(season) == dt.date(2026, 12, 22)
        season.ship_by = dt.date(2026, 12, 14)
        assert drops.deliver_by(season) == dt.date(2026, 12, 14)


class TestMaking:
    def test_the_same_batch_gives_the_same_bytes(self, network: Network, jackson: Station) -> None:
        batch = printed(scope.everything(network.season))
        before = papers_of(batch)
        keys = ("MS", "TN", "US", "trains")
        assert list(before) == [
            "envelopes.pdf",
            *(f"packing-list-{key}.pdf" for key in keys),
            *(f"drop-list-{key}.pdf" for key in keys),
            LABELS,
            drops.DROP_TABLE,
            drops.TICKET,
        ]
        Paper.objects.all().delete()
        assert len(list(drops.make(batch))) == 12
        assert papers_of(batch) == before

    def test_papers_that_are_there_are_not_made_again(self, network: Network) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        batch.papers.filter(name=LABELS).delete()
        kept = set(batch.papers.values_list("pk", flat=True))
        assert [paper.name for paper in drops.make(batch)] == [LABELS]
        assert kept < set(batch.papers.values_list("pk", flat=True))

    def test_a_batch_that_is_paused_over_its_papers_goes_on_with_the_rest(
        self, network: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runners, "BEAT_SECONDS", 0.0)
        batch = batches.create(scope.of_station(network.season, "JAN"), languages=BOTH, announce=False)
        put = type(StoredFile.objects.all()).put

        def pause(files: Any, data: bytes, *, name: str, content_type: str) -> StoredFile:
            if name == DROP_LIST:
                ask(batch.job, Job.State.PAUSED)
            return put(files, data, name=name, content_type=content_type)

        monkeypatch.setattr(type(StoredFile.objects), "put", pause)
        assert runners.run(batch.job_id).state == Job.State.PAUSED
        batch.refresh_from_db()
        assert list(papers_of(batch)) == ["envelopes.pdf", PACKING_LIST, DROP_LIST]
        assert batch.manifest is None
        monkeypatch.undo()
        ask(batch.job, Job.State.QUEUED)
        assert runners.run(batch.job_id).state == Job.State.DONE
        assert batch.papers.count() == 6

    def test_a_name_that_no_font_can_show_stops_the_batch_with_a_sentence(self, network: Network) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        Station.objects.filter(pk=network.jackson.pk).update(name="\U00012000")
        Paper.objects.all().delete()
        with pytest.raises(Refused, match=r"envelopes\.pdf cannot be set\. .*no poster font can show"):
            list(drops.make(batch))

    def test_the_batchs_page_lists_them(self, network: Network, admin_client: Any) -> None:
        batch = printed(scope.of_station(network.season, "JAN"))
        page = admin_client.get(reverse("admin:campaign_batch_change", args=[batch.pk])).content.decode()
        for name in papers_of(batch):
            assert reverse("admin:campaign_batch_download", args=[batch.pk, name]) in page
