"""Writing designs: only a draft changes, and only by the hand of its author; whoever else wants a change revises.

    design = add_design(source=source, by=designer)       # a new design, or the next version of one
    mine = revise(design=approved, by=designer)           # the next version, from any version, on the newest kit
    set_source / set_colours / set_picture / remove_picture

Each is one transaction, leaves an entry in the trail, and has the design tried on paper anew (``trials``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.text import slugify

from campaign.posters import shipped, sources, trials
from campaign.posters.header import BadDesign, Header
from campaign.posters.models import Design, DesignPicture, Review
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import MADE_OF, REVISED, insert_next, own_draft
from portal.audit import trail
from portal.files.models import StoredFile
from portal.files.pictures import clean_picture
from portal.people.models import User

__all__ = ["NotAllowed", "add_design", "remove_picture", "revise", "set_colours", "set_picture", "set_source"]

DRAW = "campaign.draw_design"


def brief(design: Design) -> trail.Fields:
    """What the trail keeps of a design: its source is kept by the version itself."""
    pictures = {picture.slot: picture.file.sha256 for picture in design.pictures.select_related("file")}
    return {
        "version": design.version,
        "name": design.name,
        "state": design.state,
        "sha256": design.sha256,
        "colours": design.colours,
        "pictures": pictures,
    }


@transaction.atomic
def add_design(*, source: str, by: User, slug: str | None = None) -> Design:
    """A draft of a design; with the ``slug`` (or the name) of one that stands, the next version of it.

    Raises ``BadDesign`` with all that is wrong, and ``NotAllowed``.
    """
    _may_draw(by)
    header = sources.checked(source)
    key = slug or slugify(header.name)[:40].strip("-")
    if not key:
        raise BadDesign("The name has no Latin letter, from which its address is made. Add one.")
    design = Design(slug=key, kit=shipped.kit(), author=by)
    _take_over(design, source, header)
    return _added(design, by, verb="added")


@transaction.atomic
def revise(*, design: Design, by: User) -> Design:
    """The next version as a draft of ``by``: the words, colours and pictures of ``design``, on the newest kit.

    Raises ``NotAllowed``.
    """
    _may_draw(by)
    revised = Design(slug=design.slug, kit=shipped.kit(), author=by, colours=dict(design.colours))
    _take_over(revised, design.source, design.header)
    pictures = list(design.pictures.select_related("file"))
    return _added(revised, by, verb=REVISED, made_of=design, pictures=pictures)


@transaction.atomic
def set_source(*, design: Design, source: str, by: User) -> Design:
    """Puts other source in a draft. Colours and pictures stay where the new header still has their slot.

    Raises ``BadDesign`` and ``NotAllowed``.
    """
    header = sources.checked(source)
    draft = _own(design, by)
    before = brief(draft)
    _take_over(draft, source, header)
    draft.pictures.exclude(slot__in=header.pictures).delete()
    return _changed(draft, before, by)


@transaction.atomic
def set_colours(*, design: Design, colours: Mapping[str, str], by: User) -> Design:
    """Puts colours in the slots of a draft: ``#rrggbb``, or names of the palette; slots left out are the header's.

    Raises ``BadDesign`` with each that is none or too close to another, and ``NotAllowed``.
    """
    draft = _own(design, by)
    header = draft.header
    differing = {slot: colour for slot, colour in colours.items() if header.painted({}).get(slot) != colour}
    if problems := header.problems_of_colours(differing):
        raise BadDesign(*problems)
    before = brief(draft)
    draft.colours = differing
    return _changed(draft, before, by)


@transaction.atomic
def set_picture(*, design: Design, slot: str, content: bytes, by: User) -> Design:
    """Fills a slot of a draft with a picture, cleaned. Raises ``BadPicture``, ``BadDesign``, ``NotAllowed``."""
    draft = _own(design, by)
    if slot not in draft.header.pictures:
        raise BadDesign(f"The design has no place “{slot}” for a picture. Its header names those that it has.")
    picture = clean_picture(content)
    before = brief(draft)
    end = picture.content_type.rpartition("/")[2]
    file = StoredFile.objects.put(picture.content, name=f"{draft.slug}-{slot}.{end}", content_type=picture.content_type)
    DesignPicture.objects.update_or_create(design=draft, slot=slot, defaults={"file": file})
    return _changed(draft, before, by)


@transaction.atomic
def remove_picture(*, design: Design, slot: str, by: User) -> Design:
    """Empties a slot of a draft. Raises ``NotAllowed``."""
    draft = _own(design, by)
    before = brief(draft)
    draft.pictures.filter(slot=slot).delete()
    return _changed(draft, before, by)


def may_change(design: Design, by: User) -> bool:
    """Whether the draft is this person's to change."""
    return design.state == Review.DRAFT and design.author_id == by.pk and by.has_perm(DRAW)


def _may_draw(by: User) -> None:
    if not by.has_perm(DRAW):
        raise NotAllowed("Your roles do not include drawing designs. Ask a coordinator for the role Designer.")


def _own(design: Design, by: User) -> Design:
    """The draft, locked. Raises ``NotAllowed`` for whoever may not change it."""
    _may_draw(by)
    return own_draft(design, by)


def _take_over(design: Design, source: str, header: Header) -> None:
    """The source, and what its header says; colours only as far as they still hold."""
    design.source = source
    design.name, design.description, design.audience = header.name, header.description, header.audience
    kept = {slot: colour for slot, colour in design.colours.items() if slot in header.colours}
    design.colours = {} if header.problems_of_colours(kept) else kept


def _added(
    design: Design,
    by: User,
    *,
    verb: str,
    made_of: Design | None = None,
    pictures: Sequence[DesignPicture] = (),
) -> Design:
    design.sha256 = design.digest()
    insert_next(design, Design.objects.filter(slug=design.slug))
    for picture in pictures:
        if picture.slot in design.header.pictures:
            DesignPicture.objects.create(design=design, slot=picture.slot, file=picture.file)
    design.sha256 = design.digest()
    design.save(update_fields=["sha256"])
    source = {MADE_OF: made_of.version} if made_of else {}
    trail.record(actor=by, verb=verb, target=design, after=brief(design) | source)
    trials.start(design, by=by)
    return design


def _changed(draft: Design, before: trail.Fields, by: User) -> Design:
    draft.sha256 = draft.digest()
    draft.save(update_fields=["source", "name", "description", "audience", "colours", "sha256"])
    trail.record(actor=by, verb="changed", target=draft, before=before, after=brief(draft))
    if draft.sha256 != before["sha256"]:
        trials.start(draft, by=by)
    return draft
