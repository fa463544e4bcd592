"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from campaign.printing.checks.context import Context

_MOST_PLACES = 5


class Outcome(StrEnum):
    """From best to worst."""

    PASS = "pass"  # noqa: S105 (no password)
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a check has to say: a sentence that tells how to mend it, and where it was seen."""

    outcome: Outcome
    sentence: str
    where: str = ""


def warn(sentence: str, where: str = "") -> Remark:
    """For the person who prints: nothing is in the way."""
    return Remark(Outcome.WARN, sentence, where)


def fail(sentence: str, where: str = "") -> Remark:
    """Nothing is printed until it is mended."""
    return Remark(Outcome.FAIL, sentence, where)


def note(sentence: str) -> Remark:
    """In place of the usual sentence of a check that passes."""
    return Remark(Outcome.PASS, sentence)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. ``code`` is that of its check and never changes its meaning."""

    code: str
    outcome: Outcome
    sentence: str
    where: str = ""

    def as_dict(self) -> dict[str, str]:
        """Of JSON's types."""
        return {"code": self.code, "outcome": self.outcome.value, "sentence": self.sentence, "where": self.where}


def an_order(context: Context) -> bool:
    """Always there."""
    return True


def a_proof(context: Context) -> bool:
    """Whether the proofs could be set."""
    return bool(context.proofs)


def a_code(context: Context) -> bool:
    """Whether any proof page has a code in its place that can be read."""
    return any(proof.codes for proof in context.proofs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``run`` says what is the matter, or nothing; ``passes`` is what the report says then.

    It is left out where there is nothing to look at: see ``a_proof`` and ``a_code``.
    """

    code: str
    title: str
    passes: str
    run: Callable[[Context], Iterable[Remark]]
    needs: Callable[[Context], bool] = an_order

    def findings(self, context: Context) -> list[Finding]:
        """At least one; the same sentence about several places is one, the worst first."""
        if not self.needs(context):
            return []
        places: dict[tuple[Outcome, str], list[str]] = {}
        for remark in self.run(context):
            places.setdefault((remark.outcome, remark.sentence), []).append(remark.where)
        found = [
            Finding(self.code, outcome, sentence, _together(where)) for (outcome, sentence), where in places.items()
        ]
        worst_first = list(Outcome)[::-1]
        return sorted(found, key=lambda each: worst_first.index(each.outcome)) or [
            Finding(self.code, Outcome.PASS, self.passes)
        ]


def _together(places: Iterable[str]) -> str:
    named = list(dict.fromkeys(filter(None, places)))
    rest = len(named) - _MOST_PLACES
    return "; ".join(named[:_MOST_PLACES]) + (f" and {rest:,} more" if rest > 0 else "")
