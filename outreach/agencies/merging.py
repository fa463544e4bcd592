"""Two records of one agency become one: shown first, done in one transaction, and undone while nobody touched it.

The preview and the merge come from the same ``plan``, so what is shown is what moves. Every model that names an agency
says in ``MOVES`` how its rows follow (or in ``STAYS`` why they don't); a room above appends its own.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from outreach.agencies import placing, tree
from outreach.agencies.desk_models import MergeRecord
from outreach.agencies.models import Agency, FormerName
from portal.areas.models import Area
from portal.audit import trail

if TYPE_CHECKING:
    from portal.people.models import User

MOVES_ON, RENAMED, REMAINS = "moves", "renamed", "stays"
FIELDS: Final = (
    *("legal_name", "acronym", "kind", "level", "description", "website", "postal_address", "needs_agreement"),
)
"""Of these one side's value is kept: the winner's, or where that is blank the loser's, unless somebody chose."""
Choices = Mapping[str, str]
"""By ``Step.key``: ``renamed`` or ``stays``; by ``Taken.key``: ``winner`` or ``loser``."""


class NotPossible(Exception):
    """Nothing is merged; the message says why, and how to mend it."""


class Stale(NotPossible):
    """Something changed since the preview: look at it anew."""


def never(row: models.Model) -> None:
    """Of rows that clash with nothing."""


def called(row: Any) -> str:
    """What the preview calls a row."""
    return str(getattr(row, "name", "") or getattr(row, "title", "") or getattr(row, "role", "") or row)


