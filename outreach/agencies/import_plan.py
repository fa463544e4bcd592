"""What the rows of a table of agencies would do, judged together and before anything is stored.

Rows are planned in the order in which they are stored, new ones first and offices above others before these, and the tree
is judged at each step: what cannot be stored is refused here. Names are judged as they all will be, so that offices may
exchange them.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from outreach.agencies import tree
from outreach.agencies.columns import COLUMNS, Facts, facts
from outreach.agencies.import_finding import Finder, Office, Place, take
from outreach.agencies.models import Agency, Contact, FormerName, is_another_person
from portal.imports.columns import Column, ItemsColumn
from portal.imports.pages import Kind, Row
from portal.imports.records import Said
from portal.seasons.models import Season

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
_MISSING = "Missing: a new agency needs it."


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row would make of an agency; ``before`` is ``None`` where there is none yet. Both name ``FIELDS``."""

    office: Office
    said: Said
    before: Facts | None
    after: Facts

    @property
    def changes(self) -> bool:
        """Whether it says anything that is not stored."""
        return self.before != self.after

    @property
    def row(self) -> Row:
        """As a page keeps it."""
        was = self.before or {}
        before = None if self.before is None else [was[name] for name in FIELDS]
        after = [self.after[name] for name in FIELDS]
        note = " ".join(told for name, told in self.said.notes.items() if was.get(name) != self.after[name])
        return Row(self.said.number, _kind(self.before, self.after), self.office.uid, before, after, note)


class Planner:
    """What a file makes of the agencies that there are."""

    def __init__(self) -> None:
        self.finder = Finder.of_now()
        self.contacts = {str(uid): key for uid, key in Contact.objects.order_by().values_list("uid", "agency_id")}
        self.years = frozenset(map(str, Season.objects.values_list("year", flat=True)))

    def run(self, rows: list[Said]) -> tuple[list[Row], int]:
        """What the rows would do, in the order in which it is done, and how many change nothing."""
        found = _in_order(self.finder.find(rows))
        stored = _stored(found)
        drafts = [draft for office in found if (draft := self._draft(office, stored.get(office.uid)))]
        sound = self._judged(drafts)
        planned = [draft.row for draft in sound if draft.changes]
        return planned, len(sound) - len(planned)

    def _draft(self, office: Office, known: Facts | None) -> Draft | None:
        """What the row says; nothing where it is refused."""
        said = office.said
        assert said
        after = {name: told for name, told in self._after(office, said, known).items() if name in FIELDS}
        if said.problems:
            return None
        before = None
        if known is not None:
            before = {name: known[name] for name in FIELDS} | {"within": self.finder.within(office.parent)}
        for column, key in ITEMS.items():
            old, after[column] = _differing(before[column] if before else [], after[column], key)
            if before:
                before[column] = old
        self.contacts |= {item["uid"]: office.key for item in after["contacts"]}
        return Draft(office, said, before, after)

    def _judged(self, drafts: list[Draft]) -> list[Draft]:
        """Those that can all be stored together. What one that is refused would have made room for goes with it."""
        left: list[Draft] = []
        while len(left) != len(drafts):
            left = drafts
            self._judge_names(left)
            self._judge_tree(left)
            drafts = [draft for draft in left if not draft.said.problems]
        return drafts

    def _judge_names(self, drafts: list[Draft]) -> None:
        """Refuses who would come to where another one is, or comes first; who is refused stays, and is in the way itself."""
        going = {draft.office.key: draft.said for draft in drafts if draft.office.comes}
        here: dict[Place, list[Office]] = {}
        for office in self.finder.offices.values():
            if not office.is_new and office.key not in going:
                here.setdefault(office.place, []).append(office)
        for draft in drafts:
            if draft.office.key in going:
                here.setdefault(draft.office.goal, []).append(draft.office)
        waiting = [place for place, offices in here.items() if len(offices) > 1]
        while waiting:
            place = waiting.pop()
            coming = [office for office in here[place] if office.key in going]
            staying = [office for office in here[place] if office.key not in going]
            for office in coming if staying else coming[1:]:
                says = "Another agency has this name there, and keeps it: choose another name, or rename that one too."
                going.pop(office.key).refuse("name", says)
                if not office.is_new:
                    here.setdefault(office.place, []).append(office)
                    waiting.append(office.place)
            here[place] = staying or coming[:1]

    def _judge_tree(self, drafts: list[Draft]) -> None:
        """Refuses what the tree, or a merge, doesn't allow."""
        offices = self.finder.offices
        now = tree.Tree({key: office.parent for key, office in offices.items() if not office.is_new})
        retired = {key for key, office in offices.items() if office.is_retired}
        for draft in drafts:
            if draft.changes:
                self._judge(draft, now, retired)
            if not draft.said.problems:
                now.put(draft.office.key, draft.office.under)
                (retired.add if draft.after["retired_at"] else retired.discard)(draft.office.key)

    def _judge(self, draft: Draft, now: tree.Tree, retired: set[int]) -> None:
        office, said, under = draft.office, draft.said, draft.office.under
        if office.is_merged:
            said.refuse("name", "It was merged into another agency: change that one, or undo the merge first.")
        if under is not None and under not in now.above:
            above = self.finder.offices[under].said
            said.refuse(
                "within", f"The office above is refused itself (line {above.number if above else '?'}): mend it first."
            )
        elif office.is_new and under is not None and self.finder.offices[under].is_merged:
            path = self.finder.offices[under].name
            says = f"“{path}” was merged into another agency: name that one, or undo the merge first."
            said.refuse("within", says)
        elif office.is_new or under != office.parent:
            if refusal := now.refusal(moved=None if office.is_new else office.key, under=under):
                said.refuse("within", refusal)
            # As nobody moves one there by hand. A new one may lie there: its office was retired later, where it comes from.
            if not office.is_new and under in retired and not draft.after["retired_at"]:
                says = "The office above is retired: choose one in use, or empty its “retired_at” first."
                said.refuse("within", says)

    def _after(self, office: Office, said: Said, known: Facts | None) -> Facts:
        after = dict(known or EMPTY)
        for column in COLUMNS:
            if column.name in {"uid", "within", "name"}:
                continue
            if not said.has(column.name):
                if column.needed and known is None:
                    said.refuse(column.name, _MISSING)
            elif not _says_nothing_new(column, said.cell(column.name), known):
                take(said, column)
                if column.name in said.values:
                    after[column.name] = said.values[column.name]
        after["name"], after["within"] = office.called, self.finder.within(office.under)
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


def _stored(found: list[Office]) -> dict[str, Facts]:
    """What is stored of those that are not new, by id; under ``public`` what an export without secrets says."""
    known = [office.key for office in found if not office.is_new]
    stored: dict[str, Facts] = {}
    for begin in range(0, len(known), 500):
        rows = Agency.objects.filter(pk__in=known[begin : begin + 500])
        public = {told["uid"]: told for told in facts(rows, confidential=False)}
        for told in facts(rows, confidential=True):
            stored[told["uid"]] = told | {"public": public[told["uid"]]}
    return stored


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
