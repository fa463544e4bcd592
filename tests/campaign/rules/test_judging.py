"""How posters stand against duties: met, falls short, unknown, or nothing asked."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import pytest

from campaign.rules.compiler import Severity
from campaign.rules.facts import PosterFacts
from campaign.rules.judging import Outcome
from tests.campaign.rules.makers import (
    BUILDING,
    CAR,
    HALL,
    LAWS,
    MEN,
    PLATFORM,
    WOMEN,
    found,
    owed,
    poster,
    station,
    train,
)


def notices(slug: str, *spots: int, **facts: Any) -> list[PosterFacts]:
    """The law's own notice, large enough, in English, Spanish and Vietnamese."""
    return [poster(spot, notice_of=slug, **facts) for spot in spots]


@pytest.mark.parametrize(
    ("slug", "spots", "outcome"),
    [
        ("us-pl-117-301", [WOMEN, MEN], "met"),
        ("us-pl-117-301", [WOMEN, HALL], "short"),
        ("ca-civ-52-6", [HALL], "met"),
        ("ca-civ-52-6", [WOMEN, MEN], "short"),
        # Illinois: the entrance, or all restrooms, or a conspicuous place.
        ("il-775-ilcs-50", [HALL], "met"),
        ("il-775-ilcs-50", [WOMEN, MEN], "met"),
        ("il-775-ilcs-50", [WOMEN], "short"),
        ("il-775-ilcs-50", [PLATFORM], "met"),
        ("il-775-ilcs-50", [], "short"),
        # Georgia: each restroom, and the entrance or the usual place.
        ("ga-ocga-16-5-47", [WOMEN, MEN, HALL], "met"),
        ("ga-ocga-16-5-47", [WOMEN, MEN], "short"),
        ("ga-ocga-16-5-47", [WOMEN, HALL], "short"),
        ("ga-ocga-16-5-47", [HALL], "short"),
        ("tx-gov-402-0351", [HALL], "met"),
        ("tx-gov-402-0351", [WOMEN], "short"),
        # Missouri: in or near the restrooms, or near the entrance.
        ("mo-rsmo-595-120", [WOMEN, MEN], "met"),
        ("mo-rsmo-595-120", [HALL], "met"),
        ("mo-rsmo-595-120", [MEN], "short"),
        ("mi-act-62-2016", [PLATFORM], "met"),
        ("mi-act-62-2016", [WOMEN], "short"),
        ("al-stations", [HALL], "met"),
        ("al-stations", [WOMEN], "short"),
        ("nj-52-17b-237-1", [MEN], "met"),
        ("nj-52-17b-237-1", [], "short"),
        # New York: restrooms and lactation rooms, which no survey knows.
        ("ny-pub-auth-1266-m", [WOMEN, MEN], "unknown"),
        ("ny-pub-auth-1266-m", [WOMEN], "short"),
        ("wa-rcw-43-280-110", [WOMEN, MEN], "met"),
        ("wa-rcw-43-280-110", [WOMEN], "short"),
    ],
)
def test_where_each_law_wants_it(slug: str, spots: Sequence[int], outcome: str) -> None:
    duty = owed(station(LAWS[slug].area, operator="LI@mta.info"), (*BUILDING, PLATFORM))[slug]
    assert found(duty, *notices(slug, *spots)).outcome == outcome


MODEL_AND_FIXED = [slug for slug, law in LAWS.items() if law.text_mode != "free"]
MEASURED = [slug for slug, law in LAWS.items() if law.min_width]
POINTED = [slug for slug, law in LAWS.items() if law.min_point_size]
BILINGUAL = [slug for slug, law in LAWS.items() if law.languages]
BY_COUNTY = [slug for slug, law in LAWS.items() if law.by_county]


def judged(slug: str, *, place: dict[str, Any] | None = None, **facts: Any) -> Any:
    """The law's own notice at every spot of a building, bent by ``facts``."""
    duty = owed(station(LAWS[slug].area, **place or {}))[slug]
    return found(duty, *notices(slug, *BUILDING, **facts))


