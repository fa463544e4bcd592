"""Stores what a table of agencies says, and puts it back: areas, contacts, seasons and former names with each record.

The tree is locked throughout; a row that is not what the preview said makes the whole import, or its undoing, do nothing.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models
from django.utils.dateparse import parse_date, parse_datetime

from outreach.agencies import placing, tree
from outreach.agencies.columns import Facts, contact_facts, facts, season_facts
from outreach.agencies.desk_models import Participation
from outreach.agencies.import_plan import FIELDS, ITEMS, as_said
from outreach.agencies.models import Agency, Contact, FormerName
from portal.audit import trail
from portal.imports.pages import Row, Values
from portal.imports.sources import Missed

if TYPE_CHECKING:
    from portal.people.models import User

PLAIN = (
    *("name", "legal_name", "acronym", "kind", "level", "description", "website", "postal_address", "parts"),
    *("needs_agreement", "is_listed"),
)
OWN = frozenset({"outreach.contact", "outreach.participation", "outreach.formername"})
"""What an import hangs on an agency; each is asked by itself."""
TAKEN = "another agency has its name there, or its id, by now."


class AgencyWriter:
    """A ``Writer`` of agencies, in the caller's transaction."""

    def __init__(self, by: "User | None") -> None:
        self.by = by

    def add(self, rows: Iterable[Row]) -> None:
        """Makes agencies, offices above before those beneath."""
        parents = placing.lock()
        for row in rows:
            after = _fields(row.after)
            agency = Agency(uid=row.key)
            self._place(agency, after, parents)
            try:
                agency.save(force_insert=True)
            except IntegrityError as error:
                raise Missed(f"{agency.name}: {TAKEN}") from error
            parents[agency.pk] = agency.parent_id
            if after["jurisdictions"]:
                agency.jurisdictions.set(after["jurisdictions"])
            self._hang(agency, None, after)
            self._tell("imported", agency, {}, after)

    def move(self, steps: Iterable[tuple[Row, Values, Values]]) -> None:
        """Changes agencies, each of which must be as ``old`` says."""
        given = list(steps)
        if not given:
            return
        parents = placing.lock()
        now = now_of([row for row, _old, _new in given])
        agencies = {str(agency.uid): agency for agency in Agency.objects.filter(uid__in=[row.key for row, *_ in given])}
        for row, old, new in given:
            if row.key not in agencies or now[row.key] != tuple(old):
                raise Missed
            agency, before, after = agencies[row.key], _fields(old), _fields(new)
            told = _snapshot(agency, before)
            self._place(agency, after, parents)
            try:
                agency.save(update_fields=[*PLAIN, "parent", "retired_at"])
            except IntegrityError as error:
                raise Missed(f"{agency.name}: {TAKEN}") from error
            parents[agency.pk] = agency.parent_id
            if before["jurisdictions"] != after["jurisdictions"]:
                agency.jurisdictions.set(after["jurisdictions"])
            self._hang(agency, before, after)
            verb = "imported" if new == row.after else "put back, its import undone"
            self._tell(verb, agency, told, after)

    def remove(self, rows: Iterable[Row], now: Any) -> None:
        """Deletes what an import made, offices beneath others before these; retires what something refers to by now."""
        given = list(rows)
        placing.lock()
        stored = now_of(given)
        for row in given:
            if stored.get(row.key) != tuple(row.after):
                raise Missed
            # Nobody comes to name it from here on.
            agency = Agency.objects.select_for_update().get(uid=row.key)
            after = _fields(row.after)
            told = _snapshot(agency, after)
            if _is_referred_to(agency, after):
                agency.retired_at = agency.retired_at or now
                agency.save(update_fields=["retired_at"])
                self._tell("retired, its import undone", agency, told, after)
                continue
            trail.record(actor=self.by, verb="removed, its import undone", target=agency, before=told)
            self._hang(agency, after, {column: [] for column in ITEMS})
            agency.jurisdictions.clear()
            agency.delete()

    def _place(self, agency: Agency, after: Facts, parents: dict[int, int | None]) -> None:
        """Sets an agency's own fields. Raises ``Missed`` where the tree is another one by now."""
        for name in PLAIN:
            setattr(agency, name, after[name])
        agency.retired_at = parse_datetime(after["retired_at"]) if after["retired_at"] else None
        under = None
        if after["within"]:
            above = Agency.objects.filter(uid=after["within"]["uid"])
            under, merged = above.values_list("pk", "merged_into").first() or (None, None)
            if under is None or (merged and agency.pk is None):
                raise Missed(f"{agency.name}: the office above it was {'merged away' if merged else 'deleted'}.")
        if agency.pk is None or under != agency.parent_id:
            if refusal := tree.refusal(parents, moved=agency.pk, under=under):
                raise Missed(f"{agency.name}: {refusal}")
            agency.parent_id = under

    def _hang(self, agency: Agency, before: Facts | None, after: Facts) -> None:
        """Adds, changes and takes away what hangs on an agency, so that it is as ``after`` says."""
        for column, key in ITEMS.items():
            old = {str(item[key]).lower(): item for item in before[column]} if before else {}
            new = {str(item[key]).lower(): item for item in after[column]}
            for name in old.keys() - new.keys():
                self._drop(_item(agency, column, old[name]))
            for name, item in new.items():
                self._put(agency, column, old.get(name), item)

    def _drop(self, row: models.Model) -> None:
        trail.record(actor=self.by, verb="removed, its import undone", target=row, before=trail.snapshot(row))
        row.delete()

    def _put(self, agency: Agency, column: str, old: Facts | None, new: Facts) -> None:
        row = _item(agency, column, old) if old else _made(agency, column)
        told = trail.snapshot(row) if old else {}
        for name, value in _item_fields(column, new).items():
            setattr(row, name, value)
        try:
            row.save()
        except IntegrityError as error:
            raise Missed(f"{agency.name}: another record has one of its {column.replace('_', ' ')} by now.") from error
        trail.record(actor=self.by, verb="imported", target=row, before=told, after=trail.snapshot(row))

    def _tell(self, verb: str, agency: Agency, before: trail.Fields, now: Facts) -> None:
        trail.record(actor=self.by, verb=verb, target=agency, before=before, after=_snapshot(agency, now))


