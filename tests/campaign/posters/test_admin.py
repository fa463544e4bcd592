"""Designs and texts are looked at in the admin, with the poster that the public takes; nobody edits them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign.posters import gallery
from campaign.posters.models import Design, Review, TextSet
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 12, 1)


@pytest.fixture
def staff(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator, signed in."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def _page(row: Design | TextSet) -> str:
    return reverse(f"admin:campaign_{row._meta.model_name}_change", args=[row.pk])


def test_design_shows_the_posters_that_the_public_takes(staff: Client) -> None:
    gallery.refresh(TODAY)
    page = staff.get(_page(Design.objects.get())).content.decode()
    for poster in gallery.posters():
        preview = {"digest": poster.preview.sha256[:16], "language": poster.language, "form": "preview"}
        assert f'src="{reverse("posters-file", kwargs=preview)}"' in page
    assert "The release" in page


def test_version_that_is_not_shown_has_no_picture(staff: Client) -> None:
    gallery.refresh(TODAY)
    draft = Design.objects.create(slug="first-light", version=2, name="First light", template="first_light.typ")
    page = staff.get(_page(draft)).content.decode()
    assert "/take/" not in page
    assert "Nobody yet" in page


def test_texts_show_every_word(staff: Client) -> None:
    gallery.refresh(TODAY)
    page = staff.get(_page(TextSet.objects.get(language="es"))).content.decode()
    assert "Alguien te escucha, de día y de noche." in page
    assert "Tú decides qué contar." in page
    assert page.count("/take/") == 2


def test_nobody_edits_an_approved_version(admin_client: Client) -> None:
    design = Design.objects.get()
    answer = admin_client.post(_page(design), {"name": "Another", "version": "1"})
    assert answer.status_code == 403
    assert admin_client.post(reverse("admin:campaign_design_delete", args=[design.pk])).status_code == 403
    design.refresh_from_db()
    assert (design.name, design.state) == ("First light", Review.APPROVED)


def test_lists_take_as_many_queries_for_three_as_for_one(staff: Client, user_with: Callable[..., User]) -> None:
    def counts() -> list[int]:
        found = []
        for model in ("design", "textset"):
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(reverse(f"admin:campaign_{model}_changelist")).status_code == 200
            found.append(len(queries))
        return found

    TextSet.objects.filter(language="es").delete()
    counts()
    one = counts()
    for number in (2, 3):
        somebody = user_with(Role.APPROVER)
        Design.objects.create(
            slug="first-light", version=number, name="First light", template="first_light.typ", approved_by=somebody
        )
        TextSet.objects.create(language=f"x{number}", reviewed_by=somebody)
    assert counts() == one
