"""Designs for tests: plain, quickly set, and shaped as a test needs them."""

from collections.abc import Sequence

from campaign.posters import shipped
from campaign.posters.header import Header
from campaign.posters.models import Design, Review

SOURCE = """/* ---
name = "{name}"
audience = "{audience}"
description = "A design of the tests."
{partner}
[[layouts]]
name = "all"
grid = [612, 792]
proportions = [{least}, {most}]
shortest = 3
code = {{ end = 20, bottom = 20, side = 300 }}
--- */
#import "kit.typ": *
#let draw(page, words) = {{
  at(safe, 40 * u, heading(level: 1, "{headline}"))
  at(safe, 70 * u, text(size: 12pt, words.listen))
  if page.partner != none {{
    at(safe, 90 * u, line("name of the partner", page.partner.name, width: 300 * u, from: 20 * u, floor: 12pt))
    if page.partner.logo != "" {{
      at(safe, 130 * u, image(page.partner.logo, height: 40 * u, alt: page.partner.name))
    }}
  }}
  for (index, way) in page.ways.enumerate() {{
    at(safe, 200 * u + index * 40 * u, text(size: 12pt, way.value))
  }}
  for (index, each) in page.local.enumerate() {{
    at(safe, 400 * u + index * 40 * u, text(size: 12pt, each.number))
  }}
  code(page, words)
  {body}
}}
#posters(draw, stamp: (20 * u, 500 * u, 150 * u))
"""


def make_design(
    slug: str,
    *,
    version: int = 1,
    partner: bool = False,
    audience: str = "public",
    headline: str = "You have choices",
    proportions: Sequence[float] = (0.5, 0.9),
    body: str = "",
) -> Design:
    """An approved version of a design; an older one is retired."""
    source = SOURCE.format(
        name=slug.replace("-", " ").capitalize(),
        audience=audience,
        partner="partner = true" if partner else "",
        headline=headline,
        least=proportions[0],
        most=proportions[1],
        body=body,
    )
    Design.objects.filter(slug=slug).update(state=Review.RETIRED)
    design = Design(
        slug=slug, version=version, source=source, kit=shipped.kit(), state=Review.APPROVED, approved_by_release=True
    )
    header = Header.of(source)
    design.name, design.description, design.audience = header.name, header.description, header.audience
    design.sha256 = design.digest()
    design.save()
    return design
