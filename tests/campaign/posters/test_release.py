"""What the release ships stands after ``migrate``, and never takes the place of what the office approved."""

import pytest

from campaign.posters import release
from campaign.posters.assembly import approved_design, printable_texts
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Review, TextSet
from campaign.posters.shipped import kit, shipped_designs, shipped_texts
from portal.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_every_shipped_design_is_approved_by_the_release() -> None:
    shipped = dict(shipped_designs())
    assert len(shipped) >= 6
    approved = {design.slug: design for design in Design.objects.approved()}
    assert {slug: design.source for slug, design in approved.items()} == shipped
    assert all(design.approved_by_release and design.sha256 == design.digest() for design in approved.values())


def test_english_and_spanish_are_approved_and_all_others_are_drafts() -> None:
    states = dict(TextSet.objects.values_list("language", "state"))
    assert states == {code: "approved" if code in {"en", "es"} else "draft" for code in LANGUAGES}
    assert {row.language: row.blocks for row in TextSet.objects.all()} == {
        code: shipped_texts(code) for code in LANGUAGES
    }


def test_no_shipped_text_is_stale() -> None:
    """Whoever changes the English looks at every translation, and says so by its hash."""
    english = TextSet.objects.approved().get(language="en").sha256
    stale = TextSet.objects.exclude(language="en").exclude(english_sha256=english)
    assert not stale, f"These translate another English than the one that is shipped: {list(stale)}."
    assert len(printable_texts(["en", "es"])) == 2


def test_a_second_installation_changes_nothing() -> None:
    before = list(Design.objects.values()), list(TextSet.objects.values())
    release.install()
    assert (list(Design.objects.values()), list(TextSet.objects.values())) == before
    assert not Entry.objects.filter(verb="shipped").exists()


def test_a_newer_release_brings_a_version_and_retires_its_own() -> None:
    Design.objects.filter(slug="first-light").update(kit="// an older kit")
    TextSet.objects.filter(language="en").update(blocks={"title": "Older"}, sha256="0" * 64)
    release.install()
    assert list(Design.objects.filter(slug="first-light").values_list("version", "state")) == [
        (2, Review.APPROVED),
        (1, Review.RETIRED),
    ]
    assert approved_design().kit == kit()
    assert list(TextSet.objects.filter(language="en").values_list("version", "state")) == [
        (2, Review.APPROVED),
        (1, Review.RETIRED),
    ]
    assert Entry.objects.filter(verb="shipped").count() == 2


def test_what_the_office_approved_stays(django_user_model: type) -> None:
    approver = django_user_model.objects.create_user("approver")  # type: ignore[attr-defined]
    own = {"approved_by_release": False}
    Design.objects.filter(slug="first-light").update(kit="// an older kit", approved_by=approver, **own)
    TextSet.objects.filter(language="en").update(sha256="0" * 64, reviewed_by=approver, **own)
    release.install()
    assert approved_design().version == 1
    assert Design.objects.get(slug="first-light", version=2).state == Review.DRAFT
    assert TextSet.objects.get(language="en", version=2).state == Review.DRAFT
    assert not TextSet.objects.get(language="en", version=2).approved_by_release


def test_what_the_office_retired_is_not_approved_again() -> None:
    Design.objects.filter(slug="first-light").update(kit="// an older kit", state=Review.RETIRED)
    TextSet.objects.filter(language="es").update(sha256="0" * 64, state=Review.RETIRED)
    release.install()
    for newest in (Design.objects.get(slug="first-light", version=2), TextSet.objects.get(language="es", version=2)):
        assert (newest.state, newest.approved_by_release) == (Review.DRAFT, False)


def test_first_design_of_all_has_a_successor() -> None:
    """Foundation's own had no source; a migration put it aside, and batches still name it."""
    Design.objects.filter(slug="first-light").update(kit="", state=Review.RETIRED, approved_by_release=False)
    release.install()
    assert approved_design().version == 2
