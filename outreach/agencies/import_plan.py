"""Which agency each row of a table means, and what the rows would do, judged together and before anything is stored.

A row is found by its id, else by its name and the path of what it lies within, former names included. Paths may name what
the same file brings or renames. Rows are planned in the order in which they are stored, new ones first and offices above
others before these, and the tree is judged at each step: what cannot be stored is refused here.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from outreach.agencies import tree
from outreach.agencies.columns import BY_NAME, COLUMNS, Facts, facts
from outreach.agencies.models import PATH, Agency, Contact, FormerName, is_another_person
from portal.imports.columns import Column, ItemsColumn
from portal.imports.pages import Kind, Row
from portal.imports.records import Said
from portal.seasons.models import Season

SIGN: Final = PATH.strip()
FIELDS: Final = (
    *("name", "within", "acronym", "kind", "level", "description", "website", "jurisdictions", "parts"),
    *("legal_name", "postal_address", "needs_agreement", "is_listed", "retired_at"),
    *("former_names", "contacts", "seasons"),
)
"""What a page of an import keeps of an agency. Of what hangs on it only what the import adds or changes."""
ITEMS: Final = {"former_names": "name", "contacts": "uid", "seasons": "year"}
"""What tells items of a column apart."""
EMPTY: Final[Facts] = {
    **dict.fromkeys(("acronym", "description", "legal_name", "postal_address", "website"), ""),
    **{name: [] for name in ("jurisdictions", "parts", *ITEMS)},
    "needs_agreement": False,
    "is_listed": False,
    "retired_at": None,
}
Place = tuple[int | None, str]
"""The office above, and a name in small letters: it is there once."""
_MISSING = "Missing: a new agency needs it."


@dataclass(slots=True)
class Office:
    """An agency, or one that the file brings: ``key`` is negative then."""

    key: int
    uid: str
    name: str
    parent: int | None
    is_merged: bool = False
    said: Said | None = None
    under: int | None = None
    """The office above as the file has it."""
    called: str = ""
    """Its name as the file has it."""
    is_retired: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing is stored of it yet."""
        return self.key < 0


