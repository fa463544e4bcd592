"""Batches in other designs and sizes, with bleed, beside a partner; and made again byte for byte."""

import datetime as dt
import io

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from campaign.posters.models import Design, Review, TextSet
from campaign.printing import batches, scope
from campaign.printing.models import Batch
from campaign.printing.preflight import preflight
from campaign.printing.scope import Refused
from campaign.printing.styles import Style
from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency
from outreach.channels.models import Channel
from portal.files.models import StoredFile
from portal.jobs import runners
from portal.jobs.models import Job
from portal.typesetting import EDITION, decode_pdf, page_texts
from tests.campaign.printing.network import Network
from tests.outreach.agencies import permits
from tests.portal.files.hostile import PNG, svg

pytestmark = pytest.mark.django_db


@pytest.fixture
def logo() -> Logo:
    """A partner's, without a permission."""
    agency = Agency.objects.get(acronym="OVC")
    return logo_rights.upload(agency=agency, name="Wordmark", alt_text="OVC", content=svg(), by=None)


def permit(logo: Logo, *, until: dt.date) -> None:
    permits.permit(
        logo=logo,
        scopes=["posters"],
        document=PNG,
        granted_by="Public affairs",
        granted_on=dt.date(2026, 1, 1),
        expires_on=until,
        by=None,
    )


def printed(network: Network, style: Style, languages: tuple[str, ...] = ("en", "es")) -> Batch:
    batch = batches.create(scope.of_station(network.season, "JAN"), languages=languages, style=style, announce=False)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.DONE, job.error
    batch.refresh_from_db()
    return batch


def bytes_of(batch: Batch) -> list[bytes]:
    contents = []
    for packet in batch.packets.order_by("position"):
        assert packet.file
        with packet.file.open() as stored:
            contents.append(stored.read())
    return contents


def test_a_batch_in_another_design_and_size_has_its_bleed(network: Network) -> None:
    batch = printed(network, Style(design="far-horizon", sheet="tabloid", has_bleed=True))
    assert (batch.design.slug, batch.sheet.slug, batch.has_bleed) == ("far-horizon", "tabloid", True)
    (content,) = bytes_of(batch)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            assert [float(side) for side in page.trimbox] == [9, 9, 801, 1233]
            assert [float(side) for side in page.bleedbox] == [0, 0, 810, 1242]
    assert all(len(found) == 1 for found in decode_pdf(content))
    assert {row.language for row in batch.texts.all()} == {"en", "es"}


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (Style(design="no-such"), "No version of the design “no-such” is approved"),
        (Style(sheet="no-such"), "There is no sheet “no-such”"),
        (Style(design="far-horizon", sheet="letter"), "does not suit Letter"),
    ],
)
def test_a_style_that_cannot_be_is_refused(network: Network, style: Style, told: str) -> None:
    with pytest.raises(Refused, match=told):
        batches.create(scope.of_state(network.season, "MS"), languages=["en"], style=style)
    assert not Batch.objects.exists()


def test_a_design_that_draws_the_eye_is_not_for_restrooms(network: Network) -> None:
    style = Style(design="far-horizon", sheet="tabloid")
    outlook = preflight(scope.of_station(network.season, "JAN"), languages=["en"], style=style)
    assert any("2 of these hang in one" in warning for warning in outlook.warnings)


