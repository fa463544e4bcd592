"""Pages of a packet, set as masters, say and show what the same pages do when each is set whole."""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product

import pikepdf
import pytest
from _pytest.mark import ParameterSet
from PIL import ImageChops

from campaign.posters import variable
from campaign.posters.header import Paper
from campaign.posters.languages import LANGUAGES
from campaign.posters.pages import Partner, PosterPage, code_box, to_data, to_variable_data
from campaign.posters.shipped import project, shipped_texts
from campaign.posters.variable import typeset
from portal.typesetting import Project, decode_pdf, page_texts
from portal.typesetting.readback import page_pictures
from tests.campaign.posters.test_designs import FIRST_SHEETS, HEADERS, LOCAL, SHEETS, SOURCES, SUITED

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
FIRST_LANGUAGES = ("en", "es", "ar", "zh-Hans")
STATIONS = ("Jackson Union Station (JAN)", "Rome (ROM)", "St. Paul-Minneapolis Union Depot, upper hall (MSP)")


def pages(language: str, **changes: object) -> list[PosterPage]:
    """Posters of three stations, the last with a name that must shrink."""
    return [
        replace(
            PosterPage(
                language=language,
                texts=shipped_texts(language),
                call="1-888-373-7888",
                text="233733",
                relay="711",
                chat="humantraffickinghotline.org",
                danger="911",
                url=f"HTTPS://GO.EXAMPLE.GOV/Q/0W0AB1234{number}",
                host="go.example.gov",
                station=station,
                spot=str(shipped_texts(language)["spot_restroom_women"]),
                code=f"0W0AB-1234{number}",
                local=LOCAL if number == 2 else (),
            ),
            **changes,  # type: ignore[arg-type]
        )
        for number, station in enumerate(STATIONS)
    ]


def both(
    slug: str, paper: Paper, posters: list[PosterPage], *, design: Project | None = None, is_sample: bool = False
) -> tuple[bytes, bytes]:
    """The posters as a packet, and each set whole."""
    header = HEADERS[slug]
    layout = header.layout_for(paper)
    assert layout
    design = design or project(SOURCES[slug])
    write = partial(to_data, header=header, layout=layout, paper=paper, is_sample=is_sample)
    return (
        typeset(design, to_variable_data(posters, write=write), made_at=NOW),
        typeset(design, write(posters), made_at=NOW),
    )


def letters(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isprintable() and not letter.isspace())


def assert_alike(packet: bytes, whole: bytes) -> None:
    """The same letters, and pictures that differ by less than a hundredth of an inch here and there."""
    for said, should in zip(page_texts(packet), page_texts(whole), strict=True):
        # Of a whole page in Persian PDFium reads one letter of the place less.
        assert not letters(should) - letters(said)
        assert (letters(said) - letters(should)).total() <= 1
    for seen, should_be in zip(page_pictures(packet, ppi=72), page_pictures(whole, ppi=72), strict=True):
        assert seen.size == should_be.size
        unlike = ImageChops.difference(seen, should_be).convert("L").point(lambda value: 255 * (value > 90))
        assert unlike.histogram()[255] <= seen.width * seen.height * 0.0002


def combinations() -> Iterator[ParameterSet]:
    """Every language on the first sheets, and the first languages on every sheet; quick where both are first."""
    for (slug, sheet), language in product(SUITED, LANGUAGES):
        firsts = (sheet in FIRST_SHEETS, language in FIRST_LANGUAGES)
        if any(firsts):
            yield pytest.param(slug, sheet, language, marks=() if all(firsts) else pytest.mark.slow)


@pytest.mark.parametrize(("slug", "sheet", "language"), list(combinations()))
def test_a_packet_shows_what_whole_pages_show(slug: str, sheet: str, language: str) -> None:
    posters = pages(language)
    packet, whole = both(slug, SHEETS[sheet], posters)

    assert_alike(packet, whole)
    layout = HEADERS[slug].layout_for(SHEETS[sheet])
    assert layout
    box = code_box(language, layout=layout, paper=SHEETS[sheet])
    assert decode_pdf(packet, [box] * 3) == [[poster.url] for poster in posters]
    with pikepdf.open(io.BytesIO(packet)) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.StructTreeRoot.K[0].K[2].S == "/Sect"


def test_packets_mix_languages_and_areas() -> None:
    posters = [page for code in ("ar", "en", "ko", "hi") for page in pages(code)]

    assert_alike(*both("first-light", SHEETS["letter"], posters))


def test_samples_and_bleed_and_partners_are_part_of_the_master() -> None:
    paper = replace(SHEETS["letter"], bleed=9.0)
    posters = pages("es", partner=Partner(name="Delta Coalition"))

    assert_alike(*both("common-ground", paper, posters, is_sample=True))


@pytest.mark.parametrize(
    "instead",
    [
        "  text(page.placement.station)\n  code(page, words)\n",
        '  place(top + left, image(bytes(page.qr), format: "svg", width: 150pt, alt: words.qr_alt))\n',
        "  code(page, words)\n  code(page, words)\n",
        "  rotate(45deg, code(page, words))\n",
        "  code(page, words)\n  place(top + left, context counter(std.page).display())\n",
        "  code(page, words)\n  place(top + left, [#data.pages.len()])\n",
        '  code(page, words)\n  place(top + left, link("https://example.org")[Here])\n',
        '  show "Rome": [Oslo]\n  code(page, words)\n',
    ],
)
def test_a_design_that_draws_what_is_a_pages_own_is_set_whole(instead: str) -> None:
    source = SOURCES["first-light"].replace("  code(page, words)\n", instead)
    design = project(source)

    packet, whole = both("first-light", SHEETS["letter"], pages("en"), design=design)

    assert packet == whole


@pytest.mark.parametrize("turned", ["rotate(-90deg, reflow: true, {})", "rotate(20deg, {})", "scale(50%, {})"])
def test_a_design_that_turns_the_words_is_set_whole(turned: str) -> None:
    source = SOURCES["first-light"]
    (where,) = re.findall(r"  (where\(.*\))\n", source)
    design = project(source.replace(where, turned.replace("{}", f"{{ {where} }}")))

    packet, whole = both("first-light", SHEETS["letter"], pages("en"), design=design)

    assert packet == whole


@pytest.mark.parametrize("slug", SOURCES)
def test_no_design_of_ours_is_set_whole(slug: str) -> None:
    assert not variable._OWN_DRAWING.search(SOURCES[slug].encode())


def test_the_list_of_pages_names_each_by_its_place_or_its_code() -> None:
    posters = [*pages("en")[:2], replace(pages("en")[2], station="", spot="")]
    packet, _ = both("first-light", SHEETS["letter"], posters)

    with pikepdf.open(io.BytesIO(packet)) as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert titles == [*(f"{each.station} · {each.spot}" for each in posters[:2]), posters[2].code]


def test_few_masters_are_kept() -> None:
    for number in range(20):
        both("quiet-notice", SHEETS["sticker"], pages("en", call=f"1-{number}"))

    assert len(variable._kept) <= 8