@dataclass(slots=True)
class Planner:
    """The agencies that there are, and what a file makes of them."""

    offices: dict[int, Office] = field(default_factory=dict)
    by_uid: dict[str, int] = field(default_factory=dict)
    places: dict[Place, int] = field(default_factory=dict)
    """The agencies as they are stored."""
    coming: dict[Place, int] = field(default_factory=dict)
    """The same as the file has it."""
    former: dict[str, list[int]] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    years: frozenset[str] = frozenset()

    @classmethod
    def of_now(cls) -> "Planner":
        """With what is stored."""
        plan = cls()
        names = ("pk", "uid", "name", "parent_id", "merged_into_id", "retired_at")
        for key, uid, name, parent, merged, retired in Agency.objects.order_by().values_list(*names):
            office = Office(key, str(uid), name, parent, merged is not None, is_retired=retired is not None)
            plan.offices[key] = office
            plan.by_uid[office.uid] = key
            plan.places[_place(parent, name)] = key
        for key, name in FormerName.objects.order_by("pk").values_list("agency_id", "name"):
            plan.former.setdefault(name.lower(), []).append(key)
        plan.contacts = {str(uid): key for uid, key in Contact.objects.order_by().values_list("uid", "agency_id")}
        plan.years = frozenset(map(str, Season.objects.values_list("year", flat=True)))
        return plan

    def run(self, rows: list[Said]) -> tuple[list[Row], int]:
        """What the rows would do, in the order in which it is done, and how many change nothing."""
        found = self._identify(rows)
        stored = self._stored(found)
        planned: list[Row] = []
        unchanged = 0
        parents = {office.key: office.parent for office in self.offices.values() if not office.is_new}
        places = dict(self.places)
        for office in _in_order(found):
            row = self._row(office, stored.get(office.uid), parents, places)
            if row is None:
                continue
            parents[office.key] = office.under
            places.pop(_place(office.parent, office.name), None)
            places[_place(office.under, office.called)] = office.key
            if row.before == row.after:
                unchanged += 1
            else:
                planned.append(row)
        return planned, unchanged

    def _identify(self, rows: list[Said]) -> list[Office]:
        """The offices that the rows mean. Who lies within one that the file brings waits for it."""
        waiting = [said for said in rows if self._read(said)]
        found: list[Office] = []
        while waiting:
            left = []
            for said in waiting:
                is_there, above = self._above(said)
                if not is_there:
                    left.append(said)
                elif office := self._office(said, above):
                    found.append(office)
            if len(left) == len(waiting):
                break
            waiting = left
        for said in waiting:
            path = said.values["within"]
            said.refuse(
                "within",
                f"No agency “{path[:200]}”. Write the names from the top, as “Department of Justice > Office of Justice "
                "Programs”; if the file brings it, mend its row first.",
            )
        return found

    def _read(self, said: Said) -> bool:
        """Reads by what a row is found."""
        for name in ("uid", "within", "name"):
            if said.has(name) or name == "uid":
                _take(said, BY_NAME[name])
        if SIGN in said.values.get("name", ""):
            said.refuse("name", f"“{SIGN}” stands between the names of a path: leave it out.")
        if said.values.get("uid") is None and not said.has("name") and not said.problems:
            said.refuse("name", "Neither an id nor a name: nobody can tell which agency this is.")
        return not said.problems

    def _above(self, said: Said) -> tuple[bool, int | None]:
        """Whether the office above is known by now, and its key."""
        known = self.by_uid.get(said.values.get("uid") or "")
        if "within" not in said.values:
            if known is not None:
                return True, self.offices[known].parent
            named = [office for office in self.offices.values() if office.name.lower() == said.values["name"].lower()]
            return True, named[0].parent if len(named) == 1 else None
        above: int | None = None
        for name in filter(None, map(str.strip, said.values["within"].split(SIGN))):
            there = self._child(above, name)
            if there is None:
                return False, None
            above = there
        return True, above

    def _child(self, above: int | None, name: str) -> int | None:
        """The office of that name beneath another one: as the file has it, as it is stored, as it was called before."""
        for places in (self.coming, self.places):
            if (key := places.get(_place(above, name))) is not None:
                return key
        former = {key for key in self.former.get(name.lower(), []) if self.offices[key].parent == above}
        return former.pop() if len(former) == 1 else None

    def _office(self, said: Said, above: int | None) -> Office | None:
        uid, name = said.values.get("uid"), said.values.get("name")
        key = self.by_uid.get(uid or "")
        by_place = self._child(above, name) if name and key is None else None
        if key is None and uid and by_place is not None:
            says = "An agency of that name is there with another id: empty this cell to change that one."
            said.refuse("uid", says)
            return None
        if key is None and by_place is None and not name:
            said.refuse("uid", "No agency has this id: write its name too, and it is made.")
            return None
        if key is None:
            key = by_place
        if key is None:
            key = -len(self.offices) - 1
            self.offices[key] = Office(key, uid or str(uuid.uuid4()), name or "", above)
            self.by_uid[self.offices[key].uid] = key
        office = self.offices[key]
        if office.said:
            said.refuse("name", f"The same agency stands in line {office.said.number}: delete one of the two.")
            return None
        office.said, office.under = said, above
        is_former = by_place is not None and _place(0, name or "") != _place(0, office.name)
        office.called = office.name if name is None or is_former else name
        self.coming[_place(above, office.called)] = key
        self.coming.setdefault(_place(office.parent, office.called), key)
        return office

    def _stored(self, found: list[Office]) -> dict[str, Facts]:
        known = [office.key for office in found if not office.is_new]
        stored: dict[str, Facts] = {}
        for begin in range(0, len(known), 500):
            rows = Agency.objects.filter(pk__in=known[begin : begin + 500])
            public = {told["uid"]: told for told in facts(rows, confidential=False)}
            for told in facts(rows, confidential=True):
                stored[told["uid"]] = told | {"public": public[told["uid"]]}
        return stored

    def _row(
        self,
        office: Office,
        known: Facts | None,
        parents: dict[int, int | None],
        places: dict[Place, int],
    ) -> Row | None:
        """What the row does; nothing where it is refused."""
        said = office.said
        assert said
        after = {name: told for name, told in self._after(office, said, known).items() if name in FIELDS}
        before = None
        if known is not None:
            before = {name: known[name] for name in FIELDS} | {"within": self._within(office.parent)}
        if not said.problems:
            for column, key in ITEMS.items():
                old, after[column] = _differing(before[column] if before else [], after[column], key)
                if before:
                    before[column] = old
        if before != after and not said.problems:
            self._judge(office, said, after, parents, places)
        if said.problems:
            return None
        self.contacts |= {item["uid"]: office.key for item in after["contacts"]}
        office.is_retired = after["retired_at"] is not None
        return Row(
            said.number,
            _kind(before, after),
            office.uid,
            None if before is None else [before[name] for name in FIELDS],
            [after[name] for name in FIELDS],
        )

    def _after(self, office: Office, said: Said, known: Facts | None) -> Facts:
        after = dict(known or EMPTY)
        for column in COLUMNS:
            if column.name in {"uid", "within", "name"}:
                continue
            if not said.has(column.name):
                if column.needed and known is None:
                    said.refuse(column.name, _MISSING)
            elif not _says_nothing_new(column, said.cell(column.name), known):
                _take(said, column)
                if column.name in said.values:
                    after[column.name] = said.values[column.name]
        after["name"], after["within"] = office.called, self._within(office.under)
        if not said.problems:
            self._complete(office, said, known or EMPTY, after)
        return after

    def _complete(self, office: Office, said: Said, known: Facts, after: Facts) -> None:
        """Fills in what the desk would: former names, whom a contact is shown to."""
        if "former_names" in said.values:
            why = {item["name"].lower(): item["why"] for item in known["former_names"]}
            after["former_names"] = [
                item | {"why": item["why"] or why.get(item["name"].lower(), FormerName.Why.RENAMED.value)}
                for item in said.values["former_names"]
            ]
        given = {item["name"].lower() for item in after["former_names"]}
        if not office.is_new and office.called.lower() != office.name.lower() and office.name.lower() not in given:
            after["former_names"] = [*after["former_names"], {"name": office.name, "why": FormerName.Why.RENAMED.value}]
        if "contacts" in said.values:
            after["contacts"] = [self._contact(office, said, item, known) for item in said.values["contacts"]]
        if "seasons" in said.values and (strange := {item["year"] for item in after["seasons"]} - self.years):
            year = sorted(strange)[0]
            said.refuse("seasons", f"No January {year} is on record: add it under Seasons first, or delete this item.")
        for column, key in ITEMS.items():
            keys = [str(item[key]).lower() for item in after[column]]
            if column in said.values and len(set(keys)) != len(keys):
                twice = next(name for name in keys if keys.count(name) > 1)
                said.refuse(column, f"{twice[:60]} stands there twice: delete one of the two.")

    def _contact(self, office: Office, said: Said, item: Facts, known: Facts) -> Facts:
        theirs: list[Facts] = known["contacts"]
        if item["uid"]:
            same = next((one for one in theirs if one["uid"] == item["uid"]), None)
            if same is None and self.contacts.get(item["uid"], office.key) != office.key:
                said.refuse(
                    "contacts", f"{item['role'][:60]}: its id is that of another agency’s contact: delete the id."
                )
        else:
            same = next((one for one in theirs if _alike(one) == _alike(item)), None)
        shown = item["shown_to"] or (same["shown_to"] if same else "desk" if item["name"] else "everybody")
        told = item | {"shown_to": shown, "uid": item["uid"] or (same["uid"] if same else str(uuid.uuid4()))}
        if shown == "everybody" and item["name"] and not item["agreed_on"]:
            says = "a person is shown to everybody only after agreeing: say on which day (agreed_on)."
            said.refuse("contacts", f"{item['role'][:60]}: {says}")
        is_former_day = same is not None and item["agreed_on"] == same["agreed_on"]
        if shown == "everybody" and is_former_day and is_another_person(same["name"] if same else "", item["name"]):
            says = "on that day another person agreed: say on which day this one did (agreed_on)."
            said.refuse("contacts", f"{item['role'][:60]}: {says}")
        if told != same and item["agreed_on"] and item["agreed_on"] > timezone.localdate().isoformat():
            said.refuse("contacts", f"{item['role'][:60]}: nobody agreed on a day that has not come (agreed_on).")
        if told != same and not item["email"] and not item["phone"]:
            said.refuse("contacts", f"{item['role'][:60]}: give an address or a phone number.")
        return told

    def _judge(
        self,
        office: Office,
        said: Said,
        after: Facts,
        parents: dict[int, int | None],
        places: dict[Place, int],
    ) -> None:
        """Refuses what the tree, or a merge, doesn't allow."""
        if office.is_merged:
            said.refuse("name", "It was merged into another agency: change that one, or undo the merge first.")
        if office.under is not None and office.under not in parents:
            above = self.offices[office.under].said
            said.refuse(
                "within", f"The office above is refused itself (line {above.number if above else '?'}): mend it first."
            )
        elif office.is_new and office.under is not None and self.offices[office.under].is_merged:
            path = self.offices[office.under].name
            says = f"“{path}” was merged into another agency: name that one, or undo the merge first."
            said.refuse("within", says)
        elif office.is_new or office.under != office.parent:
            moved = None if office.is_new else office.key
            if refusal := tree.refusal(parents, moved=moved, under=office.under):
                said.refuse("within", refusal)
            # As nobody moves one there by hand. A new one may lie there: its office was retired later, where it comes from.
            is_moved = not office.is_new and office.under is not None
            if is_moved and self.offices[office.under or 0].is_retired and not after["retired_at"]:
                says = "The office above is retired: choose one in use, or empty its “retired_at” first."
                said.refuse("within", says)
        if places.get(_place(office.under, office.called), office.key) != office.key:
            says = "Another agency has this name there. To swap names, give one another name in a first file."
            said.refuse("name", says)

    def _within(self, key: int | None) -> dict[str, str] | None:
        """The office above: its id, and its path as people read it."""
        if key is None:
            return None
        names, seen, above = [], set(), key
        while above is not None and above not in seen:
            seen.add(above)
            office = self.offices[above]
            names.append(office.called or office.name)
            above = office.under if office.said else office.parent  # type: ignore[assignment]
        return {"uid": self.offices[key].uid, "path": PATH.join(reversed(names))}


