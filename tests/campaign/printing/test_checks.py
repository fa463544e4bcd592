"""Every check of preflight passes on what ships, and fails on a case prepared for it: real pages, really set."""

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import qrcode
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django.fixtures import Settings
from qrcode.image.svg import SvgPathImage

from campaign.links.models import Link
from campaign.places.models import Placement, PlacementLink, Spot, Station
from campaign.posters.models import Design, Review, Sheet, TextSet
from campaign.printing import batches, scope
from campaign.printing.checks import CHECKS
from campaign.printing.checks.findings import Finding, Outcome
from campaign.printing.models import Print
from campaign.printing.preflight import preflight
from campaign.printing.scope import Scope
from campaign.printing.styles import PLAIN, Style
from campaign.rules.models import Notice, Rule
from outreach.channels.models import Channel
from portal.jobs import runners
from tests.campaign.printing.altered import altered, over_the_code, with_code
from tests.campaign.printing.network import Network, place, station

pytestmark = pytest.mark.django_db

BOTH = ("en", "es")
ADDRESS = "https://help.example.gov"
PROOF_URL = "HTTPS://HELP.EXAMPLE.GOV/Q/0000000000"


@pytest.fixture(autouse=True)
def printed_address(settings: Settings) -> None:
    """A real address, so that nothing is a sample."""
    settings.PRINTED_ADDRESS = ADDRESS


def found(
    network: Network,
    code: str,
    *,
    order: Scope | None = None,
    languages: tuple[str, ...] = BOTH,
    style: Style = PLAIN,
) -> list[Finding]:
    """What one check finds; nothing if it was left out."""
    report = preflight(order or scope.of_station(network.season, "JAN"), languages=languages, style=style).report
    return [finding for finding in report.findings if finding.code == code]


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def svg(text: str, *, recovery: int) -> str:
    """A code that somebody made elsewhere, as a Typst string."""
    drawn = io.BytesIO()
    made = qrcode.QRCode(error_correction=recovery, border=4)
    made.add_data(text)
    made.make_image(image_factory=SvgPathImage).save(drawn)
    return '"' + drawn.getvalue().decode().replace("\\", "\\\\").replace('"', '\\"') + '"'


def foreign(text: str, *, recovery: int = qrcode.ERROR_CORRECT_Q) -> str:
    return (
        f'place(top + left, dx: x0, dy: y0, image(bytes({svg(text, recovery=recovery)}), format: "svg", '
        'width: side, alt: "A code."))'
    )


class TestTheWhole:
    def test_what_ships_passes_every_check(self, network: Network) -> None:
        Channel.objects.update(verified_on=timezone.localdate())
        report = preflight(scope.of_station(network.season, "JAN"), languages=BOTH, style=Style(has_bleed=True)).report
        assert [finding for finding in report.findings if finding.outcome is not Outcome.PASS] == []
        assert report.summary == f"{len(CHECKS)} checks: {len(CHECKS)} pass, 0 to know, 0 in the way"

    @pytest.mark.parametrize(
        ("design", "sheet"),
        [
            ("quiet-notice", "sticker"),
            ("tear-off", "a4"),
            ("far-horizon", "tabloid"),
            ("window-seat", "car-card"),
            ("open-door", "a3"),
            ("common-ground", "letter"),
        ],
    )
    def test_nothing_is_in_the_way_of_any_shipped_design(self, network: Network, design: str, sheet: str) -> None:
        style = Style(design=design, sheet=sheet, has_bleed=True)
        outlook = preflight(scope.everything(network.season), languages=BOTH, style=style)
        assert outlook.problems == []

    @pytest.mark.parametrize(
        ("design", "sheet"),
        [
            ("first-light", "a4"),
            ("quiet-notice", "sticker"),
            ("tear-off", "a4"),
            ("far-horizon", "a3"),
            ("window-seat", "car-card"),
            ("open-door", "a4"),
            ("common-ground", "a4"),
        ],
    )
    @pytest.mark.slow
    def test_nothing_is_in_the_way_in_any_language(self, network: Network, design: str, sheet: str) -> None:
        """As if every draft were reviewed."""
        TextSet.objects.update(state=Review.APPROVED, approved_by_release=True)
        languages = list(TextSet.objects.printable().values_list("language", flat=True))
        assert len(languages) > 20
        style = Style(design=design, sheet=sheet, has_bleed=True)
        outlook = preflight(scope.of_station(network.season, "JAN"), languages=languages, style=style)
        assert outlook.problems == []

    def test_codes_are_stable_words_and_the_guide_explains_each(self) -> None:
        guide = (Path(django_settings.BASE_DIR) / "docs" / "preflight.md").read_text(encoding="utf-8")
        told = re.findall(r"^\| `([A-Z_]+)` \|", guide, re.MULTILINE)
        assert told == [check.code for check in CHECKS]
        assert len(set(told)) == len(told)

    def test_proofs_are_the_longest_place_and_every_language(self, network: Network) -> None:
        long = "A hall with a very long name indeed"
        place(network.marks, long, season=network.season)
        over_the_code(cover(0, 0, 1, 1))
        finding = only(found(network, "CODE_READS", order=scope.of_state(network.season, "MS")))
        assert finding.where == f"English, Marks (MKS), Platform, {long}; Spanish, Marks (MKS), Platform, {long}"


