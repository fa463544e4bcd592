"""Weighs posters against duties: met, falls short with the reason and the way to mend it, or unknown.

The scale has three marks, and every step takes the best or the worst of marks. So a poster more never makes
a duty worse, nor does a larger one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from campaign.rules import words
from campaign.rules.compiler import Duty, Group, Severity
from campaign.rules.facts import Fact, PosterFacts, RuleFacts, SpotFacts, TextMode
from campaign.rules.locations import Alternative

SLACK = 0.01
"""Inches, and points, that a measure may miss by: rounding, and no more."""


class Outcome(StrEnum):
    """How a duty stands."""

    MET = "met"
    SHORT = "short"
    UNKNOWN = "unknown"
    VOID = "void"
    """It asks for nothing at this place, as far as is known."""


class Mark(IntEnum):
    """From worst to best."""

    SHORT = 0
    UNKNOWN = 1
    MET = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a duty is not met: what is the matter, where, and how to mend it."""

    what: str
    mend: str
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{', '.join(self.where)}: " if self.where else ""
        return f"{place}{self.what} {self.mend}".strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """How one duty stands. ``severity`` is empty where nothing is the matter; ``remarks`` are what to look at."""

    duty: Duty
    outcome: Outcome
    severity: Severity | None
    sentence: str
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[str, ...] = ()


def judge(duties: Sequence[Duty], posters: Sequence[PosterFacts]) -> list[Finding]:
    """How the duties of one place stand with these posters at its spots, in the order of the duties."""
    by_spot: dict[int, list[PosterFacts]] = {}
    for poster in posters:
        by_spot.setdefault(poster.spot, []).append(poster)
    return [_finding(duty, by_spot) for duty in duties]


def _finding(duty: Duty, by_spot: dict[int, list[PosterFacts]]) -> Finding:
    rule = duty.rule
    record = f"the rule as recorded on {words.day(rule.recorded_on)} ({rule.citation})"
    if duty.is_void:
        sentence = f"Asks for nothing here, as far as is known: {record} wants posters {', and '.join(duty.wanted)}."
        return Finding(duty, Outcome.VOID, None, sentence)
    verdicts = [_of_group(duty, group, by_spot) for group in duty.groups if group.open]
    mark = min(verdict.mark for verdict in verdicts)
    if duty.county_languages is None:
        mark = min(mark, Mark.UNKNOWN)
    reasons = _gathered(reason for verdict in verdicts for reason in verdict.reasons)
    looks = rule.by_eye if _hangs(duty, by_spot) else ()
    remarks = (*_remarks(verdicts), *(f"Look yourself: {look}." for look in looks), *duty.warnings)
    match mark:
        case Mark.MET:
            return Finding(duty, Outcome.MET, None, f"Meets {record}.", (), remarks)
        case Mark.UNKNOWN:
            sentence = f"Cannot be told from what is recorded whether this meets {record}."
            return Finding(duty, Outcome.UNKNOWN, Severity.WARN, sentence, reasons, remarks)
    return Finding(duty, Outcome.SHORT, _severity(duty, by_spot), f"Falls short of {record}.", reasons, remarks)


def _hangs(duty: Duty, by_spot: dict[int, list[PosterFacts]]) -> bool:
    """Whether there is a sheet to look at: the prescribed one, where the law wants that."""
    return any(
        poster.notice_of == duty.rule.slug or not duty.wants_own_sheet
        for spot in duty.spots
        for poster in by_spot.get(spot.key, ())
    )


def _severity(duty: Duty, by_spot: dict[int, list[PosterFacts]]) -> Severity:
    """Facts that are less sure than their rule block nothing: would it still fall short without them?"""
    if duty.severity is Severity.WARN or not duty.rule.unsure:
        return duty.severity
    sure = _without_unsure(duty)
    marks = [_of_group(sure, group, by_spot).mark for group in sure.groups if group.open]
    return Severity.BLOCK if min(marks) is Mark.SHORT else Severity.WARN