def now_of(rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    """How the agencies of these rows are stored, as the rows say it."""
    by_uid = {row.key: row for row in rows}
    told = facts(Agency.objects.filter(uid__in=list(by_uid)).order_by("pk"), confidential=True)
    return {one["uid"]: as_said(one, by_uid[one["uid"]]) for one in told}


def _fields(values: Values) -> Facts:
    return dict(zip(FIELDS, values, strict=True))


def _snapshot(agency: Agency, now: Facts) -> trail.Fields:
    return trail.snapshot(agency) | {"jurisdictions": now["jurisdictions"]}


def _made(agency: Agency, column: str) -> Any:
    if column == "contacts":
        return Contact(agency=agency)
    return Participation(agency=agency) if column == "seasons" else FormerName(agency=agency)


def _item(agency: Agency, column: str, item: Facts) -> Any:
    """The stored row of an item. Raises ``Missed``."""
    rows: models.QuerySet[Any]
    is_same: Callable[[Any], Facts | None]
    if column == "contacts":
        rows, is_same = Contact.objects.filter(agency=agency, uid=item["uid"]), contact_facts
    elif column == "seasons":
        rows, is_same = Participation.objects.filter(agency=agency, season=int(item["year"])), season_facts
    else:
        rows, is_same = FormerName.objects.filter(agency=agency, name__iexact=item["name"]), lambda _row: item
    row: Any = rows.select_for_update().first()
    if row is None or is_same(row) != item:
        raise Missed
    return row


def _item_fields(column: str, item: Facts) -> Facts:
    if column == "contacts":
        return {
            **{name: item[name] for name in ("uid", "role", "name", "email", "phone")},
            "is_confidential": item["shown_to"] == "desk",
            "consented_on": parse_date(item["agreed_on"]) if item["agreed_on"] else None,
        }
    if column == "seasons":
        return {
            "season_id": int(item["year"]),
            **{name: item[name] for name in ("state", "parts", "note")},
        }
    return {"name": item["name"], "why": item["why"]}


def _is_referred_to(agency: Agency, after: Facts) -> bool:
    """Whether anything names it but what its import hung on it."""
    own = {column: {str(item[key]).lower() for item in after[column]} for column, key in ITEMS.items()}
    if Contact.objects.filter(agency=agency).exclude(uid__in=own["contacts"]).exists():
        return True
    if Participation.objects.filter(agency=agency).exclude(season__in=map(int, own["seasons"])).exists():
        return True
    if any(name.lower() not in own["former_names"] for name in agency.former_names.values_list("name", flat=True)):
        return True
    passed = {*OWN, Agency.jurisdictions.through._meta.label_lower}
    for relation in Agency._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.is_relation and not relation.many_to_many:
            model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
            if model._meta.label_lower not in passed and model._base_manager.filter(**{name: agency}).exists():  # type: ignore[union-attr]
                return True
    return False