SMALL = (
    'place(top + left, dx: x0, dy: y0, image(bytes(page.qr), format: "svg", width: 1.2cm * 37 / 29, alt: words.qr_alt))'
)
COVER = "place(top + left, dx: x0 + {x} * side, dy: y0 + {y} * side, rect(width: {w} * side, height: {h} * side, fill: {fill}))"


def cover(x: float, y: float, w: float, h: float, fill: str = "white") -> str:
    return COVER.format(x=x, y=y, w=w, h=h, fill=fill)


FRAME = "\n".join(
    [
        cover(0, 0, 1, 0.1, "black"),
        cover(0, 0, 0.1, 1, "black"),
        cover(0.9, 0, 0.1, 1, "black"),
        cover(0, 0.9, 1, 0.1, "black"),
    ]
)


class TestTheCode:
    @pytest.mark.parametrize(
        ("make", "code", "told"),
        [
            (lambda: over_the_code(cover(0, 0, 1, 0.5)), "CODE_READS", "No code can be read where the design says"),
            (lambda: with_code(foreign("HTTPS://ELSEWHERE.EXAMPLE/")), "CODE_READS", "not HTTPS://HELP.EXAMPLE.GOV/Q/"),
            (lambda: over_the_code(cover(0.42, 0.3, 0.19, 0.19)), "CODE_COVERED", "With 10% of it covered"),
            (lambda: with_code(SMALL), "CODE_SIZE", "The code is 1.2 cm wide"),
            (lambda: over_the_code(cover(0, 0.1, 0.07, 0.8, "black")), "CODE_QUIET_ZONE", "Only 1."),
            (lambda: over_the_code(FRAME), "CODE_BLURRED", "Blurred, the code no longer leads to its address"),
            (
                lambda: over_the_code(cover(0, 0, 1, 1, "white.transparentize(35%)")),
                "CODE_CONTRAST",
                "it needs 4. Print it in black on white.",
            ),
            (
                lambda: over_the_code(cover(0, 0, 1, 1, "white.transparentize(20%)")),
                "CODE_NOISY",
                "With noise over the picture",
            ),
            (
                lambda: with_code(foreign(PROOF_URL, recovery=qrcode.ERROR_CORRECT_L)),
                "CODE_RECOVERY",
                "has recovery L; it needs Q",
            ),
        ],
        ids=["hidden", "another", "stamped", "small", "crowded", "framed", "pale", "paler", "weak"],
    )
    def test_a_code_with_a_fault_is_in_the_way(
        self, network: Network, make: Callable[[], Design], code: str, told: str
    ) -> None:
        make()
        findings = found(network, code)
        assert {finding.outcome for finding in findings} == {Outcome.FAIL}
        assert told in findings[0].sentence
        assert findings[0].where.startswith("English, Jackson (JAN)")

    def test_a_second_code_on_the_page_is_in_the_way(self, network: Network) -> None:
        elsewhere = foreign("HTTPS://ELSEWHERE.EXAMPLE/").replace("dx: x0, dy: y0", "dx: 30pt, dy: 300pt")
        over_the_code(
            f"place(top + left, dx: 30pt, dy: 300pt, rect(width: side, height: side, fill: white))\n{elsewhere}"
        )
        assert "the page carries others" in only(found(network, "CODE_READS")).sentence

    def test_a_small_sheet_for_a_stall_is_told_how_near_a_phone_must_come(self, network: Network) -> None:
        finding = only(found(network, "CODE_SIZE", style=Style(design="quiet-notice", sheet="sticker")))
        assert finding.outcome is Outcome.WARN
        assert "It reads from 23 cm away" in finding.sentence

    def test_what_cannot_be_read_is_not_measured(self, network: Network) -> None:
        over_the_code(cover(0, 0, 1, 1))
        assert only(found(network, "CODE_READS")).outcome is Outcome.FAIL
        assert found(network, "CODE_SIZE") == []


