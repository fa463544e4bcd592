"""What a poster says of its area, and in which words."""

import datetime as dt

import pytest
from django.utils import timezone

from campaign.links.address import printed_address
from campaign.links.models import Link
from campaign.places.models import Placement, Spot
from campaign.posters.assembly import Assembly, NotReady, approved_design, printable_texts, spot_name
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Review, Sheet, TextSet
from campaign.posters.pages import MAX_LOCAL_LINES, PosterPage
from campaign.posters.shipped import shipped_texts
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
    return Assembly(
        design=approved_design(),
        sheet=Sheet.objects.get(slug="letter"),
        texts=printable_texts(["en", "es"]),
        address=printed_address(),
        on=on,
    )


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
        "operator": f"Shelter {number}",
        "source": "a test",
        "confidence": Channel.Confidence.HIGH,
        "shown_since": timezone.now(),
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
    assert spot_name(spot, shipped_texts("es")) == "Sala de espera, north hall"
    assert spot_name(spot, {}) == "Waiting room, north hall"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_spot_has_a_name_in_every_language(language: str) -> None:
    names = {spot_name(Spot(kind=kind), shipped_texts(language)) for kind in Spot.Kind}
    assert len(names) == len(Spot.Kind)


def test_pages_of_many_areas_ask_once_for_each(network: Network, django_assert_num_queries: object) -> None:
    whole = assembly()
    rows = list(Placement.objects.select_related("spot__station__state", "spot__train"))
    for row in rows:
        whole.page(placement=row, language="en", code=CODE)
    with django_assert_num_queries(0):  # type: ignore[operator]
        for row in rows:
            whole.page(placement=row, language="es", code=CODE)


def test_everything_that_is_missing_is_told_at_once() -> None:
    design = approved_design()
    Channel.objects.update(confidence=Channel.Confidence.LOW)
    design.state = Review.DRAFT
    with pytest.raises(NotReady) as unready:
        Assembly(
            design=design,
            sheet=Sheet.objects.get(slug="car-card"),
            texts=printable_texts(["en"]),
            address=printed_address(),
            on=JANUARY,
        )
    assert [problem.split()[0] for problem in unready.value.problems] == ["The", "The", "No"]
    assert not Link.objects.exists()


def test_texts_that_nobody_reviewed_and_stale_ones_are_told_apart() -> None:
    TextSet.objects.filter(language="es").update(english_sha256="0" * 64)
    with pytest.raises(NotReady) as unready:
        printable_texts(["en", "es", "vi", "pa", "xx"])
    stale, draft, refused, unknown = unready.value.problems
    assert "Spanish translates an older English" in stale
    assert "No text in Vietnamese is reviewed" in draft
    assert "Gurmukhi" in refused
    assert "do not speak “xx”" in unknown


def test_a_text_that_changed_after_its_review_is_refused() -> None:
    changed = {**shipped_texts("es"), "listen": "Llama al número de siempre."}
    TextSet.objects.filter(language="es").update(blocks=changed)
    with pytest.raises(NotReady, match="Spanish, version 1 changed after its review"):
        printable_texts(["en", "es"])


def test_a_proof_takes_what_nobody_approved_and_says_so() -> None:
    draft = TextSet.objects.get(language="vi")
    proof = Assembly(
        design=approved_design(),
        sheet=Sheet.objects.get(slug="letter"),
        texts=[draft],
        address=printed_address(),
        on=JANUARY,
        is_proof=True,
    )
    page = proof.page_for_anywhere(language="vi", code=CODE)
    (text,) = page_texts(proof.typeset([page], made_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC)))
    assert "Proof: only to look at. Not for posting." in text


def test_a_partner_stands_only_on_a_design_with_a_place_for_one() -> None:
    common = Assembly(
        design=approved_design("common-ground"),
        sheet=Sheet.objects.get(slug="letter"),
        texts=printable_texts(["en"]),
        address=printed_address(),
        on=JANUARY,
    )
    page = common.page_for_anywhere(language="en", code=CODE, partner="Lincoln High School")
    (text,) = page_texts(common.typeset([page], made_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC)))
    assert "Lincoln High School" in text
    assert "not to them" in text
    assert not assembly().takes_partner
