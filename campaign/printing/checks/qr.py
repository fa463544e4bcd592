"""Checks of the code, as the finished proof pages carry it: read, damaged and measured."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from campaign.printing.checks.context import Context, Proof
from campaign.printing.checks.findings import Check, Remark, a_code, a_proof, fail, warn
from portal.typesetting import COVERED, POINTS_PER_MM, Damage, PrintedCode, contrast

LEAST_WIDTH: Final = 20.0
"""Millimetres, without the quiet zone."""
READING_DISTANCES: Final[Mapping[str, float]] = MappingProxyType({"restroom": 350.0, "train": 400.0})
"""Millimetres between phone and poster by a design's audience: a phone held out in a stall, over the seat in front.
Elsewhere people step up to it."""
LEAST_QUIET_ZONE: Final = 3.75
"""Modules: four, less what measuring may miss."""
LEAST_CONTRAST: Final = 4.0
_TOLERANCE: Final = 0.99  # of a width: half a pixel at either side
_RECOVERIES: Final = ("Q", "H")


def _codes(context: Context) -> Iterator[tuple[Proof, PrintedCode]]:
    """The code of every proof page that has one in its place."""
    for proof in context.proofs:
        for code in proof.codes[:1]:
            yield proof, code


def _reads(context: Context) -> Iterator[Remark]:
    for proof in context.proofs:
        if proof.seen == [proof.page.url] == [code.text for code in proof.codes]:
            continue
        if not proof.codes:
            what = "No code can be read where the design says that it lies."
        elif len(proof.seen) > 1:
            what = f"Beside its own code the page carries others: {' and '.join(proof.seen)}."
        else:
            what = f"The code says {' and '.join(code.text for code in proof.codes)}, not {proof.page.url}."
        yield fail(f"{what} Mend the design: nothing may lie over the code, and nothing else may be one.", proof.where)


def _damaged(context: Context, damage: Damage, what: str) -> Iterator[Remark]:
    for proof, code in _codes(context):
        copies = code.after(damage)
        lost = sum(text != proof.page.url for text in copies)
        if lost:
            yield fail(
                f"{what} the code no longer leads to its address, in {lost} of {len(copies)} trials. Print it larger, "
                "in black on white, with nothing over it or close to it.",
                proof.where,
            )


def _size(context: Context) -> Iterator[Remark]:
    audience = context.design.audience if context.design else ""
    distance = READING_DISTANCES.get(audience, 0.0)
    for proof, code in _codes(context):
        width, module = code.side / POINTS_PER_MM, code.module / POINTS_PER_MM
        measured = f"The code is {width / 10:.1f} cm wide, each module {module:.2f} mm."
        if width < LEAST_WIDTH * _TOLERANCE:
            yield fail(
                f"{measured} It needs {LEAST_WIDTH / 10:g} cm. Enlarge it in the design or choose a larger sheet.",
                proof.where,
            )
        elif width < distance / 10 * _TOLERANCE:
            yield warn(
                f"{measured} It reads from {width:.0f} cm away, and phones are held {distance / 10:.0f} cm away there. "
                "Hang it where a phone comes closer, or choose a larger sheet.",
                proof.where,
            )


def _quiet_zone(context: Context) -> Iterator[Remark]:
    for proof, code in _codes(context):
        if code.quiet_zone < LEAST_QUIET_ZONE:
            yield fail(
                f"Only {code.quiet_zone:.1f} modules around the code are clear; it needs 4. Move what stands there, or "
                "give the code its whole box.",
                proof.where,
            )


def _contrast(context: Context) -> Iterator[Remark]:
    for proof, code in _codes(context):
        ratio = contrast(code.dark, code.light)
        if ratio < LEAST_CONTRAST:
            yield fail(
                f"The code is {code.dark} on {code.light}, a contrast of {ratio:.1f} to 1; it needs "
                f"{LEAST_CONTRAST:g}. Print it in black on white.",
                proof.where,
            )


def _recovery(context: Context) -> Iterator[Remark]:
    for proof, code in _codes(context):
        if code.recovery not in _RECOVERIES:
            yield fail(
                f"The code has recovery {code.recovery}; it needs Q, which mends a quarter of it. Use the code that the "
                "page is given.",
                proof.where,
            )


READS: Final = Check(
    code="CODE_READS",
    title="Reading the code",
    passes="On every proof page the one code reads to its own address.",
    run=_reads,
    needs=a_proof,
)
BLURRED: Final = Check(
    code="CODE_BLURRED",
    title="The code blurred",
    passes="Each code reads when every module is smeared over its own width.",
    run=lambda context: _damaged(context, Damage.BLUR, "Blurred,"),
    needs=a_code,
)
NOISY: Final = Check(
    code="CODE_NOISY",
    title="The code in bad light",
    passes="Each code reads with three tenths of the picture noise.",
    run=lambda context: _damaged(context, Damage.NOISE, "With noise over the picture"),
    needs=a_code,
)
COVERED_IN_PART: Final = Check(
    code="CODE_COVERED",
    title="The code partly covered",
    passes=f"Each code reads with {COVERED:.0%} of it covered, wherever that was tried.",
    run=lambda context: _damaged(context, Damage.COVER, f"With {COVERED:.0%} of it covered"),
    needs=a_code,
)
SIZE: Final = Check(
    code="CODE_SIZE",
    title="Size of the code",
    passes="Each code is 2 cm wide or more, and a tenth of the distance from which it is read.",
    run=_size,
    needs=a_code,
)
QUIET_ZONE: Final = Check(
    code="CODE_QUIET_ZONE",
    title="Clear space around the code",
    passes="Four modules around each code are clear.",
    run=_quiet_zone,
    needs=a_code,
)
CONTRAST: Final = Check(
    code="CODE_CONTRAST",
    title="Contrast of the code",
    passes=f"Each code is dark on light, with a contrast of {LEAST_CONTRAST:g} to 1 or more.",
    run=_contrast,
    needs=a_code,
)
RECOVERY: Final = Check(
    code="CODE_RECOVERY",
    title="Recovery of the code",
    passes="Each code has recovery Q: a quarter of it may be lost.",
    run=_recovery,
    needs=a_code,
)
