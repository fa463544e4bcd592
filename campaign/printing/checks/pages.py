"""Checks of the pages: their letters, their colours, their type, their edges."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from django.utils import timezone

from campaign.posters.languages import LANGUAGES
from campaign.printing.checks.context import Context, Proof
from campaign.printing.checks.findings import Check, Remark, a_proof, fail, note
from portal.typesetting import Project, TypesettingError, bare_bleed, compile_pdf, page_boxes

_MOST_BARE: Final = 0.02
"""Of the edge: what a stroke that touches the cut may leave white."""
_MISS: Final = 0.05  # points, and points again for boxes

_SAMPLER: Final = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "Names")
#set page(width: 500pt, height: auto, margin: 20pt)
#set text(font: data.fonts, lang: "en", hyphenate: false)
#for words in data.texts [#par(words)]
"""


def _glyphs(context: Context) -> Iterator[Remark]:
    """Names are typed by people, and the proofs show only some of them. Texts are tried when they are reviewed."""
    names = {str(placement.spot.station or placement.spot.train) for placement in context.placements}
    names |= {placement.spot.label for placement in context.placements}
    names |= {line.name for lines in context.lines.values() for line in lines.local}
    odd = sorted(name for name in names if not name.isascii() or not name.isprintable())
    families = {LANGUAGES[text.language].family for text in context.texts}
    told: set[str] = set()
    for family in sorted(families):
        while problem := _unprintable([name for name in odd if name not in told], family):
            name, sentence = problem
            told.add(name)
            yield fail(f"The name “{name}” {sentence}", name)


def _unprintable(names: Sequence[str], family: str) -> tuple[str, str] | None:
    """The first name that cannot be set beside a family, and why."""
    if not names:
        return None
    data = {"texts": names, "fonts": list(dict.fromkeys(["Inter", family, "Noto Sans"]))}
    project = Project(main="names.typ", files={"names.typ": _SAMPLER})
    try:
        compile_pdf(project, data, timestamp=timezone.now())
    except TypesettingError as error:
        said = re.fullmatch(r"data\.texts\[(\d+)\] (.+)", str(error), re.DOTALL)
        return (names[int(said[1])], said[2]) if said else (names[0], f"cannot be set. {error}")
    return None


def _was_tried(context: Context) -> bool:
    return bool(context.proofs or context.refusals.get("SETS"))


def _sets(context: Context) -> Iterator[Remark]:
    yield from map(fail, context.refusals.get("SETS", ()))


def _colours(context: Context) -> Iterator[Remark]:
    if context.design:
        yield from map(fail, context.design.header.problems_of_colours(context.design.colours))


def _text_size(context: Context) -> Iterator[Remark]:
    assert context.design
    floor, small = (context.design.header.floors[name] for name in ("text", "small"))
    for proof in context.proofs:
        small_print = _small_print(proof, is_sample=context.address.is_sample)
        for words in proof.words:
            if words.size >= floor - _MISS or not any(map(str.isalnum, words.text)):
                continue
            if _is_within(words.text, small_print, proof):
                if words.size < small - _MISS:
                    yield fail(
                        f"“{words.text}” is set in {words.size:g} points; small print needs {small:g}. "
                        "Shorten the name or choose a larger sheet.",
                        proof.where,
                    )
            else:
                yield fail(
                    f"“{words.text[:40]}” is set in {words.size:g} points; the design says that nothing goes below "
                    f"{floor:g}. Mend the design or choose a larger sheet.",
                    proof.where,
                )


def _small_print(proof: Proof, *, is_sample: bool) -> list[str]:
    """What may be set below the floor of the text, letters and figures alone, the longest first."""
    page = proof.page
    allowed = [page.station, page.spot, page.code, page.host]
    allowed += [text for line in page.local for text in (line.name, line.answered_by)]
    if is_sample:
        allowed += [str(page.texts["sample_word"]).upper(), str(page.texts["sample_why"])]
    return sorted(filter(None, map(_letters, allowed)), key=len, reverse=True)


def _is_within(text: str, small_print: Sequence[str], proof: Proof) -> bool:
    left = _letters(text)
    for each in small_print:
        left = left.replace(each, "", 1)
    if not left or LANGUAGES[proof.page.language].family == "Inter":
        return not left
    # Shaped scripts come back in the order in which they were drawn, some of their letters twice.
    return set(_letters(text)) <= set("".join(small_print))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _numbers_legible(context: Context) -> Iterator[Remark]:
    assert context.design
    floor = context.design.header.floors["number"]
    for proof in context.proofs:
        large = "".join(words.text for words in proof.words if words.size >= floor - _MISS)
        for number in filter(None, (proof.page.call, proof.page.text)):
            # Its groups apart: a design may set them on two lines, and a page may run from right to left.
            if not all(group in large for group in number.split("-")):
                yield fail(
                    f"{number} must be read without scanning, and does not stand on the page in {floor:g} points or "
                    "more. Mend the design.",
                    proof.where,
                )


def _bleed(context: Context) -> Iterator[Remark]:
    assert context.assembly
    paper = context.assembly.paper
    if not context.style.has_bleed:
        yield note("Ordered without bleed, as an office printer wants it. For a print shop, tick “With bleed”.")
        return
    cut = (paper.bleed, paper.bleed, paper.bleed + paper.width, paper.bleed + paper.height)
    whole = (0.0, 0.0, paper.width + 2 * paper.bleed, paper.height + 2 * paper.bleed)
    for proof, boxes, bare in zip(context.proofs, page_boxes(context.pdf), bare_bleed(context.pdf), strict=True):
        if not paper.bleed:
            yield fail("This sheet has no bleed. Give it one under Paper, Sheets, or order without.", "")
        elif not (_same(boxes.trim, cut) and _same(boxes.bleed, whole)):
            yield fail("The page does not say where it is cut and where its bleed ends. Mend the design.", proof.where)
        elif bare > _MOST_BARE:
            yield fail(
                f"The ground ends at the cut on {bare:.0%} of the edge, so a knife that goes astray leaves a white line. "
                "Let it reach into the bleed: the kit's across() does.",
                proof.where,
            )


def _same(found: tuple[float, float, float, float] | None, wanted: tuple[float, float, float, float]) -> bool:
    return found is not None and all(abs(a - b) <= _MISS for a, b in zip(found, wanted, strict=True))


GLYPHS: Final = Check(
    code="GLYPHS",
    title="Letters of the names",
    passes="The fonts have every letter of every name of a place and of a line.",
    run=_glyphs,
)
SETS: Final = Check(
    code="SETS",
    title="Room for the text",
    passes="The fullest poster of every language was set, and all its text fits.",
    run=_sets,
    needs=_was_tried,
)
COLOURS: Final = Check(
    code="COLOURS",
    title="Colours",
    passes="Every pair of colours that meet keeps the contrast that the design asks for.",
    run=_colours,
)
TEXT_SIZE: Final = Check(
    code="TEXT_SIZE",
    title="Size of the text",
    passes="Nothing is set below the floors that the design states, for text and for small print.",
    run=_text_size,
    needs=a_proof,
)
NUMBERS_LEGIBLE: Final = Check(
    code="NUMBERS_LEGIBLE",
    title="Size of the numbers",
    passes="The numbers to call and to text stand on every proof page, as large as the design promises.",
    run=_numbers_legible,
    needs=a_proof,
)
BLEED: Final = Check(
    code="BLEED",
    title="Bleed",
    passes="TrimBox and BleedBox are right, and the ground reaches into the bleed.",
    run=_bleed,
    needs=a_proof,
)
