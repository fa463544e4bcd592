"""First light, altered as a test needs it: an approved version of the shipped design with a fault of its own."""

from campaign.posters.header import Header
from campaign.posters.models import Design, Review

SLUG = "first-light"
_CODE = "  code(page, words)\n"


def altered(*changes: tuple[str, str], colours: dict[str, str] | None = None) -> Design:
    """The approved version of First light from now on: its source with texts replaced, each of which must be there."""
    shipped = Design.objects.approved().get(slug=SLUG)
    source = shipped.source
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    Design.objects.filter(pk=shipped.pk).update(state=Review.RETIRED)
    design = Design(
        slug=SLUG,
        version=shipped.version + 1,
        name=shipped.name,
        audience=Header.of(source).audience,
        source=source,
        kit=shipped.kit,
        colours=colours or {},
        state=Review.APPROVED,
        approved_by_release=True,
    )
    design.sha256 = design.digest()
    design.save()
    return design


def with_code(instead: str) -> Design:
    """Something else is drawn where the code would be. ``x0``, ``y0`` and ``side`` bound its box."""
    bounds = "  let (x0, y0, side) = (page.code.x * 1pt, page.code.y * 1pt, page.code.width * 1pt)\n"
    return altered((_CODE, f"{bounds}{instead}\n"))


def over_the_code(drawn: str) -> Design:
    """Something is drawn over the code, which the design draws itself: the kit's own lies above all else."""
    code = '  place(top + left, dx: x0, dy: y0, image(bytes(page.qr), format: "svg", width: side, alt: words.qr_alt))'
    return with_code(f"{code}\n{drawn}")
