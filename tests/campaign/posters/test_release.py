"""What ``migrate`` approves is what this release ships."""

import hashlib

import pytest

from campaign.posters.assembly import DESIGNS, approved_design
from campaign.posters.models import Review, TextSet
from campaign.posters.pages import BUILT_IN_LANGUAGES, built_in_texts

pytestmark = pytest.mark.django_db


def test_the_approved_design_is_the_file_that_is_shipped() -> None:
    design = approved_design()
    shipped = hashlib.sha256((DESIGNS / design.template).read_bytes()).hexdigest()
    assert design.approved_by_release
    assert design.sha256 == shipped, (
        f"{design.template} changed: approve it as a new version in a migration of its own. "
        "A version that may have been printed never changes."
    )


def test_the_approved_texts_are_those_that_are_shipped() -> None:
    approved = TextSet.objects.filter(state=Review.APPROVED, approved_by_release=True)
    assert {row.language: row.blocks for row in approved} == {
        language: built_in_texts(language) for language in BUILT_IN_LANGUAGES
    }