class TestThePages:
    @pytest.mark.parametrize(
        ("change", "code", "told"),
        [
            (
                ("  code(page, words)", "  code(page, words)\n  at(margin, 8 * u, text(size: 5pt, words.listen))"),
                "TEXT_SIZE",
                "is set in 5 points; the design says that nothing goes below 10.",
            ),
            (("width: room, fill: c.words)\n}", "width: room, fill: c.words, from: 1pt)\n}"), "TEXT_SIZE", ""),
            (
                ("number(way.value, width: if", 'text(size: 12pt, way.value) + number("1", width: if'),
                "NUMBERS_LEGIBLE",
                "1-888-373-7888 must be read without scanning, and does not stand on the page in 26 points",
            ),
            (
                ("waterline - 104 * u,\n    from: 46 * u, floor: floors.headline", "9pt, floor: 44pt"),
                "SETS",
                "The headline does not fit at 44 points",
            ),
        ],
        ids=["small", "crew", "numbers", "headline"],
    )
    def test_a_page_with_a_fault_is_in_the_way(
        self, network: Network, change: tuple[str, str], code: str, told: str
    ) -> None:
        altered(change)
        finding = found(network, code)[0]
        if told:
            assert finding.outcome is Outcome.FAIL
            assert told in finding.sentence
        else:
            assert finding.outcome is Outcome.PASS  # small print is never set below what can be read

    def test_a_ground_that_ends_at_the_cut_is_in_the_way_of_bleed_alone(self, network: Network) -> None:
        own = "#let across(y, tall, fill) = place(top + left, dy: y, rect(width: width, height: tall, fill: fill))"
        altered(('#import "kit.typ": *', f'#import "kit.typ": *\n{own}'))
        finding = only(found(network, "BLEED", style=Style(has_bleed=True)))
        assert finding.outcome is Outcome.FAIL
        assert "The ground ends at the cut on" in finding.sentence
        assert only(found(network, "BLEED")).sentence.startswith("Ordered without bleed")

    def test_a_sheet_without_bleed_cannot_have_any(self, network: Network) -> None:
        Sheet.objects.filter(slug="letter").update(bleed=0)
        finding = only(found(network, "BLEED", style=Style(has_bleed=True)))
        assert "This sheet has no bleed" in finding.sentence

    @pytest.mark.parametrize("name", ["Jackson 🚂", "Jack\u202eson", "ਜੈਕਸਨ"])
    def test_a_name_that_no_font_has_is_told_though_no_proof_shows_it(self, network: Network, name: str) -> None:
        place(network.marks, "A hall with a very long name indeed", season=network.season)
        Station.objects.filter(pk=network.jackson.pk).update(name=name)
        finding = only(found(network, "GLYPHS", order=scope.of_state(network.season, "MS")))
        assert finding.outcome is Outcome.FAIL
        assert finding.where == f"{name} (JAN)"
        assert found(network, "SETS", order=scope.of_state(network.season, "MS"))[0].outcome is Outcome.PASS

    def test_names_in_other_letters_that_the_fonts_have_pass(self, network: Network) -> None:
        Station.objects.filter(pk=network.jackson.pk).update(name="Cañón d’Été – Ürümqi")
        assert only(found(network, "GLYPHS")).outcome is Outcome.PASS

    def test_colours_too_close_are_in_the_way(self, network: Network) -> None:
        altered(colours={"words": "#f0e0c0"})
        assert "has a contrast of" in found(network, "COLOURS")[0].sentence


