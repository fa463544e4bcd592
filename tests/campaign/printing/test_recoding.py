"""A poster gets a new code: the old one leads to help for good, and is never printed again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaign.demo import removing
from campaign.links import codes
from campaign.links.models import Link
from campaign.places.models import Placement, PlacementLink, Station
from campaign.printing import batches, scope
from campaign.printing.models import Packet, Print
from campaign.printing.recoding import replace_codes
from campaign.printing.scope import Refused
from campaign.scans import retired
from portal.audit.models import Entry
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.models import User
from portal.people.roles import Role
from tests.campaign.printing.network import Network
from tests.campaign.printing.test_batches import manifest, printed

pytestmark = pytest.mark.django_db

ADDRESS = reverse("admin:campaign_batch_codes")


@pytest.fixture
def hung(network: Network) -> PlacementLink:
    """The one poster of Marks, printed in English."""
    printed(scope.of_station(network.season, "MKS"), ["en"])
    return PlacementLink.objects.select_related("link", "placement__spot__station").get(language="en")


def test_the_old_code_leads_to_help_and_the_new_one_is_printed(
    network: Network, hung: PlacementLink, client: Client, user_with: Callable[..., User]
) -> None:
    by, old = user_with(Role.COORDINATOR), hung.link
    (new,) = replace_codes(of=[hung], reason="Printed twice", by=by)
    old.refresh_from_db()
    assert old.retired_at
    assert not new.retired_at
    assert (new.area, new.language) == ("MS", "en")
    reprint = printed(scope.of_station(network.season, "MKS"), ["en"])
    assert [page["code"] for page in manifest(reprint)] == [new.code]
    retired.refresh()
    for code, area in ((old.code, "us"), (new.code, "ms")):
        assert client.get(f"/Q/{code}").headers["Location"] == f"/en/near/{area}/"
    entry = Entry.objects.get(verb="given a new code")
    assert (entry.actor, entry.before["code"]) == (by, old.code)
    assert (entry.after["code"], entry.after["reason"]) == (new.code, "Printed twice")


def test_what_was_printed_still_names_the_old_code(hung: PlacementLink) -> None:
    old = hung.link
    replace_codes(of=[hung], reason="Printed twice", by=None)
    row = Print.objects.get()
    assert row.link == old
    assert old.code in row.decoded
    assert str(Link.objects.get(pk=old.pk)) == codes.grouped(old.code)


def test_the_same_wish_twice_gives_one_new_code(hung: PlacementLink) -> None:
    stale = PlacementLink.objects.select_related("placement__spot__station").get(pk=hung.pk)
    assert len(replace_codes(of=[hung], reason="Defaced", by=None)) == 1
    assert replace_codes(of=[stale], reason="Defaced", by=None) == []
    assert Link.objects.exclude(retired_at=None).count() == 1


def test_a_batch_that_would_still_print_the_code_is_in_the_way(network: Network, hung: PlacementLink) -> None:
    batch = batches.create(scope.of_station(network.season, "MKS"), languages=["en"], announce=False)
    with pytest.raises(Refused, match=rf"Batch {batch.pk} .* still has to print one of these codes"):
        replace_codes(of=[hung], reason="Defaced", by=None)
    ask(batch.job, Job.State.CANCELLED)
    assert len(replace_codes(of=[hung], reason="Defaced", by=None)) == 1


def test_a_failed_batch_never_prints_a_code_retired_since(network: Network, hung: PlacementLink) -> None:
    batch = batches.create(scope.of_station(network.season, "MKS"), languages=["en"], announce=False)
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED)
    replace_codes(of=[hung], reason="Defaced", by=None)
    ask(batch.job, Job.State.QUEUED)
    job = runners.run(batch.job_id)
    assert job.state == Job.State.FAILED
    assert f"The code {hung.link}, in MS-MKS-marks.pdf, was retired since this batch was ordered" in job.error
    assert not Packet.objects.delivered().filter(batch=batch).exists()


def test_a_replaced_code_of_the_demo_leaves_with_it(network: Network, hung: PlacementLink) -> None:
    replace_codes(of=[hung], reason="Defaced", by=None)
    Station.objects.update(is_demo=True)
    removing.remove()
    assert not Link.objects.filter(kind=Link.Kind.PLACEMENT).exists()


class TestPage:
    @pytest.fixture
    def staff(self, client: Client, user_with: Callable[..., User]) -> Client:
        """A print manager, signed in."""
        client.force_login(user_with(Role.PRINT_MANAGER))
        return client

    def test_the_list_leads_there_and_only_ticked_codes_change(
        self, network: Network, hung: PlacementLink, staff: Client
    ) -> None:
        printed(scope.of_station(network.season, "MKS"), ["es"])
        spanish = PlacementLink.objects.get(placement=hung.placement, language="es")
        chosen = {"action": "new_code", "_selected_action": [hung.placement_id]}
        response = staff.post(reverse("admin:campaign_placement_changelist"), chosen)
        page = staff.get(response.headers["Location"])
        assert f"{hung.link}, English: Marks (MKS), Platform" in page.text
        assert str(spanish.link) in page.text
        assert not Link.objects.exclude(retired_at=None).exists()
        done = staff.post(response.headers["Location"], {"codes": [hung.pk], "reason": "Copied"}, follow=True)
        assert "1 code was replaced." in done.text
        assert list(Link.objects.exclude(retired_at=None)) == [hung.link]

    @pytest.mark.parametrize(
        "said", [{"codes": [], "reason": "Copied"}, {"reason": ""}, {"codes": ["0"], "reason": "x"}]
    )
    def test_too_little_changes_nothing(self, hung: PlacementLink, staff: Client, said: dict[str, object]) -> None:
        asked = {"codes": [hung.pk], **said}
        assert staff.post(f"{ADDRESS}?placements={hung.placement_id}", asked).status_code == 200
        assert not Link.objects.exclude(retired_at=None).exists()

    def test_a_placement_that_was_never_printed_has_none(self, network: Network, staff: Client) -> None:
        key = Placement.objects.filter(spot__station=network.memphis)[0].pk
        assert "it gets one when it is first printed" in staff.get(f"{ADDRESS}?placements={key}").text

    def test_those_who_only_look_are_kept_out(
        self, hung: PlacementLink, client: Client, user_with: Callable[..., User]
    ) -> None:
        client.force_login(user_with(Role.ANALYST))
        assert client.get(f"{ADDRESS}?placements={hung.placement_id}").status_code == 403
