"""Which agency each row of a table means: found by its id, else by its name and the path of what it lies within.

Former names find one too. Paths may name what the same file brings or renames. Nothing is judged here but whether a row
can be told from the others.
"""

import uuid
from dataclasses import dataclass, field
from typing import Final

from outreach.agencies.columns import BY_NAME
from outreach.agencies.models import PATH, Agency, FormerName
from portal.imports.columns import Column
from portal.imports.records import Said

SIGN: Final = PATH.strip()
Place = tuple[int | None, str]
"""The office above, and a name in small letters: it is there once."""
_LAST: Final = 1_000
"""Behind all paths: rows that say nothing of their place, and have no id that is known."""


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

    @property
    def place(self) -> Place:
        """Where it is as it is stored."""
        return place(self.parent, self.name)

    @property
    def goal(self) -> Place:
        """Where the file puts it."""
        return place(self.under, self.called)

    @property
    def comes(self) -> bool:
        """Whether the file puts it where it is not yet."""
        return self.said is not None and (self.is_new or self.goal != self.place)


@dataclass(slots=True)
class Finder:
    """The agencies that there are, and those that a file brings, by all that a row may call them."""

    offices: dict[int, Office] = field(default_factory=dict)
    by_uid: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    """By name in small letters, wherever they lie."""
    places: dict[Place, int] = field(default_factory=dict)
    """The agencies as they are stored."""
    coming: dict[Place, int] = field(default_factory=dict)
    """The same as the file has it."""
    former: dict[str, list[int]] = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)
    """Those that the file, by their ids, gives another name or place."""

    @classmethod
    def of_now(cls) -> "Finder":
        """With what is stored."""
        finder = cls()
        names = ("pk", "uid", "name", "parent_id", "merged_into_id", "retired_at")
        for key, uid, name, parent, merged, retired in Agency.objects.order_by().values_list(*names):
            office = Office(key, str(uid), name, parent, merged is not None, is_retired=retired is not None)
            finder._add(office)
            finder.places[office.place] = key
        for key, name in FormerName.objects.order_by("pk").values_list("agency_id", "name"):
            finder.former.setdefault(name.lower(), []).append(key)
        return finder

    def find(self, rows: list[Said]) -> list[Office]:
        """The offices that the rows mean, in the rows' order. Who lies within one that the file brings waits for it."""
        # From the top down, and ids before names: then each name is settled before a path asks for it.
        waiting = sorted((said for said in rows if self._read(said)), key=self._turn)
        self.leaving = {self.by_uid[said.values["uid"]] for said in waiting if self._is_leaving(said)}
        order = {id(said): number for number, said in enumerate(rows)}
        found: list[Office] = []
        while waiting:
            left = []
            for said in waiting:
                is_there, above = self._above(said)
                if not is_there:
                    left.append(said)
                elif not said.problems and (office := self._office(said, above)):
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
        return sorted(found, key=lambda office: order[id(office.said)])

    def within(self, key: int | None) -> dict[str, str] | None:
        """The office above: its id, and its path as people read it, by the names that the file gives."""
        if key is None:
            return None
        names, seen, above = [], set(), key
        while above is not None and above not in seen:
            seen.add(above)
            office = self.offices[above]
            names.append(office.called or office.name)
            above = office.under if office.said else office.parent  # type: ignore[assignment]
        return {"uid": self.offices[key].uid, "path": PATH.join(reversed(names))}

    def _add(self, office: Office) -> None:
        self.offices[office.key] = office
        self.by_uid[office.uid] = office.key
        self.by_name.setdefault(office.name.lower(), []).append(office.key)

    def _read(self, said: Said) -> bool:
        """Reads by what a row is found."""
        for name in ("uid", "within", "name"):
            if said.has(name) or name == "uid":
                take(said, BY_NAME[name])
        if SIGN in said.values.get("name", ""):
            said.refuse("name", f"“{SIGN}” stands between the names of a path: leave it out.")
        if said.values.get("uid") is None and not said.has("name") and not said.problems:
            said.refuse("name", "Neither an id nor a name: nobody can tell which agency this is.")
        return not said.problems

    def _turn(self, said: Said) -> tuple[int, bool, bool]:
        uid, path = said.values["uid"], said.values.get("within")
        is_known = uid in self.by_uid
        levels = len(_names(path)) if path is not None else 0 if is_known else _LAST
        return levels, not is_known, uid is None

    def _is_leaving(self, said: Said) -> bool:
        known = self.by_uid.get(said.values["uid"])
        if known is None:
            return False
        office = self.offices[known]
        name, path = said.values.get("name", office.name), said.values.get("within")
        return name.lower() != office.name.lower() or (path is not None and path != self._path(office.parent))

    def _above(self, said: Said) -> tuple[bool, int | None]:
        """Whether the office above is known by now, and its key."""
        known = self.by_uid.get(said.values.get("uid") or "")
        if "within" not in said.values:
            if known is not None:
                return True, self.offices[known].parent
            named = self.by_name.get(said.values["name"].lower(), [])
            return True, self.offices[named[0]].parent if len(named) == 1 else None
        path = said.values["within"]
        if known is not None and path == self._path(self.offices[known].parent):
            # What an export wrote says nothing new, even if another office has that path by now.
            return True, self.offices[known].parent
        above: int | None = None
        for name in _names(path):
            there = self._child(above, name)
            if there is None:
                return False, None
            if not said.values.get("uid") and self.places.get(place(above, name), there) != there:
                said.refuse(
                    "within",
                    f"“{name[:60]}” is the name of one office and will be that of another: write this row’s id (uid), "
                    "or bring it in afterwards.",
                )
            above = there
        return True, above

    def _path(self, key: int | None) -> str:
        """The names from the top down to an office, as they are stored."""
        names, seen = [], set()
        while key is not None and key not in seen:
            seen.add(key)
            names.append(self.offices[key].name)
            key = self.offices[key].parent
        return PATH.join(reversed(names))

    def _child(self, above: int | None, name: str) -> int | None:
        """The office of that name beneath another one: as the file has it, as it is stored, as it was called before."""
        for places in (self.coming, self.places):
            if (key := places.get(place(above, name))) is not None:
                return key
        former = {key for key in self.former.get(name.lower(), []) if self.offices[key].parent == above}
        return former.pop() if len(former) == 1 else None

    def _office(self, said: Said, above: int | None) -> Office | None:
        uid, name = said.values.get("uid"), said.values.get("name")
        key = self.by_uid.get(uid or "")
        by_place = self._child(above, name) if name and key is None else None
        if uid and by_place is not None:
            there = self.offices[by_place]
            if by_place not in self.leaving or (there.said and there.goal == place(above, name or "")):
                says = "An agency of that name is there with another id: empty this cell to change that one."
                said.refuse("uid", says)
                return None
            # That one gives its name up in this file.
            by_place = None
        if key is None and by_place is None and not name:
            said.refuse("uid", "No agency has this id: write its name too, and it is made.")
            return None
        if key is None:
            key = by_place
        if key is None:
            key = -len(self.offices) - 1
            self._add(Office(key, uid or str(uuid.uuid4()), name or "", above))
        office = self.offices[key]
        if office.said:
            said.refuse("name", f"The same agency stands in line {office.said.number}: delete one of the two.")
            return None
        office.said, office.under = said, above
        is_former = by_place is not None and place(0, name or "") != place(0, office.name)
        office.called = office.name if name is None or is_former else name
        self.coming[office.goal] = key
        self.coming.setdefault(place(office.parent, office.called), key)
        return office


def place(above: int | None, name: str) -> Place:
    """A name beneath an office, in small letters."""
    return above, name.lower()


def take(said: Said, column: Column) -> None:
    """Reads a cell, or refuses it."""
    cell = said.cell(column.name)
    try:
        value = said.values[column.name] = column.read(cell)
    except ValueError as told:
        said.refuse(column.name, str(told))
    else:
        if note := column.note(cell, value):
            said.notes[column.name] = f"{column.label}: {note}"


def _names(path: str) -> list[str]:
    return [name for part in path.split(SIGN) if (name := part.strip())]