@dataclass(frozen=True, slots=True)
class Move:
    """How the rows of one relation follow an agency.

    ``alike`` names what an agency may have once: a row of which the winner has one already is renamed, where ``name``
    is the field that tells them apart, or stays with the retired record. ``None`` for a row that clashes with nothing.
    Of what is joined many to many the rows are those between the two; ``reach`` is read with them for ``says``.
    """

    label: str
    alike: Callable[[Any], Hashable | None] = never
    name: str = ""
    says: Callable[[Any], str] = called
    reach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one row."""

    relation: str
    label: str
    pk: int
    says: str
    way: str
    ways: tuple[str, ...]
    name: str = ""

    @property
    def key(self) -> str:
        """Its name among the choices."""
        return f"{self.relation}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A field in which the two differ, and whose value is kept."""

    field: str
    label: str
    winner: object
    loser: object
    side: str

    @property
    def key(self) -> str:
        """Its name among the choices."""
        return f"field:{self.field}"

    @property
    def value(self) -> object:
        """What is kept."""
        return self.loser if self.side == "loser" else self.winner


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge does, row by row; ``fingerprint`` tells the facts that it was made from."""

    winner: Agency
    loser: Agency
    steps: tuple[Step, ...]
    taken: tuple[Taken, ...]
    areas: tuple[str, ...]
    parts: tuple[str, ...]
    fingerprint: str

    @property
    def moving(self) -> dict[str, list[list[object]]]:
        """As ``MergeRecord.moved`` keeps it, without the former names."""
        found: dict[str, list[list[object]]] = {}
        for step in self.steps:
            if step.way != REMAINS:
                found.setdefault(step.relation, []).append([step.pk, step.name or None])
        return found

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """By label: how many move and how many stay."""
        labels = dict.fromkeys(step.label for step in self.steps)
        return [
            (
                label,
                sum(step.label == label and step.way != REMAINS for step in self.steps),
                sum(step.label == label and step.way == REMAINS for step in self.steps),
            )
            for label in labels
        ]

    @property
    def clashes(self) -> list[Step]:
        """The rows about which somebody chooses."""
        return [step for step in self.steps if len(step.ways) > 1 or step.way == REMAINS]


MOVES: dict[str, Move] = {
    "outreach.contact.agency": Move("contacts"),
    "outreach.logo.agency": Move("logos", lambda logo: None if logo.retired_at else logo.name, "name"),
    "outreach.agreement.agency": Move("agreements"),
    "outreach.participation.agency": Move("seasons", lambda row: row.season_id),
    "outreach.note.agency": Move("notes"),
    "outreach.task.agency": Move("tasks"),
    "outreach.formername.agency": Move("former names", lambda row: row.name.lower()),
    "outreach.agency.parent": Move("offices beneath it", lambda row: row.name.lower(), "name"),
}
"""By ``app.model.field``. A room above adds its own when its admin is loaded."""
STAYS: Final = {
    "outreach.agency_jurisdictions.agency": "The winner gets the loser's areas besides its own; the loser keeps them.",
    "outreach.agency.merged_into": "What was merged into the loser still says so: the two form a chain.",
    "outreach.mergerecord.winner": "History.",
    "outreach.mergerecord.loser": "History.",
    "outreach.distinct.first": "It was said of that record.",
    "outreach.distinct.second": "It was said of that record.",
}


def plan(*, winner: Agency, loser: Agency, choices: Choices | None = None) -> Plan:
    """What merging ``loser`` into ``winner`` would do now. Raises ``NotPossible``."""
    _refuse(winner, loser)
    chosen = choices or {}
    facts: list[object] = [winner.pk, loser.pk]
    steps: list[Step] = []
    for relation, move in MOVES.items():
        rows, field = _rows(relation)
        there = {move.alike(row) for row in rows.filter(**{field: winner})} - {None}
        there_named = rows.filter(**{field: winner}).values_list(move.name, flat=True) if move.name else ()
        names = {name.lower() for name in there_named}
        these = rows.filter(**{field: loser})
        for row in these.select_related(*move.reach) if move.reach else these:
            alike = move.alike(row)
            clashes = alike is not None and alike in there
            ways = ((RENAMED, REMAINS) if move.name else (REMAINS,)) if clashes else (MOVES_ON,)
            wanted = chosen.get(f"{relation}:{row.pk}", ways[0])
            way = wanted if wanted in ways else ways[0]
            name = _free_name(row, move.name, loser, names) if way == RENAMED else ""
            names.add(name.lower())
            steps.append(Step(relation, move.label, row.pk, move.says(row), way, ways, name))
            facts.append([relation, row.pk, clashes])
    taken = tuple(_taken(winner, loser, chosen))
    ours, theirs = _areas(winner), _areas(loser)
    facts += [[each.field, str(each.winner), str(each.loser)] for each in taken]
    facts += [ours, theirs, winner.parts, loser.parts]
    return Plan(
        winner,
        loser,
        tuple(steps),
        taken,
        tuple(code for code in theirs if code not in ours),
        tuple(part for part in loser.parts if part not in winner.parts),
        hashlib.sha256(json.dumps(facts).encode()).hexdigest(),
    )


def merge(
    *, winner_id: int, loser_id: int, fingerprint: str, by: "User | None", choices: Choices | None = None
) -> MergeRecord:
    """Does what ``plan`` says with these choices. Raises ``Stale`` if its facts changed, ``NotPossible``."""
    with transaction.atomic():
        placing.lock()
        # Whoever adds a row that names one of the two waits, and is neither seen nor lost half-way.
        both = {
            row.pk: row
            for row in Agency.objects.select_for_update().filter(pk__in=[winner_id, loser_id]).order_by("pk")
        }
        if len(both) != 2:
            raise NotPossible("Choose two agencies.")
        winner, loser = both[winner_id], both[loser_id]
        made = plan(winner=winner, loser=loser, choices=choices)
        if made.fingerprint != fingerprint:
            raise Stale("Something changed since you looked: this is how it stands now. Look again, then merge.")
        was, lost = trail.snapshot(winner), trail.snapshot(loser)
        moved = {relation: _moved(relation, keys, winner) for relation, keys in made.moving.items()}
        after: dict[str, Any] = {each.field: each.value for each in made.taken if each.side == "loser"}
        if made.parts:
            after["parts"] = [*winner.parts, *made.parts]
        before = {name: getattr(winner, name) for name in after}
        for name, value in after.items():
            setattr(winner, name, value)
        winner.save(update_fields=list(after))
        winner.jurisdictions.add(*Area.objects.filter(pk__in=made.areas))
        former, is_new = FormerName.objects.get_or_create(
            agency=winner, name__iexact=loser.name, defaults={"name": loser.name, "why": FormerName.Why.MERGED}
        )
        loser.merged_into, before["retired_at"] = winner, loser.retired_at and loser.retired_at.isoformat()
        loser.retired_at = loser.retired_at or timezone.now()
        loser.save(update_fields=["merged_into", "retired_at"])
        after |= {"areas": list(made.areas), "former_name": former.pk if is_new else None}
        record = MergeRecord.objects.create(winner=winner, loser=loser, by=by, moved=moved, before=before, after=after)
        counts = {label: count for label, count, _ in made.counts if count}
        trail.record(
            actor=by, verb="merged", target=winner, before=was, after=trail.snapshot(winner) | {"moved": counts}
        )
        trail.record(actor=by, verb="merged away", target=loser, before=lost, after=trail.snapshot(loser))
    return record


def undo(*, record_id: int, by: "User | None") -> MergeRecord:
    """Gives back what moved. Raises ``NotPossible`` where a row or a field was changed since, and changes nothing."""
    with transaction.atomic():
        placing.lock()
        record = MergeRecord.objects.select_for_update().get(pk=record_id)
        if record.undone_at:
            raise NotPossible("It was undone already.")
        winner, loser = (Agency.objects.select_for_update().get(pk=key) for key in (record.winner_id, record.loser_id))
        _refuse_undo(record, winner, loser)
        was, lost = trail.snapshot(winner), trail.snapshot(loser)
        for relation, keys in record.moved.items():
            rows, field = _rows(relation)
            for pk, former in keys:
                back = {field: loser} | ({MOVES[relation].name: former} if former is not None else {})
                rows.filter(pk=pk).update(**back)
        changed = [name for name in record.before if name != "retired_at"]
        for name in changed:
            setattr(winner, name, record.before[name])
        winner.save(update_fields=changed)
        winner.jurisdictions.remove(*Area.objects.filter(pk__in=record.after["areas"]))
        FormerName.objects.filter(pk=record.after["former_name"]).delete()
        loser.merged_into = None
        loser.retired_at = record.before["retired_at"]
        loser.save(update_fields=["merged_into", "retired_at"])
        loser.refresh_from_db()
        record.undone_at, record.undone_by = timezone.now(), by
        record.save(update_fields=["undone_at", "undone_by"])
        for agency, before in ((winner, was), (loser, lost)):
            trail.record(actor=by, verb="merge undone", target=agency, before=before, after=trail.snapshot(agency))
    return record


def _refuse(winner: Agency, loser: Agency) -> None:
    if winner.pk == loser.pk:
        raise NotPossible("That is the same record. Choose another one.")
    for agency in (winner, loser):
        if agency.merged_into_id:
            raise NotPossible(f"{agency} was merged into {agency.merged_into} already. Choose that one.")
    if winner.retired_at:
        raise NotPossible(f"{winner} is retired: bring it back first, or merge the other way round.")
    if winner.is_demo != loser.is_demo:
        raise NotPossible("One of them is part of the demo, which is removed some day: the two cannot become one.")
    parents = dict(Agency.objects.order_by().values_list("pk", "parent_id"))
    if winner.pk in tree.beneath(parents, loser.pk):
        raise NotPossible(f"{winner} lies beneath {loser}: merge the other way round, or move it first.")
    now = tree.Tree(parents)
    for child in (key for key, above in parents.items() if above == loser.pk):
        if refusal := now.refusal(moved=child, under=winner.pk):
            raise NotPossible(f"An office beneath {loser} would lie too deep. {refusal}")


def _refuse_undo(record: MergeRecord, winner: Agency, loser: Agency) -> None:
    if loser.merged_into_id != winner.pk:
        raise NotPossible(f"{loser} is not merged into {winner} any more.")
    if winner.merged_into_id:
        raise NotPossible(f"{winner} itself was merged into {winner.merged_into} since: undo that first.")
    for name in record.before.keys() - {"retired_at"}:
        if getattr(winner, name) != record.after[name]:
            label = Agency._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise NotPossible(f"The {label} of {winner} was changed since the merge. Mend the two records by hand.")
    now = tree.Tree(dict(Agency.objects.order_by().values_list("pk", "parent_id")))
    for relation, keys in record.moved.items():
        rows, field = _rows(relation)
        names = dict(keys)
        found = rows.filter(pk__in=names, **{field: winner}).count()
        if found != len(names):
            gone = len(names) - found
            what = MOVES[relation].label
            raise NotPossible(
                f"{gone} of the {what} that moved {'was' if gone == 1 else 'were'} moved on or deleted since."
            )
        if relation == "outreach.agency.parent":
            for child in names:
                if refusal := now.refusal(moved=child, under=loser.pk):
                    raise NotPossible(f"An office that moved cannot go back. {refusal}")
        alike = MOVES[relation].alike
        taken = {alike(row) for row in rows.filter(**{field: loser})} - {None}
        for row in rows.filter(pk__in=names):
            if (former := names[row.pk]) is not None:
                setattr(row, MOVES[relation].name, former)
            if alike(row) in taken:
                raise NotPossible(f"{loser} has another one like “{row}” by now: rename or retire one of the two.")


def _rows(relation: str) -> tuple[models.QuerySet[Any], str]:
    """All rows of a relation in the order of their keys, and its field."""
    app, model, field = relation.split(".")
    return apps.get_model(app, model)._default_manager.order_by("pk"), field


def _moved(relation: str, keys: list[list[Any]], winner: Agency) -> list[list[object]]:
    """Points rows at the winner; their keys, with the former name of those that were renamed."""
    rows, field = _rows(relation)
    name = MOVES[relation].name
    moved: list[list[object]] = []
    for pk, new in keys:
        former = rows.values_list(name, flat=True).get(pk=pk) if new else None
        rows.filter(pk=pk).update(**{field: winner} | ({name: new} if new else {}))
        moved.append([pk, former])
    return moved


def _taken(winner: Agency, loser: Agency, choices: Choices) -> list[Taken]:
    found = []
    for name in FIELDS:
        ours, theirs = getattr(winner, name), getattr(loser, name)
        if ours == theirs or theirs in ("", False):
            continue
        side = choices.get(f"field:{name}", "loser" if ours in ("", False) else "winner")
        label = str(Agency._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found.append(Taken(name, label, ours, theirs, side if side in {"winner", "loser"} else "winner"))
    return found


def _areas(agency: Agency) -> list[str]:
    return sorted(agency.jurisdictions.values_list("pk", flat=True))


def _free_name(row: models.Model, field: str, loser: Agency, taken: set[str]) -> str:
    """The row's name with its former agency's, and a number where that is taken."""
    most: int = row._meta.get_field(field).max_length or 80  # type: ignore[union-attr]
    for number in range(1, len(taken) + 2):
        end = f" ({loser.acronym or loser.name[:40]}{f' {number}' if number > 1 else ''})"
        name = f"{getattr(row, field)[: most - len(end)]}{end}"
        if name.lower() not in taken:
            break
    return name
