"""From draft to print: a person submits, another one signs, who wrote no word of it.

    submit → (send_back | approve) → retire, for designs and texts alike

Each verb is one transaction and leaves an entry in the trail; what a person must not do raises ``NotAllowed``.
What the release ships as a draft has no author: whoever may sign signs it directly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from campaign.posters import checks, drafting, trials, writing
from campaign.posters.models import Comment, Design, Invitation, Review, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import writers
from portal.audit import trail
from portal.people.models import User

APPROVE_DESIGN = "campaign.approve_design"
REVIEW_TEXTS = "campaign.review_texts"
VIEW = {Design: "campaign.view_design", TextSet: "campaign.view_textset"}

VOUCH = (
    "I read every text beside the English. It says the same, promises nothing more, and a person under stress will "
    "understand it."
)
MOST_COMMENT = 2000

Reviewed = Design | TextSet


@transaction.atomic
def submit(*, of: Reviewed, by: User) -> None:
    """Draft → in review. Its author does it; for a draft of the release, whoever writes such things."""
    row = _locked(of)
    _require_state(row, Review.DRAFT, "submitted")
    if not by.has_perm(drafting.DRAW if isinstance(row, Design) else writing.WRITE):
        raise NotAllowed("Your roles do not include submitting this. Ask a coordinator.")
    if row.author_id not in {None, by.pk}:
        raise NotAllowed(f"“{row}” is another person's draft: they submit it once it is done.")
    if isinstance(row, Design):
        trial = trials.trial_of(row)
        if not trial.is_done:
            raise NotAllowed("The design has not been tried on all sheets yet. Wait for the trial, or start it again.")
        if trial.problems:
            raise NotAllowed(f"The trial found {_counted(len(trial.problems), 'problem')}. Mend them, then submit.")
    else:
        _require_right(row)
    _move(row, Review.IN_REVIEW, by=by, verb="submitted")


@transaction.atomic
def send_back(*, of: Reviewed, reason: str, by: User) -> None:
    """In review → draft, with a comment that says why."""
    row = _locked(of)
    _require_state(row, Review.IN_REVIEW, "sent back")
    _require_verdict(row, by, of_own=True)
    _send_back(row, reason=reason, by=by, signed="")


@transaction.atomic
def approve(*, of: Reviewed, by: User) -> None:
    """In review → approved; the version that was approved before is retired in the same moment.

    ``of`` is the version as the person saw it: its ``sha256`` must still be that of what stands. Raises ``NotAllowed``.
    """
    _approve(of, by=by)


@transaction.atomic
def sign_off(*, texts: Sequence[TextSet], by: User) -> int:
    """Signs several texts, each as the person saw it, in one moment, all or none; each leaves its own entry.

    Returns how many. Raises ``NotAllowed``.
    """
    if not texts:
        raise NotAllowed("Nothing is ticked. Tick the languages that you vouch for.")
    for row in sorted(texts, key=lambda each: each.pk):
        try:
            _approve(row, by=by)
        except NotAllowed as refusal:
            raise NotAllowed(f"{row}: {refusal} Nothing was signed.") from refusal
    return len(texts)


@transaction.atomic
def retire(*, of: Reviewed, by: User) -> None:
    """Approved → retired: nothing new is printed from it. A draft may be dropped by its author."""
    row = _locked(of)
    if row.state == Review.RETIRED:
        raise NotAllowed(f"“{row}” is retired already.")
    if row.state == Review.APPROVED:
        if not by.has_perm(_verdict_of(row)):
            raise NotAllowed("Your roles do not include retiring this. Ask a coordinator or an approver.")
        if isinstance(row, TextSet) and row.language == writing.ENGLISH:
            raise NotAllowed("All other texts translate this one. Approve a new English version; it takes its place.")
    elif row.author_id != by.pk and not by.has_perm(_verdict_of(row)):
        raise NotAllowed(f"“{row}” is another person's draft: they drop it themselves.")
    _move(row, Review.RETIRED, by=by, verb="retired")


@transaction.atomic
def comment(*, of: Reviewed, body: str, by: User) -> Comment:
    """Says something of a version, whatever its state."""
    if not by.has_perm(VIEW[type(of)]):
        raise NotAllowed("Your roles do not include looking at this.")
    return add_comment(of, body=body, by=by)


def add_comment(of: Reviewed, *, body: str, by: User | None, signed: str = "") -> Comment:
    """Keeps what was said. Raises ``NotAllowed`` for nothing, and for more than a page."""
    said = body.strip()
    if not said:
        raise NotAllowed("Write a few words: the author needs to know what to change.")
    if len(said) > MOST_COMMENT:
        raise NotAllowed(f"This has {len(said):,} characters; at most {MOST_COMMENT:,} are kept. Shorten it.")
    if "\x00" in said:
        raise NotAllowed("This holds an invisible character (NUL). Type it anew.")
    place = {"design": of} if isinstance(of, Design) else {"texts": of}
    return Comment.objects.create(author=by, signed=signed, body=said, **place)


def approve_by_reviewer(texts: TextSet, *, reviewer: str) -> None:
    """What an invited person's signature does; ``invitations`` has checked the link. Raises ``NotAllowed``."""
    _approve(texts, by=None, reviewer=reviewer)


