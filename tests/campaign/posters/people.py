"""The three people who must manage, and a design that passes."""

from collections.abc import Callable
from dataclasses import dataclass

from campaign.posters import trials
from campaign.posters.models import Design
from portal.jobs import runners
from portal.people.models import User
from portal.people.roles import Role

SOURCE = """/* ---
name = "Plain sheet"
audience = "public"
description = "Two numbers and a code."

[[layouts]]
name = "portrait"
grid = [612, 792]
proportions = [0.60, 0.80]
shortest = 7.5
code = { end = 40, bottom = 60, side = 160 }

[floors]
headline = 20
text = 9
number = 20

[colours]
ground = "paper"
figure = "ink"

[[contrasts]]
text = "figure"
on = "ground"
least = 4.5

[pictures.window]
alt = "A window at dawn"
--- */

#import "kit.typ": *

#let draw(page, words) = {
  at(40 * u, 40 * u, fitted("headline", words.headline_partner, width: width - 80 * u, height: 120 * u,
    from: 40 * u, floor: floors.headline, weight: 800, level: 1))
  for (index, way) in page.ways.enumerate() {
    if way.kind in ("call", "text") {
      at(40 * u, (200 + 80 * index) * u, number(way.value, width: width - 80 * u, from: 60 * u))
    }
  }
  code(page, words)
}

#posters(draw, stamp: (40 * u, 120 * u, 150 * u))
"""


@dataclass(frozen=True, slots=True)
class Office:
    """A designer, two translators and an approver; ``designer_too`` is another designer."""

    designer: User
    designer_too: User
    translator: User
    translator_too: User
    approver: User


def office(user_with: Callable[..., User]) -> Office:
    return Office(
        designer=user_with(Role.DESIGNER),
        designer_too=user_with(Role.DESIGNER),
        translator=user_with(Role.TRANSLATOR),
        translator_too=user_with(Role.TRANSLATOR),
        approver=user_with(Role.APPROVER),
    )


def tried(design: Design) -> trials.Trial:
    """The trial of a design, done here as a worker does it."""
    job = trials.trial_of(design).job
    assert job is not None, "Nobody asked for a trial."
    runners.run(job.pk)
    return trials.trial_of(design)
