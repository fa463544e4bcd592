"""What designs and texts share as versions: whose draft may change, who wrote them, and how the next one is numbered."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from campaign.posters.models import Design, Review, TextSet
from campaign.posters.refusals import NotAllowed
from portal.audit.models import Entry
from portal.people.models import User

Version = TypeVar("Version", Design, TextSet)

REVISED: Final = "revised"
STILL_RIGHT: Final = "said to be right still"
MADE_OF: Final = "made_of"
"""Where the trail says from which version another one was made."""
_SIBLINGS: Final = {Design: ("slug", "approved_on"), TextSet: ("language", "reviewed_on")}


def own_draft(version: Version, by: User) -> Version:
    """The draft, locked in the caller's transaction. Raises ``NotAllowed`` for whoever may not change it."""
    draft = type(version)._default_manager.select_for_update().get(pk=version.pk)
    if draft.state != Review.DRAFT:
        state = draft.get_state_display().lower()
        raise NotAllowed(f"“{draft}” is {state} and does not change any more. Revise it: that makes a new version.")
    if draft.author_id != by.pk:
        raise NotAllowed(f"“{draft}” is another person's draft. Revise it: that makes a version of your own.")
    return draft


def insert_next(version: Version, siblings: "QuerySet[Version]") -> None:
    """Stores it as the version after its siblings. Raises ``NotAllowed`` where somebody was faster."""
    list(siblings.select_for_update().values_list("pk"))
    version.version = (siblings.aggregate(most=Max("version"))["most"] or 0) + 1
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as taken:
        kind = type(version)._meta.verbose_name
        raise NotAllowed(f"Somebody added a version of this {kind} at the same moment. Try again.") from taken


def writers(version: Design | TextSet) -> frozenset[int]:
    """The accounts whose work stands in a version and was signed by nobody else yet; see ``writers_of``."""
    return writers_of([version])[version.pk]


def writers_of(versions: Sequence[Design | TextSet]) -> Mapping[int, frozenset[int]]:
    """Who wrote each version: its author, and those of the versions it was made from, back to one that was approved.

    Whoever revises another's draft takes its words from nobody. By the key of each; two statements for any number. Of
    what it was made is told by the trail; where that is not kept, it was the version before.
    """
    if not versions:
        return {}
    kind = type(versions[0])
    family, signed_on = _SIBLINGS[kind]
    siblings = kind._default_manager.filter(**{f"{family}__in": {getattr(each, family) for each in versions}})
    rows = {
        row["pk"]: row
        for row in siblings.values("pk", "version", "author_id", "approved_by_release", family, signed_on)
    }
    places = {(row[family], row["version"]): row for row in rows.values()}
    made = Entry.objects.filter(
        object_type=kind._meta.label_lower, object_id__in=list(map(str, rows)), verb__in=[REVISED, STILL_RIGHT]
    )
    sources = {int(key): after.get(MADE_OF) for key, after in made.values_list("object_id", "after")}

    def wrote(row: dict[str, Any] | None) -> frozenset[int]:
        if row is None or row[signed_on] or row["approved_by_release"]:
            return frozenset()
        source = (sources[row["pk"]] or row["version"] - 1) if row["pk"] in sources else 0
        return frozenset({row["author_id"]} - {None}) | wrote(places.get((row[family], source)))

    return {version.pk: wrote(rows[version.pk]) for version in versions}
