"""Judges a batch before it is made: what it would hold, what stands in its way, what a person should know.

The checks themselves, and their codes, are in ``campaign.printing.checks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list

from campaign.links.address import PrintedAddress
from campaign.places.models import Placement
from campaign.posters.assembly import Assembly, NotReady, printable_texts
from campaign.posters.languages import name_of
from campaign.posters.models import Sheet
from campaign.printing import carried
from campaign.printing.checks import CHECKS
from campaign.printing.checks.context import first_day, gather
from campaign.printing.checks.findings import Finding, Outcome
from campaign.printing.imposition import sheets_of
from campaign.printing.models import Batch
from campaign.printing.scope import Refused, Scope
from campaign.printing.styles import PLAIN, Style
from outreach.agencies.logos import Scope as LogoUse
from portal.seasons.models import Season

_TITLES = {check.code: check.title for check in CHECKS}
_WORST_FIRST = (Outcome.FAIL, Outcome.WARN, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class Judged:
    """One check and all that it found; its outcome is the worst of that."""

    code: str
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """What was asked; the code alone for a check that is no more."""
        return _TITLES.get(self.code, self.code)

    @property
    def outcome(self) -> Outcome:
        """The worst."""
        return next(outcome for outcome in _WORST_FIRST if any(each.outcome is outcome for each in self.findings))


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found, in their order."""

    findings: tuple[Finding, ...]

    @classmethod
    def read(cls, kept: Iterable[Mapping[str, str]]) -> Report:
        """The report as a batch keeps it."""
        return cls(tuple(Finding(row["code"], Outcome(row["outcome"]), row["sentence"], row["where"]) for row in kept))

    def as_list(self) -> list[dict[str, str]]:
        """Of JSON's types."""
        return [finding.as_dict() for finding in self.findings]

    @property
    def checks(self) -> list[Judged]:
        """One for each check, those in the way first, then those to know."""
        by_code: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_code.setdefault(finding.code, []).append(finding)
        judged = [Judged(code, tuple(findings)) for code, findings in by_code.items()]
        return sorted(judged, key=lambda check: _WORST_FIRST.index(check.outcome))

    @property
    def told(self) -> list[Judged]:
        """Those that did not pass."""
        return [check for check in self.checks if check.outcome is not Outcome.PASS]

    @property
    def passed(self) -> list[Judged]:
        """Those that passed."""
        return [check for check in self.checks if check.outcome is Outcome.PASS]

    @property
    def summary(self) -> str:
        """26 checks: 23 pass, 3 to know, 0 in the way."""
        outcomes = [check.outcome for check in self.checks]
        counts = {outcome: outcomes.count(outcome) for outcome in Outcome}
        return (
            f"{len(outcomes)} checks: {counts[Outcome.PASS]} pass, {counts[Outcome.WARN]} to know, "
            f"{counts[Outcome.FAIL]} in the way"
        )

    def sentences(self, outcome: Outcome) -> list[str]:
        """What was found of one outcome, each with where it was seen."""
        return [sentence_of(finding) for finding in self.findings if finding.outcome is outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What a batch would be, and the report on it. ``assembly`` is there unless something is in the way.

    ``press`` is the sheet that takes several posters, if any, and ``press_sheets`` how many of it are needed.
    """

    title: str
    season: Season
    languages: Sequence[str]
    placements: Sequence[Placement]
    packets: int
    press: Sheet | None
    press_sheets: int
    report: Report
    assembly: Assembly | None

    @property
    def posters(self) -> int:
        """How many it would hold."""
        return len(self.placements) * len(self.languages)

    @property
    def warnings(self) -> list[str]:
        """For the person who prints."""
        return self.report.sentences(Outcome.WARN)

    @property
    def problems(self) -> list[str]:
        """What forbids it."""
        return self.report.sentences(Outcome.FAIL)


def preflight(scope: Scope, *, languages: Sequence[str], style: Style = PLAIN) -> Preflight:
    """Judges a batch without making it."""
    languages = list(dict.fromkeys(languages))
    context = gather(scope, languages=languages, style=style)
    return Preflight(
        title=title_of(scope, languages),
        season=scope.season,
        languages=languages,
        placements=context.placements,
        packets=len(context.packet_pages),
        press=context.press,
        press_sheets=sheets_of(context.packet_pages, context.imposition) if context.imposition else 0,
        report=Report(tuple(finding for check in CHECKS for finding in check.findings(context))),
        assembly=context.assembly,
    )


def sentence_of(finding: Finding) -> str:
    """With where it was seen, unless the sentence says that itself."""
    if finding.where and finding.where not in finding.sentence:
        return f"{finding.sentence} ({finding.where})"
    return finding.sentence


def assembly_of(batch: Batch) -> Assembly:
    """What the posters of a batch share: the versions that it was ordered with, all still approved. Raises ``Refused``."""
    on = first_day(batch.season)
    try:
        texts = printable_texts(batch.languages)
        refusal = batch.logo.refusal(LogoUse.POSTERS, on) if batch.logo else ""
        ordered = set(batch.texts.all())
        problems = [
            *filter(None, [refusal]),
            *(
                f"The text in {name_of(row.language)} is not the one that this batch was ordered with. Order it anew."
                for row in texts
                if row not in ordered
            ),
        ]
        if problems:
            raise Refused(*problems)
        assembly = Assembly(
            design=batch.design,
            sheet=batch.sheet,
            texts=texts,
            address=PrintedAddress(value=batch.printed_address, is_sample=batch.is_sample),
            on=on,
            logo=batch.logo,
            has_bleed=batch.has_bleed,
            has_marks=batch.has_marks,
        )
        if changes := carried.changes(batch, assembly):
            raise Refused(*changes)
        return assembly
    except NotReady as unready:
        raise Refused(*unready.problems) from unready


def title_of(scope: Scope, languages: Sequence[str]) -> str:
    """Mississippi, English and Spanish."""
    names = get_text_list([name_of(code) for code in languages], "and")
    return (f"{scope.title}, {names}" if names else scope.title)[:160]
