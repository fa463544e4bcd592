"""What designs and texts share as versions: whose draft may change, and how the next version is numbered."""

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from campaign.posters.models import Design, Review, TextSet
from campaign.posters.refusals import NotAllowed
from portal.people.models import User

Version = TypeVar("Version", Design, TextSet)


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
