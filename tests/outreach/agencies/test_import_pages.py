"""The pages by which a table of agencies comes in: upload, preview, take, the file of errors, undo."""

import io
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from outreach.agencies.models import Agency, Contact
from portal.audit.models import Entry
from portal.imports import drafts
from portal.imports.formats import open_table
from portal.imports.models import TakenImport
from portal.jobs import runners
from portal.people.models import User
from portal.people.roles import DESK, Role
from tests.outreach.agencies.tables import ROW, a_workbook, table

pytestmark = pytest.mark.django_db
START = reverse("admin:outreach_agency_import")


@pytest.fixture
def desk(client: Client, user_with: Callable[..., User]) -> Client:
    client.force_login(user_with(Role.COORDINATOR))
    return client


def upload(desk: Client, content: bytes, name: str = "agencies.csv") -> TakenImport:
    """Sends a file, and runs its job as a worker does."""
    answer = desk.post(START, {"file": SimpleUploadedFile(name, content)})
    taken = TakenImport.objects.latest("pk")
    assert answer.headers["Location"] == reverse("admin:portal_takenimport_preview", args=[taken.pk])
    return work(taken)


def work(taken: TakenImport) -> TakenImport:
    taken.refresh_from_db()
    assert taken.job_id is not None
    runners.run(taken.job_id)
    taken.refresh_from_db()
    return taken


def page(desk: Client, name: str, taken: TakenImport, query: str = "") -> str:
    return desk.get(reverse(f"admin:portal_takenimport_{name}", args=[taken.pk]) + query).content.decode()


def test_file_is_looked_at_taken_and_undone(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rows = (
        ROW | {"within": "Department of Justice", "jurisdictions": "MS, LA", "contacts": "Press||press@example.org"},
        ROW | {"name": "Lamp", "level": "cosmic"},
    )
    taken = upload(desk, a_workbook(*rows), "agencies.xlsx")

    preview = page(desk, "preview", taken)
    assert not Agency.objects.filter(name="Lantern").exists()
    assert "Department of Justice" in preview
    assert "Private" in preview
    assert "LA, MS" in preview
    assert "Press, press@example.org, Everybody" in preview
    refused = page(desk, "preview", taken, "?kind=refused")
    assert "level (D3)" in refused
    assert "write one of these" in refused
    assert not default_storage.listdir(drafts.FOLDER)[1]

    with django_capture_on_commit_callbacks(execute=False):
        desk.post(reverse("admin:portal_takenimport_take", args=[taken.pk]))
    work(taken)
    lantern = Agency.objects.get(name="Lantern")
    assert lantern.path == "Department of Justice > Lantern"
    assert Contact.objects.get(agency=lantern).email == "press@example.org"

    desk.post(reverse("admin:portal_takenimport_undo", args=[taken.pk]))
    assert work(taken).state == "undone"
    assert not Agency.objects.filter(name="Lantern").exists()


def test_preview_says_how_a_website_was_read_and_of_no_other_row(desk: Client) -> None:
    taken = upload(desk, table(ROW | {"website": "example.gov"}, ROW | {"name": "Lamp", "website": "https://a.gov"}))
    preview = page(desk, "preview", taken)
    assert preview.count("taken with https:// before it") == 1
    assert "https://example.gov" in preview


def test_file_of_errors_is_a_workbook_where_the_file_was_one(desk: Client) -> None:
    taken = upload(desk, a_workbook(ROW | {"level": "cosmic", "acronym": "007"}), "agencies.xlsx")
    answer = desk.get(reverse("admin:portal_takenimport_refused", args=[taken.pk]))
    content = answer.getvalue()
    assert 'filename="refused-agencies.xlsx"' in answer.headers["Content-Disposition"]
    (line,) = open_table(io.BytesIO(content), known=["name", "kind", "level", "acronym", "problem"])
    assert line.cells["acronym"] == "007"
    assert line.cells["problem"].startswith("level (D2): None of federal")
    assert Entry.objects.filter(verb="downloaded", object_type="portal.takenimport").count() == 1


def test_what_is_no_table_is_refused_at_the_door_and_kept_nowhere(desk: Client) -> None:
    answer = desk.post(START, {"file": SimpleUploadedFile("agencies.csv", b"station,trains\nJackson,2\n")})
    assert answer.status_code == 422
    assert "names none of the columns" in answer.content.decode()
    assert not TakenImport.objects.exists()


def test_preview_of_thousands_is_paged_and_asks_no_more_than_for_few(desk: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(count: int) -> int:
        rows = [ROW | {"name": f"Office {count} {number}"} for number in range(count)]
        taken = upload(desk, table(*rows))
        with CaptureQueriesContext(connection) as queries:
            text = page(desk, "preview", taken, "?page=2" if count > 50 else "")
        assert text.count("import-fields") <= 100
        return len(queries)

    assert asked(1) == asked(1200)


@pytest.mark.parametrize("role", sorted(DESK - {Role.COORDINATOR}))
def test_who_may_not_import_sees_neither_the_page_nor_a_preview(
    role: Role, client: Client, user_with: Callable[..., User]
) -> None:
    taken = TakenImport.objects.create(model="outreach.agency", kind="agencies.table", file_name="a.csv", state="read")
    client.force_login(user_with(role))
    assert client.get(START).status_code == 403
    assert client.post(reverse("admin:outreach_agency_process_import")).status_code == 403
    for name in ("preview", "refused", "reasons"):
        assert client.get(reverse(f"admin:portal_takenimport_{name}", args=[taken.pk])).status_code == 403