def test_tables_hold_the_right_laws() -> None:
    assert {slug[:2] for slug in MODEL_AND_FIXED} == {"ca", "il", "ga", "mi", "ny"}
    assert {slug[:2] for slug in MEASURED} == {"ca", "il", "ga", "mo", "mi", "al", "nj"}
    assert {slug[:2] for slug in POINTED} == {"ca", "il", "ga", "mi", "nj"}
    assert {slug[:2] for slug in BILINGUAL} == {"ca", "il", "ga", "tx", "mo", "mi", "al", "nj"}
    assert {slug[:2] for slug in BY_COUNTY} == {"ca", "il", "mo"}


@pytest.mark.parametrize("slug", MEASURED)
@pytest.mark.parametrize(
    ("width", "height", "outcome"),
    [
        (8.5, 11, "met"),
        (11, 8.5, "met"),
        (11, 17, "met"),
        (28, 11, "met"),
        (210 / 25.4, 297 / 25.4, "short"),  # A4 is narrower than Letter
        (297 / 25.4, 420 / 25.4, "met"),
        (4, 6, "short"),
        (8.5, 10.9, "short"),
        (None, None, "unknown"),
    ],
)
def test_size(slug: str, width: float | None, height: float | None, outcome: str) -> None:
    assert judged(slug, width=width, height=height).outcome == outcome


def test_size_says_how_to_mend_it() -> None:
    (reason,) = judged("al-stations", width=210 / 25.4, height=297 / 25.4).reasons
    assert str(reason) == (
        "Waiting room: Its sheet, 8.27 × 11.69 in, is smaller than 8.5 × 11 in. Print it on a larger sheet."
    )


@pytest.mark.parametrize("slug", POINTED)
@pytest.mark.parametrize(("less", "outcome"), [(0, "met"), (0.5, "short"), (None, "unknown")])
def test_type(slug: str, less: float | None, outcome: str) -> None:
    least = LAWS[slug].min_point_size or 0
    assert judged(slug, point_size=None if less is None else least - less).outcome == outcome


@pytest.mark.parametrize(("is_bold", "outcome"), [(True, "met"), (False, "short"), (None, "unknown")])
def test_michigan_wants_bold(is_bold: bool | None, outcome: str) -> None:
    assert judged("mi-act-62-2016", is_bold=is_bold).outcome == outcome


@pytest.mark.parametrize("slug", BILINGUAL)
def test_english_alone_falls_short(slug: str) -> None:
    finding = judged(slug, languages=frozenset({"en", "vi"}))

    assert finding.outcome == "short"
    assert {(reason.what, reason.mend) for reason in finding.reasons} == {
        ("Not in Spanish.", "Hang it in that language too.")
    }


@pytest.mark.parametrize("slug", BILINGUAL)
def test_two_sheets_at_one_spot_share_the_languages(slug: str) -> None:
    duty = owed(station(LAWS[slug].area))[slug]
    english = notices(slug, *BUILDING, languages=frozenset({"en"}))
    others = notices(slug, *BUILDING, languages=frozenset({"es", "vi"}))

    assert found(duty, *english).outcome == "short"
    assert found(duty, *english, *others).outcome == "met"


def test_languages_at_different_spots_are_not_shared() -> None:
    duty = owed(station("WA"))["wa-rcw-43-280-110"]
    duty = dataclasses.replace(duty, languages=("en", "es"))
    assert found(duty, poster(WOMEN, "en"), poster(MEN, "es")).outcome == "short"


@pytest.mark.parametrize("slug", BY_COUNTY)
@pytest.mark.parametrize(
    ("county", "spoken", "outcome"),
    [
        (("vi",), "vi", "met"),
        (("vi", "ko"), "ko", "met"),  # one of them suffices
        (("zh-Hant",), "vi", "short"),
        (("zh-Hant",), "zh-hant", "met"),  # however it is written
        (("zh-hant",), "zh-Hant", "met"),
        ((), "en", "met"),  # looked up, and there is none
        (("es",), "en", "met"),
        (None, "vi", "unknown"),
    ],
)
def test_language_of_the_county(slug: str, county: tuple[str, ...] | None, spoken: str, outcome: str) -> None:
    finding = judged(slug, place={"county_languages": county}, languages=frozenset({"en", "es", spoken}))

    assert finding.outcome == outcome
    assert any("county's language is unknown" in remark for remark in finding.remarks) is (county is None)