def _without_unsure(duty: Duty) -> Duty:
    rule, unsure = duty.rule, duty.rule.unsure
    if Fact.SIZE in unsure:
        rule = replace(rule, min_width=None, min_height=None)
    if Fact.POINT_SIZE in unsure:
        rule = replace(rule, min_point_size=None, is_bold=False)
    if Fact.TEXT in unsure:
        rule = replace(rule, text_mode=TextMode.FREE, must_say=())
    if Fact.LANGUAGES in unsure:
        return replace(duty, rule=rule, languages=(), county_languages=())
    return replace(duty, rule=rule)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Of a spot, an alternative or a group."""

    mark: Mark
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[str, ...] = ()


def _remarks(verdicts: Iterable[_Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(remark for verdict in verdicts for remark in verdict.remarks))


def _of_group(duty: Duty, group: Group, by_spot: dict[int, list[PosterFacts]]) -> _Verdict:
    """The best of its alternatives; among equals the one that the law names first."""
    return max((_of_alternative(duty, each, by_spot) for each in group.open), key=lambda verdict: verdict.mark)


def _of_alternative(duty: Duty, each: Alternative, by_spot: dict[int, list[PosterFacts]]) -> _Verdict:
    counting = each.counting
    if not each.spots:
        if each.is_unsurveyed:
            return _Verdict(
                Mark.UNKNOWN, (Reason(f"Whether there is any place {each.words} is unknown.", counting.gap),)
            )
        what = f"No spot is recorded {each.words}."
        return _Verdict(Mark.SHORT, (Reason(what, "Survey the place, add a spot there and plan it."),))
    verdicts = [_of_spot(duty, spot, by_spot.get(spot.key, ())) for spot in each.spots]
    if counting.every:
        mark = min(verdict.mark for verdict in verdicts)
        told = [verdict for verdict in verdicts if verdict.mark < Mark.MET]
    else:
        mark = max(verdict.mark for verdict in verdicts)
        told = [next(verdict for verdict in verdicts if verdict.mark is mark)]
    remarks = [counting.remark] if counting.remark else []
    guessed = [spot.name for spot in each.spots if not spot.is_surveyed]
    if counting.every and guessed:
        remarks.append(
            f"Nobody has surveyed the restrooms here: {', '.join(guessed)} {'is' if len(guessed) == 1 else 'are'} assumed."
        )
    reasons = () if mark is Mark.MET else _gathered(reason for verdict in told for reason in verdict.reasons)
    return _Verdict(mark, reasons, tuple(remarks))


def _gathered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The same reason at several spots, once."""
    places: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        places.setdefault((reason.what, reason.mend), []).extend(reason.where)
    return tuple(Reason(what, mend, tuple(dict.fromkeys(where))) for (what, mend), where in places.items())


def _of_spot(duty: Duty, spot: SpotFacts, posters: Sequence[PosterFacts]) -> _Verdict:
    """Posters at one spot share the languages among them; each must be right by itself.

    Where a prescribed notice hangs, our posters beside it are not judged against its law.
    """
    where = (spot.name,)
    if duty.wants_own_sheet:
        posters = [poster for poster in posters if poster.notice_of == duty.rule.slug] or posters
    if not posters:
        mend = "Hang the prescribed notice there." if duty.wants_own_sheet else "Plan one there and print it."
        return _Verdict(Mark.SHORT, (Reason("No poster.", mend, where),))
    checked = [(poster, _of_poster(duty.rule, poster)) for poster in posters]
    if _speak(duty, [poster for poster, verdict in checked if verdict.mark is Mark.MET], unknown=False):
        return _Verdict(Mark.MET)
    maybe = [poster for poster, verdict in checked if verdict.mark is not Mark.SHORT]
    reasons = [reason for poster, verdict in checked if poster in maybe or not maybe for reason in verdict.reasons]
    if maybe and not _speak(duty, maybe, unknown=False):
        reasons.append(_language_reason(duty, maybe))
    mark = Mark.UNKNOWN if _speak(duty, maybe, unknown=True) else Mark.SHORT
    return _Verdict(mark, tuple(replace(reason, where=where) for reason in reasons))


def _speak(duty: Duty, posters: Sequence[PosterFacts], *, unknown: bool) -> bool:
    """Whether these posters together speak what is wanted; with ``unknown``, a poster of unknown languages may."""
    if not posters:
        return False
    if unknown and any(poster.languages is None for poster in posters):
        return True
    spoken = _spoken(posters)
    of_county = not duty.county_languages or bool(spoken.intersection(duty.county_languages))
    return spoken.issuperset(duty.languages) and of_county


