"""Every hostile file is sent as a table of agencies: it is refused with a sentence, nothing changes, nothing grows."""

import io
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from outreach.agencies.imports import AgencyTable
from portal.imports import drafts, pages
from portal.imports.formats import open_table
from portal.imports.models import TakenImport
from portal.imports.pages import Kind
from portal.jobs import runners
from portal.people.models import User
from portal.people.roles import Role
from tests.hostile.files.books import BOOKS
from tests.hostile.files.objects import OBJECTS
from tests.hostile.files.texts import TEXTS
from tests.portal.files import hostile

pytestmark = pytest.mark.django_db

HOSTILE = {
    **{f"csv: {name}": told for name, told in TEXTS.items()},
    **{f"json: {name}": told for name, told in OBJECTS.items()},
    **{f"xlsx: {name}": told for name, told in BOOKS.items()},
}
PICTURES = {
    **{f"picture: {name}": content for name, (content, _word) in hostile.PICTURES.items()},
    **{f"drawing: {name}": content for name, (content, _word) in hostile.DRAWINGS.items()},
}
MOST_SECONDS = 5
MOST_MEGABYTES = 150
OWN = {"portal.takenimport", "portal.importpage", "portal.job", "portal.entry"}
"""What an upload itself leaves."""


@pytest.fixture
def desk(client: Client, user_with: Callable[..., User]) -> Client:
    client.force_login(user_with(Role.COORDINATOR))
    return client


def sizes() -> dict[str, int]:
    """How many rows each table has."""
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    found = {model._meta.label_lower: model._base_manager.count() for model in models}
    return {label: count for label, count in found.items() if label not in OWN}


def fingerprint() -> list[tuple[object, ...]]:
    """What is stored of agencies and of what hangs on them."""
    labels = ("agency", "contact", "formername", "participation")
    return [
        row for label in labels for row in apps.get_model("outreach", label)._base_manager.order_by("pk").values_list()
    ]


@pytest.fixture
def unchanged() -> Iterator[None]:
    """Nothing is stored, no file is kept."""
    before, rows = sizes(), fingerprint()
    yield
    assert sizes() == before
    assert fingerprint() == rows
    assert not (default_storage.exists(drafts.FOLDER) and default_storage.listdir(drafts.FOLDER)[1])


def peak() -> int:
    """Megabytes that this process held at most since ``forget_peak``."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def forget_peak() -> int:
    """Megabytes held now, from which the peak is counted."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pytest.skip("This system doesn't tell how much memory a step took.")
    return peak()


def said_of(desk: Client, name: str, content: bytes) -> list[str]:
    """What a person is told who sends this file; at the form, or once it was read."""
    file = SimpleUploadedFile(name, content, "application/octet-stream")
    answer = desk.post(reverse("admin:outreach_agency_import"), {"file": file})
    if answer.status_code == 422:
        assert not TakenImport.objects.exists()
        told: list[str] = [error for errors in answer.context["form"].errors.values() for error in errors]
        return told
    assert answer.status_code == 302
    taken = TakenImport.objects.get()
    assert taken.job_id
    runners.run(taken.job_id)
    taken.refresh_from_db()
    changes = {kind: count for kind, count in taken.counts.items() if count and kind not in {"refused", "unchanged"}}
    assert not changes
    page = desk.get(reverse("admin:portal_takenimport_preview", args=[taken.pk]))
    assert page.status_code == 200
    problems = pages.show(taken, Kind.REFUSED, first=0, count=50).problems
    if problems:
        errors = desk.get(reverse("admin:portal_takenimport_refused", args=[taken.pk])).getvalue()
        assert list(open_table(io.BytesIO(errors), known=AgencyTable().names)), "the file of errors can be read"
    return [taken.failure, *(f"Line {told.row}, {told.column}: {told.message}" for told in problems)]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_table_is_refused_with_a_sentence_and_changes_nothing(name: str, desk: Client, unchanged: None) -> None:
    make, word = HOSTILE[name]
    content = make()
    held, begin = forget_peak(), time.process_time()

    told = said_of(desk, f"agencies.{name.partition(':')[0]}", content)

    assert time.process_time() - begin < MOST_SECONDS
    assert peak() - held < MOST_MEGABYTES
    said = " ".join(filter(None, told))
    assert word in said
    assert said.rstrip().endswith((".", "!")) or "It holds" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", PICTURES)
def test_hostile_picture_is_no_table(name: str, desk: Client, unchanged: None) -> None:
    told = said_of(desk, "agencies.csv", PICTURES[name])
    assert " ".join(filter(None, told)).rstrip().endswith(".")


def test_there_are_more_than_a_hundred_and_fifty() -> None:
    assert len(HOSTILE) >= 150


def test_name_of_a_file_opens_no_path(desk: Client, unchanged: None) -> None:
    for name in ("../../etc/passwd.csv", "a\x00b.csv", "<script>.csv", "x" * 500 + ".csv", "\u202evsc.exe"):
        TakenImport.objects.all().delete()
        assert any(said_of(desk, name, b"name,kind,level\nLantern,wizard,private\n"))