@pytest.mark.parametrize("slug", MODEL_AND_FIXED)
def test_our_own_words_are_no_statutory_notice(slug: str) -> None:
    place = station(LAWS[slug].area, operator="LI@mta.info")
    finding = found(owed(place)[slug], *(poster(spot) for spot in BUILDING))

    assert finding.outcome == "short"
    assert finding.duty.wants_own_sheet
    assert all("Text not held here: obtain it from" in reason.mend for reason in finding.reasons[:1])


@pytest.mark.parametrize("slug", MODEL_AND_FIXED)
def test_how_our_poster_is_set_is_no_matter_where_the_law_wants_a_sheet_of_its_own(slug: str) -> None:
    duty = owed(station(LAWS[slug].area, operator="LI@mta.info"))[slug]
    facts: dict[str, Any] = {"width": 4, "height": 6, "point_size": 5, "is_bold": False, "says": frozenset()}
    finding = found(duty, *(poster(spot, "en", **facts) for spot in BUILDING))

    assert finding.outcome == "short"
    whats = [reason.what for reason in finding.reasons]
    assert sum("Our poster says other words" in what for what in whats) == 1
    assert not [what for what in whats if re.search("type|sheet, |Not in|name", what)]


def test_georgia_says_once_what_falls_short_in_both_its_halves() -> None:
    duty = owed(station("GA"))["ga-ocga-16-5-47"]
    finding = found(duty, *(poster(spot) for spot in BUILDING))
    (reason,) = finding.reasons
    assert reason.where == ("Women's restroom", "Men's restroom", "Waiting room")


def test_nobody_is_sent_to_look_at_a_notice_that_does_not_hang() -> None:
    duty = next(
        duty
        for slug, law in LAWS.items()
        if law.by_eye
        for duty in [owed(station(law.area, operator="LI@mta.info"))[slug]]
    )
    assert not [remark for remark in found(duty).remarks if remark.startswith("Look yourself")]


def test_our_posters_beside_a_faulty_notice_are_not_to_blame() -> None:
    duty = owed(station("CA"))["ca-civ-52-6"]
    (reason,) = found(duty, poster(HALL), *notices("ca-civ-52-6", HALL, point_size=12)).reasons
    assert reason.what == "Its smallest type is, or may be, 12 points; the rule wants 16 points."


def test_one_states_notice_is_not_anothers() -> None:
    duty = owed(station("IL"))["il-775-ilcs-50"]
    assert found(duty, *notices("ca-civ-52-6", *BUILDING)).outcome == "short"


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        ({"hotline", "website", "state_police", "indicators"}, "met"),
        ({"hotline", "website", "indicators"}, "short"),
        (set(), "short"),
        (None, "unknown"),
    ],
)
def test_texas_wants_four_things_named(says: set[str] | None, outcome: str) -> None:
    duty = owed(station("TX"))["tx-gov-402-0351"]
    finding = found(duty, poster(HALL, says=None if says is None else frozenset(says)))

    assert finding.outcome == outcome
    assert "Look yourself: whether it is clearly legible." in finding.remarks


def test_michigan_asks_only_stations_of_local_government() -> None:
    finding = found(owed(station("MI"))["mi-act-62-2016"])

    assert (finding.outcome, finding.severity) == ("short", Severity.WARN)
    assert any("local government" in remark for remark in finding.remarks)


def test_georgias_point_size_alone_never_blocks() -> None:
    assert judged("ga-ocga-16-5-47", point_size=12).severity is Severity.WARN
    assert judged("ga-ocga-16-5-47", width=4, height=6).severity is Severity.BLOCK
    assert judged("ga-ocga-16-5-47", point_size=12, width=4, height=6).severity is Severity.BLOCK


def test_what_is_unknown_warns_and_never_blocks() -> None:
    finding = judged("ca-civ-52-6", width=None, height=None)
    assert (finding.outcome, finding.severity) == ("unknown", Severity.WARN)


@pytest.mark.parametrize("slug", LAWS)
def test_no_poster_falls_short_and_says_how_to_mend_it(slug: str) -> None:
    finding = found(owed(station(LAWS[slug].area, operator="LI@mta.info"))[slug])

    assert finding.outcome == "short"
    assert finding.reasons
    assert all(reason.mend.endswith(".") for reason in finding.reasons)


