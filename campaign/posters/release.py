"""What the release ships: designs and texts, put into the database after every migration.

What is unchanged since the last release makes no new version. English, Spanish and the designs come approved
by the release, all other texts as drafts; where the office has approved something of its own, what is shipped
becomes a draft beside it and replaces nothing. What the office retired stays retired: a newer one is a draft.
"""

from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaign.posters.header import Header
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Review, TextSet
from campaign.posters.shipped import kit, shipped_designs, shipped_texts, translates
from portal.audit import trail

APPROVED_TEXTS: Final = frozenset({"en", "es"})


@transaction.atomic
def install() -> None:
    """Brings designs and texts up to this release. May run any number of times."""
    for language in LANGUAGES:
        _install_texts(language)
    current = kit()
    for slug, source in shipped_designs():
        _install_design(slug, source, current)


def _install_texts(language: str) -> None:
    said, translated = dict(shipped_texts(language)), translates(language)
    sha256 = TextSet.digest_of(said)
    versions = TextSet.objects.filter(language=language)
    newest = versions.filter(author=None).order_by("-version").first()
    if newest and (newest.sha256, newest.english_sha256) == (sha256, translated):
        return
    approved = versions.approved().first()
    is_approved = language in APPROVED_TEXTS and _takes_its_place(approved, newest)
    if approved and is_approved:
        approved.state = Review.RETIRED
        approved.save(update_fields=["state"])
    texts = TextSet.objects.create(
        language=language,
        version=_next(versions.aggregate(most=Max("version"))["most"]),
        blocks=said,
        sha256=sha256,
        english_sha256=translated,
        state=Review.APPROVED if is_approved else Review.DRAFT,
        approved_by_release=is_approved,
        reviewed_on=timezone.localdate() if is_approved else None,
    )
    if newest:
        trail.record(actor=None, verb="shipped", target=texts, before=_brief(newest), after=_brief(texts))


def _install_design(slug: str, source: str, current_kit: str) -> None:
    header = Header.of(source)
    design = Design(slug=slug, source=source, kit=current_kit, approved_by_release=True, state=Review.APPROVED)
    versions = Design.objects.filter(slug=slug)
    newest = versions.filter(author=None).order_by("-version").first()
    if newest and (newest.source, newest.kit) == (source, current_kit):
        return
    approved = versions.approved().first()
    if not _takes_its_place(approved, newest):
        design.state, design.approved_by_release = Review.DRAFT, False
    elif approved:
        approved.state = Review.RETIRED
        approved.save(update_fields=["state"])
    design.version = _next(versions.aggregate(most=Max("version"))["most"])
    design.name, design.description, design.audience = header.name, header.description, header.audience
    design.approved_on = timezone.localdate() if design.approved_by_release else None
    design.sha256 = design.digest()
    design.save(force_insert=True)
    if newest:
        trail.record(actor=None, verb="shipped", target=design, before=_brief(newest), after=_brief(design))


def _takes_its_place(approved: Design | TextSet | None, newest: Design | TextSet | None) -> bool:
    """Whether what is shipped comes approved: nothing of the office's stands, and nothing was retired by it."""
    return approved.approved_by_release if approved else newest is None or not newest.approved_by_release


def _next(most: int | None) -> int:
    return (most or 0) + 1


def _brief(row: Design | TextSet) -> trail.Fields:
    return {"version": row.version, "sha256": row.sha256, "state": row.state}