class TestTheOrder:
    def test_without_an_address_it_is_a_sample(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = ""
        finding = only(found(network, "ADDRESS"))
        assert (finding.outcome, finding.sentence[:7]) == (Outcome.WARN, "SAMPLE:")

    def test_an_address_that_no_code_can_say_is_in_the_way(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = "https://help.example.gov/path"
        assert "must be a scheme and a host" in only(found(network, "ADDRESS")).sentence

    def test_all_that_is_wrong_is_told_at_once(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = "nonsense"
        Design.objects.update(sha256="0" * 64)
        TextSet.objects.filter(language="es").update(state=Review.DRAFT)
        Placement.objects.all().delete()
        report = preflight(scope.of_state(network.season, "MS"), languages=BOTH, style=Style(sheet="none")).report
        failed = [finding.code for finding in report.findings if finding.outcome is Outcome.FAIL]
        assert failed == ["PLANNED", "ADDRESS", "APPROVAL", "TRANSLATION", "FITS"]

    def test_a_stale_text_is_in_the_way(self, network: Network) -> None:
        TextSet.objects.filter(language="es").update(english_sha256="0" * 64)
        assert "translates an older English" in only(found(network, "TRANSLATION")).sentence

    def test_a_design_on_a_sheet_that_it_does_not_suit(self, network: Network) -> None:
        refused, offered = found(network, "FITS", style=Style(design="first-light", sheet="sticker"))
        assert "“First light” does not suit Sticker" in refused.sentence
        assert offered.outcome is Outcome.FAIL
        assert offered.sentence == "Sticker, 4 × 6 in suits Quiet notice."

    def test_a_report_without_proofs_leaves_out_what_needs_them(self, network: Network) -> None:
        TextSet.objects.filter(language="es").update(state=Review.DRAFT)
        report = preflight(scope.of_state(network.season, "MS"), languages=BOTH).report
        told = {finding.code for finding in report.findings}
        assert not {code for code in told if code.startswith("CODE_")}
        assert not told & {"SETS", "TEXT_SIZE", "NUMBERS_LEGIBLE", "BLEED"}


class TestThePlaces:
    def test_a_number_that_ends_while_the_posters_hang_is_in_the_way(self, network: Network) -> None:
        Channel.objects.filter(value="233733").update(valid_to=dt.date(2027, 1, 20))
        finding = only(found(network, "NUMBERS_IN_DATE"))
        assert finding.outcome is Outcome.FAIL
        assert "233733: it is in service until 20 January 2027, and the posters hang until" in finding.sentence

    def test_a_line_that_ends_before_the_posters_hang_is_not_left_out_in_silence(self, network: Network) -> None:
        Channel.objects.filter(slug="us-hotline-chat").update(valid_to=dt.date(2026, 12, 31))
        finding = only(found(network, "NUMBERS_IN_DATE"))
        assert finding.outcome is Outcome.WARN
        assert "humantraffickinghotline.org (chat): it is in service until 31 December 2026" in finding.sentence
        assert "they leave it out" in finding.sentence

    @pytest.mark.parametrize("gone", ["replaced", "retired", "long ago"])
    def test_a_line_that_is_gone_for_good_is_no_news(self, network: Network, gone: str) -> None:
        chat = Channel.objects.get(slug="us-hotline-chat")
        chat.valid_from = None
        chat.valid_to = dt.date(2025, 1, 1) if gone == "long ago" else dt.date(2026, 12, 31)
        chat.retired_at = timezone.now() if gone == "retired" else None
        chat.replaced_by = Channel.objects.get(slug="us-hotline-text") if gone == "replaced" else None
        chat.save()
        assert only(found(network, "NUMBERS_IN_DATE")).outcome is Outcome.PASS

    def test_without_a_national_number_nothing_is_printed(self, network: Network) -> None:
        Channel.objects.update(valid_to=dt.date(2026, 1, 1))
        assert "No national number may be printed" in only(found(network, "NUMBERS_IN_DATE")).sentence

    def test_a_number_whose_check_lapsed_is_in_the_way(self, network: Network) -> None:
        today = timezone.localdate()
        Channel.objects.update(verified_on=today, first_verified_on=today, next_due=today)
        assert only(found(network, "NUMBERS_VERIFIED")).outcome is Outcome.PASS
        Channel.objects.filter(value="233733").update(next_due=today - dt.timedelta(days=1))
        finding = only(found(network, "NUMBERS_VERIFIED"))
        assert finding.outcome is Outcome.FAIL
        assert "233733: verified until" in finding.sentence

    def test_nobody_is_asked_to_check_what_law_fixes(self, network: Network) -> None:
        today = timezone.localdate()
        Channel.objects.exclude(value__in=("911", "711", "988")).update(verified_on=today, next_due=today)
        assert only(found(network, "NUMBERS_VERIFIED")).outcome is Outcome.PASS

    def test_records_that_contradict_each_other_are_in_the_way(self, network: Network) -> None:
        text = Channel.objects.get(slug="us-hotline-text")
        text.pk, text.uid, text.slug, text.value = None, uuid.uuid4(), "us-hotline-text-too", "555019"
        text._state.adding = True
        text.save()
        findings = found(network, "NUMBERS_VERIFIED")
        assert any(each.outcome is Outcome.FAIL and "555019" in each.sentence for each in findings)

    def test_a_retired_code_is_in_the_way(self, network: Network) -> None:
        order = scope.of_station(network.season, "JAN")
        batches.create(order, languages=BOTH, announce=False)
        assert only(found(network, "CODES_OWN")).outcome is Outcome.PASS
        retired = PlacementLink.objects.filter(placement__spot__station=network.jackson).first()
        assert retired
        Link.objects.filter(pk=retired.link_id).update(retired_at=timezone.now())
        finding = only(found(network, "CODES_OWN"))
        assert (finding.outcome, finding.where) == (Outcome.FAIL, f"{retired.placement}, {retired.link}")

    def test_a_code_that_hangs_elsewhere_is_in_the_way(self, network: Network) -> None:
        """It was printed for the first of two, then somebody gave it to the second."""
        order = scope.of_station(network.season, "JAN")
        runners.run(batches.create(order, languages=["en"], announce=False).job_id)
        first, second, _ = PlacementLink.objects.order_by("pk")
        kept = first.link
        first.link = Link.objects.issue([("MS", "en")])[0]
        first.save()
        PlacementLink.objects.filter(pk=second.pk).update(link=kept)
        Print.objects.filter(placement=second.placement).update(link=kept)
        findings = found(network, "CODES_OWN", languages=("en",))
        assert only(findings).outcome is Outcome.FAIL
        assert str(second.placement) in findings[0].where

    def test_a_code_of_another_kind_is_in_the_way(self, network: Network) -> None:
        batches.create(scope.of_station(network.season, "JAN"), languages=["en"], announce=False)
        Link.objects.update(kind=Link.Kind.PUBLIC)
        assert only(found(network, "CODES_OWN", languages=("en",))).outcome is Outcome.FAIL

    def test_a_code_of_another_state_is_told(self, network: Network) -> None:
        batches.create(scope.of_station(network.season, "JAN"), languages=["en"], announce=False)
        Station.objects.filter(pk=network.jackson.pk).update(state="TN")
        assert only(found(network, "CODES_OWN", languages=("en",))).outcome is Outcome.WARN

    def test_a_design_that_draws_the_eye_and_an_unknown_state_are_told(self, network: Network) -> None:
        order, style = scope.everything(network.season), Style(design="far-horizon", sheet="tabloid")
        assert only(found(network, "AUDIENCE", order=order, style=style)).outcome is Outcome.WARN
        assert "Somewhere (N W/1)" in only(found(network, "PLACES_KNOWN", order=order)).sentence


class TestTheRules:
    """Texas asks for English and Spanish near the entrance, Missouri for 8.5 × 11 in; both are recorded with certainty."""

    @staticmethod
    def planned(network: Network, state: str, *kinds: Spot.Kind) -> Scope:
        built = station(network.operator, f"X{state}", f"Town of {state}", state=state)
        for kind in kinds:
            Placement.objects.create(season=network.season, spot=Spot.objects.create(station=built, kind=kind))
        return scope.of_state(network.season, state)

    def test_a_language_that_the_law_names_is_not_left_out(self, network: Network) -> None:
        order = self.planned(network, "TX", Spot.Kind.WAITING_ROOM)
        findings = found(network, "RULES", order=order, languages=("en",))
        failed = [finding for finding in findings if finding.outcome is Outcome.FAIL]
        assert "Texas: Falls short of" in failed[0].sentence
        assert "Not in Spanish." in failed[0].sentence
        assert not [each for each in found(network, "RULES", order=order) if each.outcome is Outcome.FAIL]

    def test_a_sheet_smaller_than_the_law_allows_is_in_the_way(self, network: Network) -> None:
        order = self.planned(network, "MO", Spot.Kind.RESTROOM_WOMEN)
        small = found(network, "RULES", order=order, style=Style(design="quiet-notice", sheet="sticker"))
        assert any(each.outcome is Outcome.FAIL and "is smaller than 8.5 × 11" in each.sentence for each in small)
        assert not [each for each in found(network, "RULES", order=order) if each.outcome is Outcome.FAIL]

    def test_a_sample_breaks_no_law(self, network: Network, settings: Settings) -> None:
        settings.PRINTED_ADDRESS = ""
        order = self.planned(network, "TX", Spot.Kind.WAITING_ROOM)
        assert {each.outcome for each in found(network, "RULES", order=order, languages=("en",))} == {Outcome.WARN}

    def test_a_notice_in_the_laws_own_words_is_told_and_not_in_the_way(self, network: Network) -> None:
        order = self.planned(network, "IL", Spot.Kind.RESTROOM_WOMEN, Spot.Kind.RESTROOM_MEN)
        findings = found(network, "RULES", order=order)
        assert {each.outcome for each in findings} == {Outcome.WARN}
        assert any("Illinois: Falls short of" in each.sentence for each in findings)

    def test_a_notice_that_hangs_beside_our_poster_meets_the_law(self, network: Network) -> None:
        order = self.planned(network, "MI", Spot.Kind.WAITING_ROOM)
        assert any("Michigan: Falls short of" in each.sentence for each in found(network, "RULES", order=order))
        Notice.objects.create(
            rule=Rule.objects.get(area="MI"),
            spot=order.placements()[0].spot,
            languages=["en", "es"],
            width=9,
            height=12,
            point_size=14,
            is_bold=True,
            seen_on=timezone.localdate(),
        )
        assert not [each for each in found(network, "RULES", order=order) if "Falls short" in each.sentence]

    def test_what_was_printed_before_counts(self, network: Network) -> None:
        order = self.planned(network, "TX", Spot.Kind.WAITING_ROOM)
        runners.run(batches.create(order, languages=BOTH, announce=False).job_id)
        findings = found(network, "RULES", order=order, languages=("en",))
        assert not [each for each in findings if each.outcome is Outcome.FAIL]