def test_no_poster_names_the_spots_once() -> None:
    (reason,) = found(owed(station("MS"))["us-pl-117-301"]).reasons
    assert str(reason) == "Women's restroom, Men's restroom: No poster. Plan one there and print it."


@pytest.mark.parametrize("kind", ["platform", "shelter", "curbside"])
def test_restrooms_are_not_asked_for_where_there_is_no_building(kind: str) -> None:
    finding = found(owed(station("WA", kind=kind), (PLATFORM,))["wa-rcw-43-280-110"])
    assert (finding.outcome, finding.severity) == ("void", None)


def test_no_building_leaves_georgias_other_half() -> None:
    duty = owed(station("GA", kind="platform"), (PLATFORM,))["ga-ocga-16-5-47"]

    assert found(duty).outcome == "short"
    assert found(duty, *notices("ga-ocga-16-5-47", PLATFORM)).outcome == "met"


def test_restrooms_nobody_surveyed_are_unknown_not_absent() -> None:
    for kind in ("building", "unknown"):
        finding = found(owed(station("WA", kind=kind), (HALL,))["wa-rcw-43-280-110"])
        assert finding.outcome == "unknown"
        assert "Survey the place" in finding.reasons[0].mend


def test_restrooms_somebody_looked_for_in_vain_are_absent() -> None:
    both = frozenset({"restroom_women", "restroom_men"})
    assert found(owed(station("WA", missed=both), (HALL,))["wa-rcw-43-280-110"]).outcome == "void"
    assert found(owed(station("WA", missed=both - {"restroom_men"}), (HALL,))["wa-rcw-43-280-110"]).outcome == "unknown"


def test_missing_restrooms_are_no_way_round_the_entrance() -> None:
    duty = owed(station("IL", kind="platform"), (PLATFORM,))["il-775-ilcs-50"]
    assert found(duty).outcome == "short"


def test_no_spot_near_the_entrance_falls_short() -> None:
    (reason,) = found(owed(station("CA"), (WOMEN, MEN))["ca-civ-52-6"], *notices("ca-civ-52-6", WOMEN, MEN)).reasons
    assert (
        str(reason) == "No spot is recorded near the public entrance. Survey the place, add a spot there and plan it."
    )


def test_assumed_restrooms_are_told() -> None:
    duty = owed(train(), (CAR,))["us-pl-117-301"]
    finding = found(duty, poster(CAR))

    assert finding.outcome == "met"
    assert "Nobody has surveyed the restrooms here: Car restroom is assumed." in finding.remarks


def test_what_is_taken_for_an_entrance_is_told() -> None:
    finding = judged("ca-civ-52-6")
    assert any("The survey records no entrances" in remark for remark in finding.remarks)


def test_met_reads_as_the_record_not_as_advice() -> None:
    assert judged("ca-civ-52-6").sentence == "Meets the rule as recorded on 22 November 2026 (Civ. Code § 52.6)."
    assert found(owed(station("CA"))["ca-civ-52-6"]).sentence == (
        "Falls short of the rule as recorded on 22 November 2026 (Civ. Code § 52.6)."
    )


def test_several_laws_at_one_place_are_judged_apart() -> None:
    owes = owed(station("GA"))
    ours = [poster(spot) for spot in BUILDING]
    outcomes = {slug: found(duty, *ours).outcome for slug, duty in owes.items()}
    assert outcomes == {"us-pl-117-301": Outcome.MET, "ga-ocga-16-5-47": Outcome.SHORT}


def test_planned_poster_of_which_nothing_is_known() -> None:
    planned = [PosterFacts(spot=spot) for spot in BUILDING]

    assert found(owed(station("MS"))["us-pl-117-301"], *planned).outcome == "met"
    finding = found(owed(station("AL"))["al-stations"], *planned)
    assert finding.outcome == "unknown"
    assert [reason.what for reason in finding.reasons] == [
        "The size of its sheet is not recorded.",
        "Its languages are not recorded.",
    ]
    assert found(owed(station("IL"))["il-775-ilcs-50"], *planned).outcome == "short"
