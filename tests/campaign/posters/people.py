"""The three people who must manage, and a design that passes."""

from dataclasses import dataclass

from django.utils import timezone

from campaign.posters import trials
from campaign.posters.models import Design, Sheet, TextSet
from portal.jobs import runners
from portal.people.models import RoleGrant, User
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


def office() -> Office:
    """The accounts; nobody signs in with a password, which would take long to hash."""
    return Office(
        designer=_person("dana", Role.DESIGNER),
        designer_too=_person("drew", Role.DESIGNER),
        translator=_person("tran", Role.TRANSLATOR),
        translator_too=_person("tove", Role.TRANSLATOR),
        approver=_person("abe", Role.APPROVER),
    )


def _person(name: str, role: Role) -> User:
    user = User.objects.create_user(username=name, is_staff=True)
    RoleGrant.objects.create(user=user, role=role)
    return user


def few_posters() -> None:
    """Leaves one sheet and three texts, one of them a draft written from right to left, so that trials are short."""
    Sheet.objects.exclude(slug="letter").update(retired_at=timezone.now())
    TextSet.objects.exclude(language__in=["en", "es", "ar"]).delete()


def tried(design: Design) -> trials.Trial:
    """The trial of a design, done here as a worker does it."""
    job = trials.trial_of(design).job
    assert job is not None, "Nobody asked for a trial."
    runners.run(job.pk)
    return trials.trial_of(design)
