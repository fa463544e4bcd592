"""The queue of requests: what waits for an answer, each with what a person needs to give one."""

from dataclasses import dataclass

from outreach.seminars import duplicates, priorities
from outreach.seminars.choices import Equipment, Mode
from outreach.seminars.models import Request
from outreach.seminars.priorities import Priority
from portal.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Card:
    """One request as the queue shows it."""

    asked: Request
    priority: Priority
    doubles: list[Request]
    missing: list[str]
    """What has to be known before it can be planned or opened, in words."""

    @property
    def equipment(self) -> list[str]:
        """What the room has, in words."""
        return [str(Equipment(item).label) for item in self.asked.equipment if item in Equipment.values]


def cards(*, season: Season, state: Request.State) -> list[Card]:
    """All requests of that state, those of the most points first, then the oldest; statements for any number alike."""
    waiting = list(
        Request.objects.filter(season=season, state=state)
        .select_related("area", "school")
        .prefetch_related("preferred_dates", "blackouts")
        .order_by("created_at", "pk")
    )
    facts, doubles = priorities.facts_of(waiting), duplicates.of(waiting)
    shown = [Card(asked, priorities.priority(facts[asked.pk]), doubles[asked.pk], _missing(asked)) for asked in waiting]
    return sorted(shown, key=lambda card: -card.priority.points)


def _missing(asked: Request) -> list[str]:
    found: list[str] = []
    if asked.confirmed_at is None:
        found.append("the e-mail address is not confirmed: our mails may not arrive")
    if not asked.zone:
        found.append("its clock is unknown: link the school, else it cannot be planned")
    if asked.position is None and asked.mode != Mode.VIRTUAL:
        found.append("its place is unknown: link the school, else nobody can be sent there")
    if asked.audience.are_minors:
        found += [
            words
            for value, words in (
                (asked.parents_told_on, "when parents are told"),
                (asked.opt_out, "how a family says no"),
            )
            if not value
        ]
    if asked.audience.is_unlisted:
        found += [
            words
            for value, words in (
                (asked.safeguarding_contact, "whom a student can go to"),
                (asked.counsellor_present, "whether a counselor is there"),
                (asked.private_room, "a private room"),
            )
            if not value
        ]
    return found