def _spoken(posters: Sequence[PosterFacts]) -> set[str]:
    return {code.lower() for poster in posters for code in poster.languages or ()}


def _language_reason(duty: Duty, posters: Sequence[PosterFacts]) -> Reason:
    spoken = _spoken(posters)
    missing = [code for code in duty.languages if code not in spoken]
    of_county = duty.county_languages or ()
    if any(poster.languages is None for poster in posters):
        return Reason("Its languages are not recorded.", f"Print it in {words.languages(duty.languages or of_county)}.")
    wanted = words.languages(missing)
    if of_county and not spoken.intersection(of_county):
        county = words.languages(of_county, "or")
        wanted = f"{wanted} and the county's language, {county}" if wanted else f"the county's language, {county}"
    return Reason(f"Not in {wanted}.", "Hang it in that language too.")


def _of_poster(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    """One poster by itself, languages apart. Where the law wants another sheet, how ours is set is no matter."""
    if (text := _text(rule, poster)).mark is Mark.SHORT:
        return text
    verdicts = [check(rule, poster) for check in _CHECKS]
    mark = min(verdict.mark for verdict in verdicts)
    return _Verdict(mark, tuple(reason for verdict in verdicts if verdict.mark is mark for reason in verdict.reasons))


def _text(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    if rule.text_mode == TextMode.FREE or poster.notice_of == rule.slug:
        return _Verdict(Mark.MET)
    source = rule.obtain_from or "the authority that the law names"
    kind = "its own words, verbatim" if rule.text_mode == TextMode.FIXED else "the state's model notice"
    mend = f"Hang that notice beside it, on a sheet of its own. Text not held here: obtain it from {source}."
    return _Verdict(Mark.SHORT, (Reason(f"Our poster says other words; the rule wants {kind}.", mend),))


def _size(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    """Either way up."""
    if not rule.min_width or not rule.min_height:
        return _Verdict(Mark.MET)
    least = words.size(rule.min_width, rule.min_height)
    if poster.width is None or poster.height is None:
        return _unknown("The size of its sheet is not recorded.", f"Print it on {least} or larger.")
    short, long = sorted((poster.width, poster.height))
    least_short, least_long = sorted((rule.min_width, rule.min_height))
    if short >= least_short - SLACK and long >= least_long - SLACK:
        return _Verdict(Mark.MET)
    what = f"Its sheet, {words.size(poster.width, poster.height)}, is smaller than {least}."
    return _Verdict(Mark.SHORT, (Reason(what, "Print it on a larger sheet."),))


def _point_size(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    if not rule.min_point_size:
        return _Verdict(Mark.MET)
    least = f"{rule.min_point_size:g} points"
    if poster.point_size is None:
        return _unknown(
            "The size of its smallest type is not recorded.", f"Use a sheet that sets nothing below {least}."
        )
    if poster.point_size >= rule.min_point_size - SLACK:
        return _Verdict(Mark.MET)
    what = f"Its smallest type is, or may be, {poster.point_size:g} points; the rule wants {least}."
    return _Verdict(Mark.SHORT, (Reason(what, f"Use a sheet that sets nothing below {least}."),))


def _weight(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    if not rule.is_bold or poster.is_bold:
        return _Verdict(Mark.MET)
    mend = "Use a sheet that is set in bold."
    if poster.is_bold is None:
        return _unknown("Whether its type is bold is not recorded.", mend)
    return _Verdict(Mark.SHORT, (Reason("Its type is not bold.", mend),))


def _contents(rule: RuleFacts, poster: PosterFacts) -> _Verdict:
    if not rule.must_say or poster.notice_of == rule.slug:
        return _Verdict(Mark.MET)
    if poster.says is None:
        return _unknown("What it names is not recorded.", f"Look whether it names {words.contents(rule.must_say)}.")
    missing = [value for value in rule.must_say if value not in poster.says]
    if not missing:
        return _Verdict(Mark.MET)
    return _Verdict(Mark.SHORT, (Reason(f"It does not name {words.contents(missing)}.", "Add it to the text."),))


_CHECKS: tuple[Callable[[RuleFacts, PosterFacts], _Verdict], ...] = (_size, _point_size, _weight, _contents)


def _unknown(what: str, mend: str) -> _Verdict:
    return _Verdict(Mark.UNKNOWN, (Reason(what, mend),))