class TestPartners:
    style = {"design": "common-ground"}

    def test_a_logo_without_permission_is_refused(self, network: Network, logo: Logo) -> None:
        with pytest.raises(Refused, match="has no permission for posters that we print"):
            printed(network, Style(design="common-ground", logo=logo))

    def test_a_permission_must_hold_while_the_posters_hang(self, network: Network, logo: Logo) -> None:
        permit(logo, until=dt.date(2026, 12, 31))
        with pytest.raises(Refused, match="last day of its permission is 31 December 2026"):
            printed(network, Style(design="common-ground", logo=logo))

    def test_with_permission_the_partner_stands_on_every_page(self, network: Network, logo: Logo) -> None:
        permit(logo, until=dt.date(2027, 1, 31))
        (content,) = bytes_of(printed(network, Style(design="common-ground", logo=logo)))
        assert all(logo.agency.name in text.replace("\r\n", " ") for text in page_texts(content))

    def test_a_permission_that_was_taken_back_stops_a_batch_that_waits(self, network: Network, logo: Logo) -> None:
        permit(logo, until=dt.date(2027, 1, 31))
        style = Style(design="common-ground", logo=logo)
        batch = batches.create(scope.of_station(network.season, "JAN"), languages=["en"], style=style, announce=False)
        logo.permissions.all().delete()
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert "has no permission" in job.error

    def test_a_design_without_a_place_for_a_partner_takes_none(self, network: Network, logo: Logo) -> None:
        permit(logo, until=dt.date(2027, 1, 31))
        with pytest.raises(Refused, match="has no place for a partner"):
            printed(network, Style(logo=logo))


class TestVersions:
    def test_a_text_that_was_replaced_stops_a_batch_that_waits(self, network: Network) -> None:
        batch = batches.create(scope.of_station(network.season, "JAN"), languages=["es"], announce=False)
        old = TextSet.objects.approved().get(language="es")
        TextSet.objects.filter(pk=old.pk).update(state=Review.RETIRED)
        TextSet.objects.filter(pk=old.pk).update(version=2)
        TextSet.objects.create(
            language="es",
            version=3,
            blocks=old.blocks,
            sha256=old.sha256,
            english_sha256=old.english_sha256,
            state=Review.APPROVED,
            approved_by_release=True,
        )
        job = runners.run(batch.job_id)
        assert job.state == Job.State.FAILED
        assert "The text in Spanish is not the one that this batch was ordered with" in job.error

    @pytest.mark.parametrize("bleed", [False, True])
    def test_what_was_printed_is_made_again_byte_for_byte(
        self, network: Network, capsys: pytest.CaptureFixture[str], bleed: bool
    ) -> None:
        """Whatever changed since: the texts, the design's next version, the numbers, the station's name."""
        batch = printed(network, Style(has_bleed=bleed))
        TextSet.objects.update(blocks={}, state=Review.RETIRED)
        Design.objects.filter(slug="first-light").update(state=Review.RETIRED)
        Channel.objects.filter(kind=Channel.Kind.VOICE, audience=Channel.Audience.VICTIMS).update(
            value="1-800-555-0100"
        )
        network.jackson.name = "Renamed"
        network.jackson.save(update_fields=["name"])
        call_command("reproduce_batch", str(batch.uid))
        assert "1 packets made again, 1 the same byte for byte." in capsys.readouterr().out

    def test_a_packet_that_comes_out_different_is_told(
        self, network: Network, capsys: pytest.CaptureFixture[str]
    ) -> None:
        batch = printed(network, Style())
        packet = batch.packets.get()
        packet.file = StoredFile.objects.put(b"other bytes", name="x.pdf", content_type="application/pdf")
        packet.save(update_fields=["file"])
        with pytest.raises(CommandError, match="Not all came out the same"):
            call_command("reproduce_batch", str(batch.uid))
        assert "comes out different" in capsys.readouterr().err

    def test_a_changed_source_is_told(self, network: Network, capsys: pytest.CaptureFixture[str]) -> None:
        batch = printed(network, Style())
        Design.objects.filter(pk=batch.design_id).update(source="// something else")
        with pytest.raises(CommandError):
            call_command("reproduce_batch", str(batch.uid))
        assert "These files are not those of then: main.typ." in capsys.readouterr().err

    def test_another_edition_is_told(
        self, network: Network, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = printed(network, Style())
        monkeypatch.setattr("campaign.posters.recipes.EDITION", EDITION + 1)
        with pytest.raises(CommandError):
            call_command("reproduce_batch", str(batch.uid))
        assert "Another release put its pages together: install the release of then." in capsys.readouterr().err


def test_reproducing_a_batch_that_is_none_says_so() -> None:
    with pytest.raises(CommandError, match="There is no batch"):
        call_command("reproduce_batch", "no-uid")