def _place(above: int | None, name: str) -> Place:
    return above, name.lower()


def _in_order(found: Iterable[Office]) -> list[Office]:
    """New ones first, and each behind the office above it where that is among them."""
    ordered: dict[int, Office] = {}
    for is_new in (True, False):
        waiting = {office.key: office for office in found if office.is_new == is_new}
        while waiting:
            ready = [office for office in waiting.values() if office.under not in waiting]
            # In a circle none is ready: the tree refuses it at the first.
            for office in ready or [*waiting.values()]:
                ordered[office.key] = waiting.pop(office.key)
    return [*ordered.values()]


def _take(said: Said, column: Column) -> None:
    try:
        said.values[column.name] = column.read(said.cell(column.name))
    except ValueError as told:
        said.refuse(column.name, str(told))


def _says_nothing_new(column: Column, cell: Any, known: Facts | None) -> bool:
    if column.is_only_told and cell in ("", None, []):
        return True
    if known is None:
        return False
    rather = known["public"][column.name] if isinstance(column, ItemsColumn) or column.is_only_told else None
    return column.is_same(cell, known[column.name]) or (rather is not None and column.is_same(cell, rather))


def _differing(before: list[Facts], after: list[Facts], key: str) -> tuple[list[Facts], list[Facts]]:
    """Of the items those that are added or changed, as they were and as they will be. None goes."""
    known = {str(item[key]).lower(): item for item in before}
    new = [item for item in after if known.get(str(item[key]).lower()) != item]
    old = [known[name] for item in new if (name := str(item[key]).lower()) in known]
    return _sorted(old, key), _sorted(new, key)


