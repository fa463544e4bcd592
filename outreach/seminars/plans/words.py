"""What a plan says, in words: why a request is not served, what a move would break, who it is about.

Sentences on schools go through gettext: they may be told to the school in its language. Names of presenters stand
only in what staff read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from outreach.seminars.choices import Language, PresenterKind, Topic
from outreach.seminars.models import PlanAssignment, Presenter, Request
from outreach.seminars.plans.rows import OPEN
from outreach.seminars.plans.timetable import key_of

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model


@dataclass(frozen=True)
class Names:
    """The rows behind the ids of a problem, for sentences."""

    requests: Mapping[int, Request]
    presenters: Mapping[int, Presenter]

    def school(self, identity: str) -> str:
        """``Pearl River High School, Jackson`` of ``R12``."""
        return str(self.requests.get(key_of(identity), "another school"))

    def presenter(self, identity: str) -> str:
        """The name behind ``P7``."""
        return str(self.presenters.get(key_of(identity), "somebody who has left"))


def language_name(code: str) -> str:
    """``Spanish``, for staff; languages are named in themselves elsewhere."""
    from outreach.seminars.scheduling import words

    return words.language_name(code)


def reason(row: PlanAssignment) -> str:
    """Why nobody gives it, as a sentence that the school may read: no names, the numbers, in the active language."""
    asked, counts = row.request, row.details.get("funnel") or {}
    speak, may = int(counts.get("language", 0)), int(counts.get("cleared", 0))
    values = {
        "language": _language(asked.language),
        "all": counts.get("all", 0),
        "topic": Topic(asked.topic).label,
        "give": counts.get("topic", 0),
        "dates": counts.get("on_a_date", 0),
        "kinds": ", ".join(asked.may_be_given_by),
    }
    values["speakers"] = ngettext(
        "%(n)d presenter speaks %(language)s", "%(n)d presenters speak %(language)s", speak
    ) % (values | {"n": speak})
    values["suited"] = ngettext(
        "%(n)d presenter speaks %(language)s, gives “%(topic)s” and may present at your school",
        "%(n)d presenters speak %(language)s, give “%(topic)s” and may present at your school",
        may,
    ) % (values | {"n": may})
    sentence = _SENTENCES.get(row.reason_code)
    return sentence() % values if sentence is not None else str(row.details.get("why", ""))


_SENTENCES = {
    "no_language": lambda: _("None of our %(all)d presenters speaks %(language)s."),
    "no_topic": lambda: _("%(speakers)s, but none of them gives “%(topic)s”."),
    "no_kind": lambda: _("%(speakers)s and %(give)d give “%(topic)s”, but none is what you chose (%(kinds)s)."),
    "no_check": lambda: _("%(speakers)s and %(give)d give “%(topic)s”, but none who may present has a valid check."),
    "no_virtual": lambda: _("%(suited)s, but not by video."),
    "too_far": lambda: _("%(suited)s, but too far away."),
    "no_date": lambda: _("%(suited)s, but not at a time that you listed."),
    "full": lambda: _("All who could come at a time that you listed (%(dates)d) give other seminars then."),
    "low_value": lambda: _(
        "Of those who could come (%(dates)d), each would lose more time for other schools than this seminar brings."
    ),
    "open": lambda: _("It could be given as the plan stands now; nobody has been chosen yet."),
    "taken_out": lambda: _("It was taken out of the plan by hand."),
}


def _language(code: str) -> str:
    """``Spanish`` in English; elsewhere a language is named in itself."""
    if (get_language() or "en").startswith("en"):
        return language_name(code)
    return Language(code).label if code in Language.values else code


def funnel(row: PlanAssignment) -> str:
    """``14 speak Spanish, 3 give the topic, 2 of a kind the school chose, 0 within reach``: says what to recruit."""
    counts = row.details.get("funnel") or {}
    steps = (
        ("language", f"speak {language_name(row.request.language)}"),
        ("topic", "give the topic"),
        ("kind", "of a kind that the school chose"),
        ("cleared", "with a valid check"),
        ("reach", "can get there"),
        ("on_a_date", "offer a time that suits"),
    )
    told: list[str] = []
    for name, words in steps:
        if name in counts:
            told.append(f"{counts[name]} {words}")
            if not counts[name]:
                break
    return ", ".join(told)


def holders(row: PlanAssignment, names: Names) -> list[str]:
    """Who could give it, and what holds each, by name: for staff."""
    return [
        f"{names.presenter(one['presenter'])} {one['text']}"
        + (f": {', '.join(names.school(asked) for asked in one['requests'])}" if one["requests"] else "")
        for one in row.details.get("holders", [])
    ]


def change(row: PlanAssignment, names: Names) -> str:
    """The cheapest change that would serve it, for staff; "" if none would pay."""
    found: dict[str, Any] | None = row.details.get("change")
    if not found:
        return ""
    on = f" on {dt.date.fromisoformat(found['date']):%-d %B}" if found.get("date") else ""
    gain = f" (+{found['gain']:.0f} points)" if found.get("gain") else ""
    if found["kind"] == OPEN:
        return f"{names.presenter(found['presenter'])} can give it{on}{gain}: choose, or plan again."
    if found["kind"] == "radius":
        return f"{names.presenter(found['presenter'])} travels {found['miles']} miles{on}{gain}."
    if found["presenter"]:
        return f"{names.presenter(found['presenter'])} offers one more day{on}{gain}."
    where = f"within {found['miles']} miles of {row.request}" if found.get("miles") else "by video"
    kinds = kinds_told(row.request.presenter_kinds)
    return (
        f"One {language_name(row.request.language)}-speaking presenter {where} ({kinds}), "
        f"who gives “{Topic(row.request.topic).label}”{on}{gain}."
    )


def conflicts(found: Iterable[model.Violation], names: Names) -> list[str]:
    """What a place would break, each rule once, by name: for staff."""
    return list(dict.fromkeys(conflict(one, names) for one in found))


def conflict(found: model.Violation, names: Names) -> str:
    """One rule that is broken, with the number that breaks it."""
    who = names.presenter(found.presenter) if found.presenter else "The presenter"
    where = f" ({names.school(found.request)})" if found.request else ""
    match found.rule:
        case "topic":
            return _topic_conflict(found, names)
        case "radius":
            return f"{names.school(found.request or '')} is {found.detail}: too far for {who}."
        case "confirmed_moved":
            return f"{who} has confirmed{where} or it is locked: it keeps its presenter, start and way."
        case "overlap":
            return f"{who} gives another seminar too near{where}: {found.detail}, drive and set-up included."
        case "closed_day" | "preference":
            return f"{names.school(found.request or '')}: {found.detail}."
        case _:
            return f"{who}: {found.detail}{where}."


def _topic_conflict(found: model.Violation, names: Names) -> str:
    """The topic holds who may present and before whom, too: says which of them it is."""
    asked = names.requests.get(key_of(found.request or "R0"))
    presenter = names.presenters.get(key_of(found.presenter or "P0"))
    if asked is None or presenter is None:
        return "Topic, kind of presenter or background check don't fit."
    if presenter.kind not in asked.presenter_kinds:
        return (
            f"{presenter} is “{PresenterKind(presenter.kind).label}”. "
            f"{asked} lets present only: {', '.join(asked.may_be_given_by)}."
        )
    if asked.topic not in presenter.topics:
        return f"{presenter} doesn't give “{Topic(asked.topic).label}”."
    return f"{presenter} has no background check that holds on that day."


def placed(row: PlanAssignment) -> str:
    """Who, when and how; or that nobody gives it."""
    if row.starts_at is None:
        return "nobody"
    return f"{row.presenter}, {row.when}, {row.get_mode_display().lower()}"


def kinds_told(kinds: Iterable[str]) -> str:
    """``educator or advocate, or local police``: for staff."""
    return ", or ".join(str(PresenterKind(kind).label).split(" (")[0].lower() for kind in sorted(kinds))
