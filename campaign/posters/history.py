"""What happened to a version, and what was said of it, as one list."""

import datetime as dt
from dataclasses import dataclass

from campaign.posters.models import Comment, Design, TextSet
from portal.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Event:
    """One line: who did (or said) what, when. ``body`` is what was said."""

    at: dt.datetime
    who: str
    verb: str
    body: str = ""


def history(of: Design | TextSet) -> list[Event]:
    """The trail and the comments of one version, newest first; two queries."""
    entries = Entry.objects.filter(object_type=of._meta.label_lower, object_id=str(of.pk)).select_related("actor")
    comments: list[Comment] = list(of.comments.select_related("author"))
    events = [Event(entry.at, _who(entry), entry.verb) for entry in entries]
    events += [
        Event(comment.at, str(comment.author or comment.signed or "A command"), "said", comment.body)
        for comment in comments
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _who(entry: Entry) -> str:
    if entry.actor:
        return str(entry.actor)
    return str(entry.after.get("reviewer") or ("The release" if entry.verb == "shipped" else "The system"))