def _sorted(items: list[Facts], key: str) -> list[Facts]:
    return sorted(items, key=lambda item: str(item[key]).lower())


def _alike(contact: Facts) -> tuple[str, ...]:
    return tuple(str(contact[name]).lower() for name in ("role", "email", "name"))


def _kind(before: Facts | None, after: Facts) -> Kind:
    if before is None:
        return Kind.NEW
    if (before["retired_at"] is None) == (after["retired_at"] is None):
        return Kind.CHANGED
    return Kind.REOPENED if after["retired_at"] is None else Kind.CLOSED


def as_said(told: Facts, row: Row) -> tuple[Any, ...]:
    """What is stored of an agency, as a row of an import says it: of what hangs on it the row's items alone."""
    now: Facts = {name: told[name] for name in FIELDS if name != "within"}
    both = [dict(zip(FIELDS, values, strict=True)) for values in (row.before, row.after) if values is not None]
    for column, key in ITEMS.items():
        names = {str(item[key]).lower() for values in both for item in values[column]}
        now[column] = _sorted([item for item in told[column] if str(item[key]).lower() in names], key)
    paths = {values["within"]["uid"]: values["within"]["path"] for values in both if values["within"]}
    parent = told["parent"]
    # Whoever renamed the office above changed nothing here.
    now["within"] = {"uid": parent, "path": paths.get(parent, told["within"])} if parent else None
    return tuple(now[name] for name in FIELDS)
