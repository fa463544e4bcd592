"""Once an agreement on co-branding is over, nothing new carries the partner's mark: asked at every door."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.posters import making
from campaign.posters.assembly import approved_design
from campaign.posters.models import Sheet
from campaign.printing import batches, scope
from campaign.printing.models import Batch
from campaign.printing.preflight import preflight
from campaign.printing.scope import Refused
from campaign.printing.styles import Style
from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.logos import Logo, Scope
from outreach.agencies.models import Agency
from portal.jobs import runners
from portal.jobs.models import Job
from tests.campaign.printing.network import Network
from tests.outreach import factories
from tests.outreach.agencies import permits
from tests.outreach.agencies.conftest import agree, approver, recorder
from tests.outreach.events.reading import page_of
from tests.portal.files.hostile import PNG, svg

__all__ = ["agree", "approver", "recorder"]

pytestmark = pytest.mark.django_db
DESIGN = "common-ground"


def expire(agreement: Agreement) -> None:
    """Its last day was yesterday."""
    Agreement.objects.filter(pk=agreement.pk).update(expires_on=timezone.localdate() - dt.timedelta(days=1))


def end(agreement: Agreement) -> None:
    """It was ended, from today on."""
    agreements.end(agreement_id=agreement.pk, on=timezone.localdate(), why="They asked us to.", by=None)


OVER = pytest.mark.parametrize(
    ("finish", "says"), [(expire, "expires: it does not cover"), (end, "was ended: it does not cover")]
)


@pytest.fixture
def logo() -> Logo:
    """A partner's, permitted for everything and for years."""
    agency = Agency.objects.get(acronym="OVC")
    logo = logo_rights.upload(agency=agency, name="Wordmark", alt_text="Logo of OVC", content=svg(), by=None)
    permits.permit(
        logo=logo, scopes=Scope.values, document=PNG, granted_by="Public affairs",
        granted_on=dt.date(2026, 1, 1), expires_on=dt.date(2029, 1, 1), by=None,
    )  # fmt: skip
    return logo


@pytest.fixture
def agreement(logo: Logo, agree: Callable[..., Agreement]) -> Agreement:
    """In force through the campaign."""
    return agree(logo.agency, expires_on=dt.date(2029, 1, 1))


@OVER
def test_gallery_neither_offers_nor_makes_it(
    network: Network, logo: Logo, agreement: Agreement, finish: Callable[[Agreement], None], says: str
) -> None:
    today = timezone.localdate()
    assert making.offer(today).logos == (logo,)
    wish = making.Wish(
        design=approved_design(DESIGN), sheet=Sheet.objects.get(slug="letter"), language="en", area="US",
        name="", logo=logo,
    )  # fmt: skip
    finish(agreement)
    assert making.offer(today).logos == ()
    # A form that was read before is sent after.
    wish.logo.refresh_from_db()  # type: ignore[union-attr]
    with pytest.raises(making.CannotBeMade):
        making.deliver(wish, kind=making.Kind.PDF, on=today)


@OVER
def test_preflight_and_order_say_why_not(
    network: Network, logo: Logo, agreement: Agreement, finish: Callable[[Agreement], None], says: str
) -> None:
    asked = scope.of_station(network.season, "JAN")
    style = Style(design=DESIGN, logo=logo)
    assert not [told for told in preflight(asked, languages=["en"], style=style).problems if "agreement" in told]
    finish(agreement)
    assert [told for told in preflight(asked, languages=["en"], style=style).problems if says in told]
    with pytest.raises(Refused, match=says):
        batches.create(asked, languages=["en"], style=style)
    assert not Batch.objects.exists()


@OVER
def test_batch_that_waited_or_was_paused_makes_nothing_more(
    network: Network, logo: Logo, agreement: Agreement, finish: Callable[[Agreement], None], says: str
) -> None:
    style = Style(design=DESIGN, logo=logo)
    batch = batches.create(scope.of_station(network.season, "JAN"), languages=["en"], style=style, announce=False)
    finish(agreement)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.FAILED
    assert says in job.error
    assert not batch.packets.exclude(file=None).exists()


@OVER
def test_event_names_the_agency_without_its_logo(
    client: Client, logo: Logo, agreement: Agreement, finish: Callable[[Agreement], None], says: str
) -> None:
    event = factories.seminar(host=logo.agency)
    address = reverse("event-logo", args=[logo.preview.sha256[:16]])
    assert address in page_of(client, event)
    assert client.get(address).status_code == 200
    finish(agreement)
    page = page_of(client, event)
    assert logo.agency.name in page
    assert address not in page
    assert client.get(address).status_code == 404
