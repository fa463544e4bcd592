"""Writing texts: only a draft changes, and only by the hand of its author.

draft = revise_texts(language="vi", by=translator)
save_blocks(texts=draft, blocks=…, english=…, by=translator)
still_right(texts=approved, by=translator)      # the same words, against the English of today
"""

from __future__ import annotations

from django.db import transaction

from campaign.posters import checks
from campaign.posters.languages import UnknownLanguage
from campaign.posters.languages import language as known
from campaign.posters.models import Review, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import MADE_OF, REVISED, STILL_RIGHT, insert_next, own_draft
from portal.audit import trail
from portal.people.models import User

WRITE = "campaign.write_texts"
ENGLISH = "en"


class BadTexts(ValueError):
    """Texts that cannot be kept as they are. ``problems``: what is wrong with each block."""

    def __init__(self, problems: list[checks.Problem]) -> None:
        super().__init__("\n".join(f"{checks.called(problem.key)}: {problem.sentence}" for problem in problems))
        self.problems = problems


def brief(texts: TextSet) -> trail.Fields:
    """What the trail keeps of a text: its words are kept by the version itself."""
    return {
        "version": texts.version,
        "state": texts.state,
        "sha256": texts.sha256,
        "english_sha256": texts.english_sha256,
        "reviewer": texts.reviewer,
    }


def english_now() -> TextSet:
    """The English that is approved: what every other language translates. Raises ``NotAllowed``."""
    english = TextSet.objects.approved().filter(language=ENGLISH).first()
    if english is None:
        raise NotAllowed("No English text is approved. Approve one first: all other languages translate it.")
    return english


def compared_with(texts: TextSet) -> TextSet:
    """The English beside which a text is written and judged; English of the release is judged by itself."""
    return texts if texts.language == ENGLISH and texts.author_id is None else english_now()


def problems_of(texts: TextSet, english: TextSet | None = None) -> list[checks.Problem]:
    """All that a machine finds wrong with a text, its letters included."""
    beside = english or compared_with(texts)
    found = checks.problems(texts.blocks, beside.blocks, texts.language)
    if any(problem.is_unfit for problem in found):
        return found
    return found + checks.letters_missing(texts.blocks, texts.language)


def is_stale(texts: TextSet, english: TextSet) -> bool:
    """Whether a text translates another English than that which is approved now."""
    return texts.language != ENGLISH and texts.english_sha256 != english.sha256


@transaction.atomic
def revise_texts(*, language: str, by: User, source: TextSet | None = None) -> TextSet:
    """The next version of a language as a draft of ``by``: the words of ``source``, or of what is approved.

    Where nothing is approved the newest version is taken; a new language begins with empty texts. It still
    translates the English that its words translated, until it is saved beside the newest.

    Raises ``NotAllowed`` and ``UnknownLanguage``.
    """
    known(language)
    _may_write(by)
    versions = TextSet.objects.filter(language=language)
    if source is None:
        source = versions.approved().first() or versions.order_by("-version").first()
    if source is not None and source.language != language:
        raise UnknownLanguage(f"{source} is not a text in “{language}”.")
    draft = TextSet(language=language, author=by)
    if source:
        draft.blocks, draft.english_sha256 = source.blocks, source.english_sha256
    else:
        english = english_now()
        draft.blocks = {key: _empty(block) for key, block in english.blocks.items()}
        draft.english_sha256 = english.sha256
    return _added(draft, by, verb=REVISED if source else "added", made_of=source)


@transaction.atomic
def save_blocks(*, texts: TextSet, blocks: dict[str, object], english: TextSet, by: User) -> list[checks.Problem]:
    """Keeps the words of a draft, written beside ``english``; returns what is still wrong with them.

    Raises ``BadTexts`` for words that no poster could hold, and ``NotAllowed``, also where another English was
    approved meanwhile.
    """
    draft = _own(texts, by)
    beside = compared_with(draft)
    if beside.pk != english.pk:
        raise NotAllowed(
            "A new English text was approved while you wrote. It stands beside yours now: look at it, then save again."
        )
    found = checks.problems(blocks, beside.blocks, draft.language)
    if unfit := [problem for problem in found if problem.is_unfit]:
        raise BadTexts(unfit)
    before = brief(draft)
    draft.blocks = blocks
    draft.sha256 = TextSet.digest_of(blocks)
    if draft.language != ENGLISH:
        draft.english_sha256 = beside.sha256
    draft.save(update_fields=["blocks", "sha256", "english_sha256"])
    if brief(draft) != before:
        trail.record(actor=by, verb="changed", target=draft, before=before, after=brief(draft))
    return found


@transaction.atomic
def still_right(*, texts: TextSet, by: User) -> TextSet:
    """A new version of the same words, translating the English of today, submitted for review.

    The person says that the words still hold; another person must say so too. Raises ``NotAllowed``.
    """
    _may_write(by)
    english = english_now()
    row = TextSet.objects.select_for_update().get(pk=texts.pk)
    if row.state != Review.APPROVED or not is_stale(row, english):
        raise NotAllowed(f"“{row}” is not stale: there is nothing to confirm.")
    fresh = TextSet(
        language=row.language,
        blocks=row.blocks,
        english_sha256=english.sha256,
        author=by,
        state=Review.IN_REVIEW,
    )
    if found := problems_of(fresh, english):
        raise NotAllowed(
            "The words do not fit the new English as they are: "
            f"{checks.called(found[0].key)}. {found[0].sentence} Revise the text instead."
        )
    return _added(fresh, by, verb=STILL_RIGHT, made_of=row)


def may_change(texts: TextSet, by: User) -> bool:
    """Whether the draft is this person's to change."""
    return texts.state == Review.DRAFT and texts.author_id == by.pk and by.has_perm(WRITE)


def _empty(block: object) -> object:
    return "" if isinstance(block, str) else ["" for _ in checks.strings(block)]


def _may_write(by: User) -> None:
    if not by.has_perm(WRITE):
        raise NotAllowed("Your roles do not include writing texts. Ask a coordinator for the role Translator.")


def _own(texts: TextSet, by: User) -> TextSet:
    _may_write(by)
    return own_draft(texts, by)


def _added(texts: TextSet, by: User, *, verb: str, made_of: TextSet | None) -> TextSet:
    texts.sha256 = TextSet.digest_of(texts.blocks)
    insert_next(texts, TextSet.objects.filter(language=texts.language))
    source = {MADE_OF: made_of.version} if made_of else {}
    trail.record(actor=by, verb=verb, target=texts, after=brief(texts) | source)
    return texts
