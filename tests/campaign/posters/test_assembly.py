"""What a poster says of its area, and in which words."""

import datetime as dt

import pytest

from campaign.links.address import printed_address
from campaign.links.models import Link
from campaign.places.models import Placement, Spot
from campaign.posters.assembly import Assembly, NotReady, approved_design, spot_name
from campaign.posters.models import Review, TextSet
from campaign.posters.pages import MAX_LOCAL_LINES, PosterPage
from outreach.channels.models import Channel
from portal.seasons.models import Season
from portal.typesetting import page_texts
from tests.campaign.printing.network import Network, build

pytestmark = pytest.mark.django_db

JANUARY = dt.date(2027, 1, 1)
CODE = "0000000000"


@pytest.fixture
def network(season: Season) -> Network:
    return build(season)


def assembly(on: dt.date = JANUARY) -> Assembly:
    return Assembly(design=approved_design(), languages=["en", "es"], address=printed_address(), on=on)


def page(placement: Placement, language: str = "en", on: dt.date = JANUARY) -> PosterPage:
    return assembly(on).page(placement=placement, language=language, code=CODE)


def line(number: int, **fields: object) -> Channel:
    """A local line of Mississippi that an advocate answers; everything can be said otherwise."""
    facts: dict[str, object] = {
        "slug": f"ms-advocate-{number}",
        "name": f"Advocate {number}",
        "kind": Channel.Kind.VOICE,
        "value": f"601-555-010{number}",
        "audience": Channel.Audience.VICTIMS,
        "answered_by": Channel.AnsweredBy.ADVOCATE,
        "area_id": "MS",
        "operator": "A shelter",
        "source": "a test",
        "confidence": Channel.Confidence.HIGH,
    }
    return Channel.objects.create(**facts | fields)


def in_jackson(network: Network) -> Placement:
    return Placement.objects.filter(spot__station=network.jackson).select_related("spot__station__state")[0]


def test_a_local_line_stands_on_the_posters_of_its_state_alone(network: Network) -> None:
    line(1)
    elsewhere = Placement.objects.filter(spot__station=network.memphis)[0]
    aboard = Placement.objects.filter(spot__train=network.train)[0]
    assert [each.number for each in page(in_jackson(network)).local] == ["601-555-0101"]
    assert page(elsewhere).local == page(aboard).local == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"answered_by": Channel.AnsweredBy.POLICE},
        {"answered_by": Channel.AnsweredBy.CHILD_PROTECTION, "audience": Channel.Audience.MANDATED},
        {"confidence": Channel.Confidence.MEDIUM},
        {"valid_to": dt.date(2026, 12, 31)},
        {"may_print": False},
    ],
)
def test_a_line_that_must_not_print_does_not(network: Network, fields: dict[str, object]) -> None:
    line(1, **fields)
    assert page(in_jackson(network)).local == ()


def test_a_poster_has_room_for_so_many_local_lines(network: Network) -> None:
    for number in range(MAX_LOCAL_LINES + 2):
        line(number)
    full = page(in_jackson(network), "es")
    assert len(full.local) == MAX_LOCAL_LINES
    (text,) = page_texts(assembly().typeset([full], made_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC)))
    assert all(each.number in text for each in full.local)


def test_a_spot_is_named_in_the_posters_language_and_its_label_stays() -> None:
    spot = Spot(kind=Spot.Kind.WAITING_ROOM, label="north hall")
    assert spot_name(spot, "es") == "Sala de espera, north hall"
    assert spot_name(spot, "vi") == "Waiting room, north hall"


def test_every_kind_of_spot_has_a_spanish_name() -> None:
    names = {spot_name(Spot(kind=kind), "es") for kind in Spot.Kind}
    assert len(names) == len(Spot.Kind)
    assert names.isdisjoint(Spot.Kind.labels)


def test_pages_of_many_areas_ask_once_for_each(network: Network, django_assert_num_queries: object) -> None:
    whole = assembly()
    rows = list(Placement.objects.select_related("spot__station__state", "spot__train"))
    for row in rows:
        whole.page(placement=row, language="en", code=CODE)
    with django_assert_num_queries(0):  # type: ignore[operator]
        for row in rows:
            whole.page(placement=row, language="es", code=CODE)


def test_everything_that_is_missing_is_told_at_once() -> None:
    TextSet.objects.update(state=Review.DRAFT)
    Channel.objects.update(confidence=Channel.Confidence.LOW)
    with pytest.raises(NotReady) as unready:
        assembly()
    assert len(unready.value.problems) == 3
    assert not Link.objects.exists()
