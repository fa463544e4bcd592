"""Why a request is not served: the true step of the funnel, its numbers, and the bookings that stand in the way."""

from __future__ import annotations

from .changes import cheapest
from .diary import Diary
from .fitting import GAIN_THAT_COUNTS, Fitting
from .model import Funnel, Holder, Mode, Presenter, Problem, Reason, Request, Unserved
from .travel import miles
from .words import counted, language_name, listed, topic_name

MOST_HOLDERS = 8


def unserved_of(fitting: Fitting, diary: Diary) -> tuple[Unserved, ...]:
    """Every request that the diary leaves out, with the whole truth about it, in order of arrival."""
    return tuple(
        explain(fitting, diary, request) for request in fitting.problem.requests if request.id not in diary.placed
    )


def reason_of(fitting: Fitting, diary: Diary, request: Request) -> Reason | None:
    """The one code that is true; None if it could simply be added and would bring points."""
    funnel = fitting.funnel(request)
    if not funnel.language:
        return Reason.NO_LANGUAGE
    if not funnel.topic:
        return Reason.NO_TOPIC
    if not funnel.reach:
        return Reason.NO_VIRTUAL if request.mode == Mode.VIRTUAL else Reason.TOO_FAR
    if not funnel.on_a_date:
        return Reason.NO_DATE
    best = fitting.best(diary, request)
    if best is None:
        return Reason.FULL
    return None if best.gain > GAIN_THAT_COUNTS else Reason.LOW_VALUE


def explain(fitting: Fitting, diary: Diary, request: Request) -> Unserved:
    """Reason, sentence, numbers, who is held by what, and the cheapest change that would serve it."""
    reason = reason_of(fitting, diary, request) or Reason.LOW_VALUE
    funnel = fitting.funnel(request)
    holders = _holders(fitting, diary, request) if reason == Reason.FULL else ()
    return Unserved(
        request=request.id,
        reason=reason,
        sentence=_sentence(fitting, request, reason, funnel),
        funnel=funnel,
        holders=holders,
        change=cheapest(fitting, diary, request, reason),
    )


def _sentence(fitting: Fitting, request: Request, reason: Reason, funnel: Funnel) -> str:
    problem = fitting.problem
    language, topic = language_name(request.language), topic_name(request.topic)
    speak = f"{counted(funnel.language, 'presenter')} {'speaks' if funnel.language == 1 else 'speak'} {language}"
    give = f"{funnel.topic} {'gives' if funnel.topic == 1 else 'give'} the topic {topic}"
    match reason:
        case Reason.NO_LANGUAGE:
            return f"None of our {counted(len(problem.presenters), 'presenter')} speaks {language}."
        case Reason.NO_TOPIC:
            return f"{speak}, but none of them gives the topic {topic}."
        case Reason.NO_VIRTUAL:
            return f"{speak} and {give}, but none of them by video."
        case Reason.TOO_FAR:
            return f"{speak} and {give}, but {_distance(fitting, request)}."
        case Reason.NO_DATE:
            none = "does not offer" if funnel.reach == 1 else "none of them offers"
            return f"{speak}, {give}, {funnel.reach} could {'give it to you' if request.mode != Mode.IN_PERSON else 'come'}, but {_dates(problem, request, none)}."
        case Reason.FULL:
            who = "Everyone" if funnel.on_a_date > 1 else "The only presenter"
            days = listed([f"{wish.date:%B} {wish.date.day}" for wish in request.preferences])
            return (
                f"{who} who could give it on {days} ({funnel.on_a_date} of {counted(funnel.language, 'presenter')} "
                f"who {'speaks' if funnel.language == 1 else 'speak'} {language}) is taken by other seminars."
            )
        case Reason.LOW_VALUE:
            return (
                f"{counted(funnel.on_a_date, 'presenter')} could still give it, but only with more driving, or more "
                f"than a fair share of the work, than its priority of {request.priority:g} stands for."
            )


def _distance(fitting: Fitting, request: Request) -> str:
    skilled = fitting.skilled(request)
    near = min(skilled, key=lambda who: miles(who, request) - who.radius_miles)
    far = miles(near, request)
    if far > near.radius_miles:
        text = f"even the one who comes closest lives {far:,.0f} miles away and travels up to {near.radius_miles:,.0f}"
    else:
        text = f"the drive there and back alone is longer than the {near.max_travel_minutes} minutes that one accepts"
    return text + (", and none gives it by video" if request.mode == Mode.EITHER else "")


def _dates(problem: Problem, request: Request, none: str) -> str:
    held = [wish for wish in request.preferences if problem.campaign.holds(wish.date)]
    if not held:
        return "all dates that you listed are closed or outside the campaign"
    days = listed([f"{wish.date:%B} {wish.date.day}" for wish in held])
    return f"{none} the time that you need on {days}"


def _holders(fitting: Fitting, diary: Diary, request: Request) -> tuple[Holder, ...]:
    """What holds each presenter who could otherwise give it."""
    days: dict[str, set[int]] = {}
    who: dict[str, Presenter] = {}
    for option in fitting.options(request):
        days.setdefault(option.presenter.id, set()).add(option.day.number)
        who[option.presenter.id] = option.presenter
    return tuple(_holder(diary, who[key], numbers) for key, numbers in list(days.items())[:MOST_HOLDERS])


def _holder(diary: Diary, presenter: Presenter, days: set[int]) -> Holder:
    if diary.load[presenter.id] >= presenter.max_seminars:
        given = sorted(seminar for (who, _), day in diary.days.items() if who == presenter.id for seminar in day)
        text = f"gives {len(given)} seminars, as many as offered for the campaign"
        return Holder(presenter.id, text, tuple(seminar.request for seminar in given))
    held, full = [], 0
    for number in sorted(days):
        seminars = diary.on(presenter.id, number)
        held += seminars
        full += len(seminars) >= presenter.max_per_day
    day_word = "day" if len(days) == 1 else "days"
    if full == len(days):
        text = f"gives {presenter.max_per_day} a day, as many as offered, on the {day_word} that would suit"
    else:
        text = f"has no gap that is wide enough, drives included, on the {day_word} that would suit"
    return Holder(presenter.id, text, tuple(seminar.request for seminar in held))
