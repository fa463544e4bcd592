"""A sheet between preview and confirmation: private, shared by all web hosts, and not for long."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from outreach.schools.models import School
from portal.imports import drafts
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db

SHEET = "source,source_id,name,city,state\nstaff,7,Escuela Peña,Jackson,MS\n".encode()


@pytest.fixture
def preview(client: Client, user_with: Callable[..., User]) -> dict[str, object]:
    """What the confirmation of a previewed sheet sends."""
    client.force_login(user_with(Role.COORDINATOR))
    sheet = SimpleUploadedFile("schools.csv", SHEET, "text/csv")
    page = client.post(reverse("admin:outreach_school_import"), {"import_file": sheet, "format": "0", "resource": "0"})
    return {name: value for name, value in page.context["confirm_form"].initial.items() if value is not None}


def test_a_confirmed_sheet_is_taken_and_gone(client: Client, preview: dict[str, object], data_folder: Path) -> None:
    [draft] = (data_folder / "media" / "drafts").iterdir()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    client.post(reverse("admin:outreach_school_process_import"), preview)
    assert School.objects.get().name == "Escuela Peña"
    assert not draft.exists()


def test_a_sheet_that_nobody_confirms_is_forgotten_after_a_day(preview: dict[str, object], data_folder: Path) -> None:
    [draft] = (data_folder / "media" / "drafts").iterdir()
    assert drafts.forget() == 0
    a_day_ago = time.time() - drafts.KEPT_FOR.total_seconds() - 60
    os.utime(draft, (a_day_ago, a_day_ago))
    assert drafts.forget() == 1
    assert not draft.exists()


def test_nothing_to_forget_is_no_failure(data_folder: Path) -> None:
    assert drafts.forget() == 0
