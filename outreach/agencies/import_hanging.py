"""What hangs on agencies, as an import reads and writes it: of many agencies at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import models
from django.utils.dateparse import parse_date

from outreach.agencies.columns import Facts, contact_facts, season_facts
from outreach.agencies.desk_models import Participation
from outreach.agencies.models import Agency, Contact, FormerName
from portal.imports.sources import Missed
from portal.seasons.models import Season

MODELS: Final[Mapping[str, type[Any]]] = {"former_names": FormerName, "contacts": Contact, "seasons": Participation}
"""By a table's column, what its items are."""
OWN: Final = frozenset(model._meta.label_lower for model in MODELS.values())
"""What an import hangs on an agency; each is asked by itself."""
Hung = dict[tuple[str, str], Any]
"""Of one agency: by column, and by what tells its items apart in small letters."""


def hanging(agencies: Iterable[Agency], seasons: Mapping[int, Season]) -> dict[int, Hung]:
    """All that hangs on these agencies, by key and locked."""
    by_key = {agency.pk: agency for agency in agencies}
    found: dict[int, Hung] = {key: {} for key in by_key}
    for column, model in MODELS.items():
        for row in model.objects.select_for_update().filter(agency__in=by_key).order_by("pk"):
            row.agency = by_key[row.agency_id]
            if column == "seasons" and row.season_id in seasons:
                row.season = seasons[row.season_id]
            found[row.agency_id][column, _name(column, row)] = row
    return found


def item_of(hung: Hung, column: str, item: Facts) -> Any:
    """The stored row of an item. Raises ``Missed`` where it says something else."""
    row = hung.get((column, str(item[_KEYS[column]]).lower()))
    if row is None or (column in _FACTS and _FACTS[column](row) != item):
        raise Missed
    return row


def item_fields(column: str, item: Facts) -> Facts:
    """The fields of the row that an item is stored as."""
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


class Dropped:
    """What hangs on agencies no more, deleted together."""

    def __init__(self) -> None:
        self._keys: dict[type[Any], list[int]] = defaultdict(list)

    def add(self, row: models.Model) -> None:
        """Notes a row."""
        self._keys[type(row)].append(row.pk)

    def delete(self) -> None:
        """Deletes them."""
        for model, keys in self._keys.items():
            model.objects.filter(pk__in=keys).delete()


class AreasOf:
    """Areas of agencies that change, stored together."""

    def __init__(self) -> None:
        self._less: dict[str, list[int]] = defaultdict(list)
        self._more: list[tuple[int, str]] = []

    def change(self, key: int, before: list[str], after: list[str]) -> None:
        """Notes what an agency loses and gets."""
        for code in set(before) - set(after):
            self._less[code].append(key)
        self._more += [(key, code) for code in after if code not in before]

    def store(self) -> None:
        """Writes it."""
        between: Any = Agency.jurisdictions.through.objects
        for code, keys in self._less.items():
            between.filter(area=code, agency__in=keys).delete()
        between.bulk_create([between.model(agency_id=key, area_id=code) for key, code in self._more])


def named(agencies: Iterable[Agency]) -> set[int]:
    """The keys of those that anything names but what an import hangs on them and offices beneath."""
    keys = [agency.pk for agency in agencies]
    passed = {*OWN, Agency.jurisdictions.through._meta.label_lower}
    found: set[int] = set()
    for relation in Agency._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation or relation.many_to_many:
            continue
        model: Any = relation.related_model
        name = relation.field.attname  # type: ignore[union-attr]
        if model._meta.label_lower not in passed and name != "parent_id":
            found.update(model._base_manager.filter(**{f"{name}__in": keys}).values_list(name, flat=True))
    return found


def children(agencies: Iterable[Agency]) -> dict[int, set[int]]:
    """The keys of the offices right beneath each."""
    found: dict[int, set[int]] = {agency.pk: set() for agency in agencies}
    for key, above in Agency.objects.filter(parent__in=found).order_by().values_list("pk", "parent_id"):
        found[above].add(key)
    return found


def delete(parents: Mapping[int, int | None]) -> None:
    """Deletes agencies, by key with the office above, and what hangs on them; those beneath others first."""
    for model in MODELS.values():
        model.objects.filter(agency__in=parents).delete()
    between: models.Manager[Any] = Agency.jurisdictions.through.objects
    between.filter(agency__in=parents).delete()
    left = dict(parents)
    while lowest := left.keys() - set(left.values()):
        Agency.objects.filter(pk__in=lowest).delete()
        left = {key: above for key, above in left.items() if key not in lowest}


_KEYS: Final = {"former_names": "name", "contacts": "uid", "seasons": "year"}
_FACTS: Final[Mapping[str, Callable[[Any], Facts]]] = {"contacts": contact_facts, "seasons": season_facts}


def _name(column: str, row: Any) -> str:
    return str(row.season_id if column == "seasons" else getattr(row, _KEYS[column])).lower()