def return_by_reviewer(texts: TextSet, *, reason: str, reviewer: str) -> None:
    """What an invited person's “no” does: the text is a draft again, with their words. Raises ``NotAllowed``."""
    row = _locked(texts)
    if row.state == Review.DRAFT:
        add_comment(row, body=reason, by=None, signed=reviewer)
        trail.record(actor=None, verb="sent back", target=row, after=_brief(row))
        return
    _require_state(row, Review.IN_REVIEW, "sent back")
    _send_back(row, reason=reason, by=None, signed=reviewer)


def may_sign(of: Reviewed, by: User, *, written_by: Collection[int]) -> bool:
    """Whether ``approve`` could be this person's to do now; ``written_by`` are the version's ``writers``."""
    return is_signable(of) and by.has_perm(_verdict_of(of)) and by.pk not in written_by


def is_signable(of: Reviewed) -> bool:
    """Whether it waits for a signature: in review, or a draft of the release."""
    return of.state == Review.IN_REVIEW or (of.state == Review.DRAFT and of.author_id is None)


def _approve(of: Reviewed, *, by: User | None, reviewer: str = "") -> None:
    rows = locked_versions(of)
    row = next(each for each in rows if each.pk == of.pk)
    if not is_signable(row):
        state = row.get_state_display().lower()
        hint = " Its author submits it first." if row.state == Review.DRAFT else ""
        raise NotAllowed(f"“{row}” is {state} and cannot be approved.{hint}")
    if by is not None:
        _require_verdict(row, by)
    if row.sha256 != of.sha256:
        raise NotAllowed(f"“{row}” changed after you opened the page. Look at it again, then sign.")
    if isinstance(row, Design):
        if row.digest() != row.sha256:
            raise NotAllowed(f"“{row}” is not what its author submitted. Send it back, and have it revised.")
        row.approved_by, row.approved_on = by, timezone.localdate()
    else:
        _require_right(row)
        row.reviewed_by, row.reviewer, row.reviewed_on = by, reviewer, timezone.localdate()
    for former in rows:
        if former.state == Review.APPROVED and former.pk != row.pk:
            _move(former, Review.RETIRED, by=by, verb="retired")
    _move(row, Review.APPROVED, by=by, verb="approved")


def _require_right(texts: TextSet) -> None:
    english = writing.compared_with(texts)
    if writing.is_stale(texts, english):
        raise NotAllowed(f"“{texts}” translates an older English. Revise it beside the newest, then have it reviewed.")
    if found := writing.problems_of(texts, english):
        first = found[0]
        more = f" ({_counted(len(found), 'problem')} in all)" if len(found) > 1 else ""
        raise NotAllowed(f"{checks.called(first.key)}: {first.sentence}{more}")


def _send_back(row: Reviewed, *, reason: str, by: User | None, signed: str) -> None:
    add_comment(row, body=reason, by=by, signed=signed)
    _move(row, Review.DRAFT, by=by, verb="sent back")


def _move(row: Reviewed, state: Review, *, by: User | None, verb: str) -> None:
    before = _brief(type(row)._default_manager.get(pk=row.pk))
    row.state = state
    row.save()
    if isinstance(row, TextSet):
        waiting = row.invitations.filter(answer=Invitation.Answer.NONE)
        waiting.update(answer=Invitation.Answer.WITHDRAWN, answered_at=timezone.now())
    trail.record(actor=by, verb=verb, target=row, before=before, after=_brief(row))


def _brief(row: Reviewed) -> trail.Fields:
    return drafting.brief(row) if isinstance(row, Design) else writing.brief(row)


def _locked(of: Reviewed) -> Reviewed:
    return next(row for row in locked_versions(of) if row.pk == of.pk)


def locked_versions(of: Reviewed) -> list[Reviewed]:
    """All versions of the same design or language, locked in one order, so that two who approve wait in line."""
    if isinstance(of, Design):
        return list(Design.objects.select_for_update().filter(slug=of.slug).order_by("pk"))
    return list(TextSet.objects.select_for_update().filter(language=of.language).order_by("pk"))


def _require_state(row: Reviewed, state: Review, verb: str) -> None:
    if row.state != state:
        stands = row.get_state_display().lower()
        raise NotAllowed(f"“{row}” is {stands}; only what is {state.label.lower()} can be {verb}.")


def _verdict_of(row: Reviewed) -> str:
    return APPROVE_DESIGN if isinstance(row, Design) else REVIEW_TEXTS


def _require_verdict(row: Reviewed, by: User, *, of_own: bool = False) -> None:
    if not of_own and by.pk in writers(row):
        whose = "this version" if row.author_id == by.pk else "a version that this one was made from"
        raise NotAllowed(f"You wrote {whose}: another person must sign it.")
    if of_own and row.author_id == by.pk:
        return
    if not by.has_perm(_verdict_of(row)):
        raise NotAllowed("Your roles do not include reviewing this. Ask a coordinator or an approver.")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
