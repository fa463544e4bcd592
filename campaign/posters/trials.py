"""Tries a design on every sheet that it suits, in every language, before anybody is asked to look at it.

A job does it, so the page of a design never waits; the design is set in a process of its own, whose time and
memory are limited (``portal.typesetting.trial``). What came of it is the job's result::

    trial = trial_of(design)
    trial.has_passed, trial.problems, trial.is_running
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone

from campaign.links.address import printed_address
from campaign.posters.assembly import Assembly, NotReady
from campaign.posters.models import Design, Review, Sheet, TextSet
from campaign.posters.pages import MAX_LOCAL_LINES, PROOF, Line, PosterPage
from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from portal.people.models import User
from portal.typesetting.trial import Case, trial

KIND: Final = "posters.trial"
#: A code of ours that leads nowhere.
CODE: Final = "0000000000"

_LOCAL: Final = ("Coalition of the Gulf Coast", "1-800-555-0199")
_STATION: Final = "Martinsburg, WV (Amtrak station)"
_SPOT: Final = "Wheelchair-accessible stall"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, and where. ``is_draft``: the text is one; it does not hold the design up."""

    sheet: str
    language: str
    is_draft: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How far the newest trial of a design as it is now has come."""

    job: Job | None
    findings: tuple[Finding, ...] = ()
    posters: int = 0

    @property
    def is_running(self) -> bool:
        """Whether an answer is to be expected."""
        return self.job is not None and not self.job.is_over

    @property
    def is_done(self) -> bool:
        """Whether every sheet and language was tried."""
        return self.job is not None and self.job.state == Job.State.DONE

    @property
    def problems(self) -> list[Finding]:
        """What must be mended before the design is submitted."""
        return [finding for finding in self.findings if not finding.is_draft]

    @property
    def notes(self) -> list[Finding]:
        """What goes wrong with texts that nobody approved yet."""
        return [finding for finding in self.findings if finding.is_draft]

    @property
    def has_passed(self) -> bool:
        """Whether the design may be submitted."""
        return self.is_done and not self.problems


def start(design: Design, *, by: User | None) -> Job:
    """Has the design tried as it is now, in the caller's transaction."""
    return enqueue(kind=KIND, params={"design": design.pk, "sha256": design.sha256}, unit="posters", by=by)


def trial_of(design: Design) -> Trial:
    """The newest trial of the design as it is now."""
    job = Job.objects.filter(kind=KIND, params__design=design.pk, params__sha256=design.sha256).first()
    if job is None:
        return Trial(job=None)
    findings = tuple(Finding(**said) for said in job.result.get("findings", ()))
    return Trial(job=job, findings=findings, posters=job.result.get("posters", 0))


def suited(design: Design, sheets: Iterable[Sheet] | None = None) -> list[Sheet]:
    """The sheets in use that the design suits."""
    header = design.header
    offered = Sheet.objects.active() if sheets is None else sheets
    return [sheet for sheet in offered if header.layout_for(sheet.paper)]


def texts_now() -> list[TextSet]:
    """One text a language: the printable one, otherwise the newest that is no longer or not yet approved."""
    printable = set(TextSet.objects.printable().values_list("pk", flat=True))
    newest: dict[str, TextSet] = {}
    for texts in TextSet.objects.exclude(state=Review.RETIRED).order_by("language", "version"):
        if texts.language not in newest or newest[texts.language].pk not in printable:
            newest[texts.language] = texts
    return list(newest.values())


def cases(design: Design, sheet: Sheet, texts: Sequence[TextSet]) -> Iterator[Case]:
    """For each text two posters: one for anywhere, and one that says as much as a place can have."""
    assembly = Assembly(
        design=design, sheet=sheet, texts=texts, address=printed_address(), on=timezone.localdate(), is_proof=True
    )
    for language in assembly.languages:
        page = assembly.page_for_anywhere(language=language, code=CODE)
        pages = [page, _crowded(page)]
        yield Case(
            data=assembly.data(pages),
            boxes=[assembly.code_box(language)] * len(pages),
            urls=[page.url] * len(pages),
            # The mark too: what hides it on a proof could not be told from a poster that was approved.
            must_say=[[words for words in (page.call, page.text, PROOF.word) if words]] * len(pages),
        )


def _crowded(page: PosterPage) -> PosterPage:
    name, number = _LOCAL
    line = Line(name=name, answered_by=str(page.texts["advocate"]), number=number)
    return replace(page, local=(line,) * MAX_LOCAL_LINES, station=_STATION, spot=_SPOT)


def run(design: Design, *, advance: Callable[[int, str], None]) -> tuple[list[Finding], int]:
    """Tries the design; returns what was found and how many posters were set. ``advance`` hears of each."""
    texts = texts_now()
    printable = set(TextSet.objects.printable().values_list("pk", flat=True))
    sheets = suited(design)
    if not sheets:
        return [Finding("", "", False, "The design suits no sheet that is in use. Add a layout to its header.")], 0
    found: list[Finding] = []
    posters = 0
    for sheet in sheets:
        try:
            tried = list(cases(design, sheet, texts))
            project = Assembly(
                design=design, sheet=sheet, texts=(), address=printed_address(), on=timezone.localdate(), is_proof=True
            ).project
        except NotReady as missing:
            found += [Finding(sheet.name, "", False, problem) for problem in missing.problems]
            continue
        for words, outcome in zip(texts, trial(project, tried), strict=False):
            posters += 1
            is_draft = words.pk not in printable
            found += [
                Finding(sheet.name, words.language_name, is_draft and not outcome.is_cut, sentence)
                for sentence in dict.fromkeys(outcome.problems)
            ]
            advance(1, f"{sheet.name}, {words.language_name}")
            if outcome.is_cut:
                return found, posters
    return found, posters
