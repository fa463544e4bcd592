"""Logos: taken in clean, used only by permission, shown as our own picture."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo, LogoPermission, Scope
from outreach.agencies.models import Agency
from portal.audit.models import Entry
from portal.files.errors import BadPicture
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import compile_pdf
from tests.outreach.agencies import permits
from tests.portal.files.hostile import DRAWINGS, PNG, svg, unfolding

pytestmark = pytest.mark.django_db
LIST = reverse("admin:outreach_logo_changelist")
ADD = reverse("admin:outreach_logo_add")
FIRST, LAST = dt.date(2027, 1, 1), dt.date(2027, 1, 31)
DAY = dt.timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    """A partner."""
    return Agency.objects.get(acronym="OVC")


@pytest.fixture
def logo(agency: Agency) -> Logo:
    """Its logo, without a permission."""
    return logo_rights.upload(agency=agency, name="Wordmark", alt_text="Logo of OVC", content=svg(), by=None)


@pytest.fixture
def coordinator(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator's browser."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def permit(logo: Logo, **changes: Any) -> LogoPermission:
    """Allows it on posters that we print, in January 2027."""
    terms: dict[str, Any] = {
        "scopes": ["posters"],
        "document": PNG,
        "granted_by": "Public affairs",
        "granted_on": FIRST,
        "expires_on": LAST,
        "by": None,
    }
    return permits.permit(logo=logo, **terms | changes)


def uploaded(content: bytes, name: str = "logo.svg") -> SimpleUploadedFile:
    """A file as a browser sends it; its name and type say nothing."""
    return SimpleUploadedFile(name, content, "application/x-anything")


def fields(agency: Agency, **changes: Any) -> dict[str, Any]:
    """The add page, filled in; the permission left empty."""
    return {
        "agency": agency.pk,
        "name": "Seal",
        "alt_text": "Seal of OVC",
        "upload": uploaded(svg()),
        "permissions-TOTAL_FORMS": 1,
        "permissions-INITIAL_FORMS": 0,
    } | changes


def permission_fields(**changes: Any) -> dict[str, Any]:
    """A permission, filled in."""
    return {
        "scopes": ["posters", "events"],
        "granted_by": "Office of Public Affairs",
        "granted_on": "2027-01-01",
        "expires_on": "2027-01-31",
        "paper": uploaded(PNG, "letter.pdf"),
    } | changes


def pdf(tmp_path: Any, *, pages: int = 1) -> bytes:
    """A letter."""
    letter = tmp_path / "letter.typ"
    breaks = "#pagebreak()\n".join(["Yes.\n"] * pages)
    letter.write_text(f'#set document(title: "Letter")\n#set text(font: "Inter")\n{breaks}')
    return compile_pdf(letter, {}, timestamp=timezone.now())


# What a permission allows.


def test_logo_without_permission_is_refused(logo: Logo) -> None:
    assert logo.permission_for("posters", FIRST) is None
    with pytest.raises(logo_rights.NotPermitted) as refusal:
        logo_rights.use(logo=logo, scope="posters", on=FIRST)
    assert str(refusal.value) == (
        "The logo “Wordmark” of Office for Victims of Crime (OVC) has no permission for posters that we print. "
        "Record one under Partners, Logos."
    )
    assert not Logo.objects.permitted("posters", FIRST).exists()


def test_permitted_logo_may_be_used_from_the_first_to_the_last_day(logo: Logo) -> None:
    permission = permit(logo)
    for day in (FIRST, LAST):
        assert logo_rights.use(logo=logo, scope="posters", on=day) == permission
        assert Logo.objects.permitted("posters", day).get() == logo
        assert logo.refusal("posters", day) == ""
    for day, says in (
        (FIRST - DAY, "yet: it begins on 1 January 2027"),
        (LAST + DAY, "last day of its permission is 31 January 2027"),
    ):
        assert not Logo.objects.permitted("posters", day).exists()
        assert says in logo.refusal("posters", day)


@pytest.mark.parametrize("scope", Scope.values)
def test_permission_allows_what_it_names_and_nothing_else(logo: Logo, scope: str) -> None:
    permit(logo, scopes=[scope])
    for other in Scope.values:
        assert Logo.objects.permitted(other, FIRST).exists() == (other == scope)
        assert bool(logo.refusal(other, FIRST)) == (other != scope)


def test_permission_for_everything_allows_everything(logo: Logo) -> None:
    permit(logo, scopes=["events", "public", "posters"])
    for scope in Scope.values:
        assert Logo.objects.permitted(scope, FIRST).get() == logo


def test_unknown_scope_is_an_error_of_the_caller(logo: Logo) -> None:
    with pytest.raises(ValueError, match="banners"):
        logo.permission_for("banners", FIRST)
    with pytest.raises(ValueError, match="banners"):
        Logo.objects.permitted("banners", FIRST)


def test_revoked_permission_ends_at_once_and_keeps_its_record(logo: Logo, user_with: Callable[..., User]) -> None:
    by = user_with(Role.COORDINATOR)
    permission = permit(logo)
    logo_rights.revoke(permission=permission, why="Withdrawn by letter", by=by)
    logo_rights.revoke(permission=permission, why="Twice", by=None)
    permission.refresh_from_db()
    assert (permission.revoked_why, permission.revoked_by) == ("Withdrawn by letter", by)
    assert "was revoked on" in logo.refusal("posters", FIRST)
    assert not Logo.objects.permitted("posters", FIRST).exists()
    assert Entry.objects.filter(object_type="outreach.logopermission", verb="revoked", actor=by).count() == 1


def test_of_several_permissions_the_longest_counts(logo: Logo) -> None:
    permit(logo, expires_on=LAST)
    longest = permit(logo, expires_on=LAST + 40 * DAY)
    revoked = permit(logo, expires_on=LAST + 90 * DAY)
    logo_rights.revoke(permission=revoked, why="Withdrawn", by=None)
    assert logo.permission_for("posters", FIRST) == longest
    assert Logo.objects.permitted("posters", FIRST).count() == 1
    assert "last day of its permission is 12 March 2027" in logo.refusal("posters", LAST + 60 * DAY)


@pytest.mark.parametrize("retired", ["logo", "agency"])
def test_retired_logo_or_agency_is_out_of_use(logo: Logo, retired: str) -> None:
    permit(logo)
    if retired == "logo":
        logo.retired_at = timezone.now()
        logo.save()
    else:
        logo.agency.retire()
    assert not Logo.objects.permitted("posters", FIRST).exists()
    with pytest.raises(logo_rights.NotPermitted, match="retired"):
        logo_rights.use(logo=logo, scope="posters", on=FIRST)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"scopes": []}, "tick one or more"),
        ({"scopes": ["posters", "posters"]}, "each once"),
        ({"scopes": ["banners"]}, "tick one or more"),
        ({"expires_on": FIRST}, "must expire after"),
        ({"expires_on": FIRST - DAY}, "must expire after"),
        ({"granted_by": ""}, "blank"),
    ],
)
def test_permission_that_makes_no_sense_is_refused(logo: Logo, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        permit(logo, **changes)
    assert not LogoPermission.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_on": FIRST},
        {"scopes": []},
        {"revoked_at": timezone.now()},
        {"revoked_why": "Because"},
    ],
)
def test_database_refuses_a_permission_that_makes_no_sense(logo: Logo, changes: dict[str, Any]) -> None:
    permission = permit(logo)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogoPermission.objects.filter(pk=permission.pk).update(**changes)


@pytest.mark.parametrize("changes", [{"width": 0}, {"height": -1}, {"content_type": "image/gif"}])
def test_database_refuses_a_logo_that_makes_no_sense(logo: Logo, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Logo.objects.filter(pk=logo.pk).update(**changes)


def test_agency_has_one_logo_of_a_name_in_use(logo: Logo) -> None:
    with pytest.raises(ValidationError, match="has a logo of that name"):
        logo_rights.upload(agency=logo.agency, name="Wordmark", alt_text="Again", content=PNG, by=None)
    logo.retired_at = timezone.now()
    logo.save()
    again = logo_rights.upload(agency=logo.agency, name="Wordmark", alt_text="Again", content=PNG, by=None)
    assert again.content_type == "image/png"


# Files.


def test_drawing_is_kept_clean_with_a_picture_of_it(agency: Agency) -> None:
    content = svg('<rect width="45" height="30" fill="#1f6f78"/>')
    logo = logo_rights.upload(agency=agency, name="Half", alt_text="Half", content=content, by=None)
    assert logo.content_type == "image/svg+xml"
    assert logo.content().startswith(b"<svg viewBox=")
    assert logo.ratio == 3
    picture = Image.open(io.BytesIO(logo.preview_content())).convert("RGBA")
    assert (picture.format, picture.size) == (None, (800, 267))
    assert picture.getpixel((200, 130)) == (0x1F, 0x6F, 0x78, 255)
    assert picture.getpixel((600, 130))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "inside",
    [
        '<circle id="c" r="5"/><use href="#c" x="20" y="10"/>',
        '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient><rect width="9" height="9" fill="url(#g)"/>',
        '<clipPath id="k"><circle r="9"/></clipPath><rect width="9" height="9" clip-path="url(#k)"/>',
        '<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><rect width="9" height="9" mask="url(#m)"/>',
        '<path d="M0 0L9 9" stroke="black" stroke-dasharray="2, 1" style="mix-blend-mode:multiply"/>',
        '<style>.a{fill:#e8a33d}</style><path class="a" d="M0 0h9v9z" transform="rotate(9)"/>',
        '<rect width="9" height="9" fill="nosuchcolour" stroke="rgb(1,2,3)" opacity="50%"/>',
        "<g/>" * 19_000,
    ],
)
def test_clean_drawing_can_be_drawn(inside: str) -> None:
    picture, preview = logo_rights.drawn(svg(inside))
    assert picture.width == 90
    assert Image.open(io.BytesIO(preview)).size == (800, 267)


def test_drawing_that_unfolds_as_far_as_allowed_is_drawn() -> None:
    _, preview = logo_rights.drawn(unfolding(12, "use"))
    assert Image.open(io.BytesIO(preview)).width == 800


def test_png_logo_has_a_smaller_picture(agency: Agency) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (1600, 400), (1, 2, 3, 100)).save(file, "PNG")
    logo = logo_rights.upload(agency=agency, name="Wide", alt_text="Wide", content=file.getvalue(), by=None)
    assert (logo.width, logo.height) == (1600, 400)
    assert Image.open(io.BytesIO(logo.preview_content())).size == (800, 200)


def test_refused_file_leaves_nothing(agency: Agency) -> None:
    far = svg('<g transform="scale(9999999)"><g transform="scale(9999999)"><circle r="9"/></g></g>')
    for content, said in ((DRAWINGS["script"][0], "Scripts"), (far, "cannot be drawn")):
        with pytest.raises(BadPicture, match=said):
            logo_rights.upload(agency=agency, name="Bad", alt_text="Bad", content=content, by=None)
    assert not Logo.objects.exists()
    assert not StoredFile.objects.exists()


def test_written_permission_is_a_pdf_as_it_came(logo: Logo, tmp_path: Any) -> None:
    letter = pdf(tmp_path)
    permission = permit(logo, document=letter)
    assert permission.document.content_type == "application/pdf"
    assert permission.content() == letter


def test_written_permission_of_a_camera_loses_its_place(logo: Logo) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    file = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(file, "JPEG", exif=exif)
    assert b"SECRET CAMERA" not in permit(logo, document=file.getvalue()).content()


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "empty"),
        (b"%PDF-", "damaged or locked"),
        (b"%PDF-1.7\n<script>alert(1)</script>", "damaged or locked"),
        (b"PK\x03\x04 a letter of a word processor", "taken as PDF, PNG or JPEG"),
        (svg(), "taken as PDF, PNG or JPEG"),
        (b"%PDF-1.7" + b" " * 10 * 1024**2, "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "taken as PDF, PNG or JPEG"),
    ],
)
def test_other_documents_are_refused(logo: Logo, document: bytes, says: str) -> None:
    with pytest.raises(BadPicture, match=says):
        permit(logo, document=document)
    assert not LogoPermission.objects.exists()


def test_document_of_too_many_pages_is_refused(logo: Logo, tmp_path: Any) -> None:
    with pytest.raises(BadPicture, match="101 pages"):
        permit(logo, document=pdf(tmp_path, pages=101))


# Pages.


def test_coordinator_uploads_a_logo(coordinator: Client, agency: Agency) -> None:
    answer = coordinator.post(ADD, fields(agency))
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    logo = Logo.objects.get()
    assert (logo.agency, logo.name, logo.alt_text) == (agency, "Seal", "Seal of OVC")
    assert logo.uploaded_by is not None
    assert logo.content() == logo_rights.drawn(svg())[0].content
    entry = Entry.objects.get(object_type="outreach.logo")
    assert (entry.verb, entry.actor) == ("added", logo.uploaded_by)


def test_coordinator_uploads_a_logo_with_its_permission(coordinator: Client, agency: Agency) -> None:
    told = {f"permissions-0-{name}": value for name, value in permission_fields().items()}
    coordinator.post(ADD, fields(agency, **told))
    permission = LogoPermission.objects.get(logo__name="Seal")
    assert permission.scopes == ["posters", "events"]
    assert permission.recorded_by is not None
    assert permission.document.content_type == "image/png"  # whatever its name said
    assert LogoPermission.objects.waiting().get() == permission
    assert not Logo.objects.permitted("events", FIRST).exists()
    assert Entry.objects.filter(object_type="outreach.logopermission", verb="added").count() == 1


@pytest.mark.parametrize("name", ["script", "text", "entities that unfold", "compressed", "nothing", "use of a file"])
def test_bad_file_is_told_beside_its_field_and_nothing_else_is_lost(
    coordinator: Client, agency: Agency, name: str
) -> None:
    answer = coordinator.post(ADD, fields(agency, upload=uploaded(DRAWINGS[name][0])))
    (said,) = answer.context["adminform"].form.errors["upload"]
    assert said.endswith(".")
    assert set(answer.context["adminform"].form.errors) == {"upload"}
    assert 'value="Seal of OVC"' in answer.text
    assert f'<option value="{agency.pk}" selected>' in answer.text
    assert not Logo.objects.exists()
    assert not StoredFile.objects.exists()


def test_file_of_100_mb_is_told_beside_its_field(coordinator: Client, agency: Agency) -> None:
    answer = coordinator.post(ADD, fields(agency, upload=uploaded(b"\x89PNG\r\n\x1a\n" + bytes(100 * 1024**2))))
    assert "larger than 10 MB" in answer.context["adminform"].form.errors["upload"][0]


def test_missing_file_is_told(coordinator: Client, agency: Agency) -> None:
    told = fields(agency)
    del told["upload"]
    assert "upload" in coordinator.post(ADD, told).context["adminform"].form.errors


def test_name_twice_is_told(coordinator: Client, logo: Logo) -> None:
    answer = coordinator.post(ADD, fields(logo.agency, name="Wordmark"))
    assert "This agency has a logo of that name" in answer.text
    assert Logo.objects.count() == 1
    second = logo_rights.upload(agency=logo.agency, name="Second", alt_text="Second", content=PNG, by=None)
    empty = {"permissions-TOTAL_FORMS": 0, "permissions-2-TOTAL_FORMS": 0, "permissions-2-INITIAL_FORMS": 0}
    page = reverse("admin:outreach_logo_change", args=[second.pk])
    answer = coordinator.post(page, {"name": "Wordmark", "alt_text": "Second", "permissions-INITIAL_FORMS": 0} | empty)
    assert "This agency has a logo of that name" in answer.text


def test_bad_paper_is_told_beside_its_field(coordinator: Client, logo: Logo) -> None:
    page = reverse("admin:outreach_logo_change", args=[logo.pk])
    told = {
        "name": "Wordmark",
        "alt_text": "Logo of OVC",
        "permissions-TOTAL_FORMS": 0,
        "permissions-INITIAL_FORMS": 0,
        "permissions-2-TOTAL_FORMS": 1,
        "permissions-2-INITIAL_FORMS": 0,
    }
    bad = permission_fields(paper=uploaded(b"MZ", "letter.pdf"), expires_on="2026-12-31")
    answer = coordinator.post(page, told | {f"permissions-2-0-{name}": value for name, value in bad.items()})
    assert "A permission is taken as PDF, PNG or JPEG." in answer.text
    assert "It must expire after the day on which it was given." in answer.text
    assert not LogoPermission.objects.exists()
    good = permission_fields()
    coordinator.post(page, told | {f"permissions-2-0-{name}": value for name, value in good.items()})
    assert LogoPermission.objects.get().scopes == ["posters", "events"]


def test_file_and_agency_of_a_logo_never_change(coordinator: Client, logo: Logo) -> None:
    other = Agency.objects.get(acronym="WHD")
    before = logo.file_id
    coordinator.post(
        reverse("admin:outreach_logo_change", args=[logo.pk]),
        fields(other, name="Renamed", upload=uploaded(PNG))
        | {"permissions-TOTAL_FORMS": 0, "permissions-2-TOTAL_FORMS": 0, "permissions-2-INITIAL_FORMS": 0},
    )
    logo.refresh_from_db()
    assert (logo.name, logo.file_id, logo.agency.acronym) == ("Renamed", before, "OVC")


def test_list_says_how_the_permissions_stand(coordinator: Client, logo: Logo) -> None:
    today = timezone.localdate()
    assert "None recorded" in coordinator.get(LIST).text
    permit(logo, granted_on=today - 90 * DAY, expires_on=today - DAY)
    assert "Expired on" in coordinator.get(LIST).text
    permit(logo, granted_on=today - DAY, expires_on=today + 20 * DAY)
    assert "Valid until" in coordinator.get(LIST).text


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (None, {"none"}),
        (-1, {"none"}),
        (0, {"valid", "ending"}),
        (30, {"valid", "ending"}),
        (31, {"valid"}),
    ],
)
def test_list_is_filtered_by_permission(coordinator: Client, logo: Logo, days: int | None, found: set[str]) -> None:
    if days is not None:
        today = timezone.localdate()
        permit(logo, granted_on=today - 90 * DAY, expires_on=today + days * DAY)
    for choice in ("valid", "ending", "none"):
        answer = coordinator.get(LIST, {"permission": choice})
        assert answer.context["cl"].result_count == (choice in found), choice


def test_list_asks_as_often_for_three_as_for_one(coordinator: Client, logo: Logo, agency: Agency) -> None:
    permit(logo)
    coordinator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        coordinator.get(LIST)
    for name in ("Second", "Third"):
        more_of_it = logo_rights.upload(agency=agency, name=name, alt_text=name, content=PNG, by=None)
        permit(more_of_it, scopes=["events"])
        permit(more_of_it)
    with CaptureQueriesContext(connection) as more:
        assert coordinator.get(LIST).context["cl"].result_count == 3
    assert len(more) == len(few)


@pytest.mark.parametrize("page", ["outreach_agency_change", "outreach_logo_change"])
def test_page_asks_as_often_for_three_as_for_one(coordinator: Client, logo: Logo, agency: Agency, page: str) -> None:
    key = agency.pk if "agency" in page else logo.pk
    permit(logo)
    coordinator.get(reverse(f"admin:{page}", args=[key]))
    with CaptureQueriesContext(connection) as few:
        coordinator.get(reverse(f"admin:{page}", args=[key]))
    for name in ("Second", "Third"):
        logo_rights.upload(agency=agency, name=name, alt_text=name, content=PNG, by=None)
        permit(logo, scopes=["events"])
    with CaptureQueriesContext(connection) as more:
        coordinator.get(reverse(f"admin:{page}", args=[key]))
    assert len(more) == len(few)


def test_agency_page_shows_its_logos(coordinator: Client, logo: Logo) -> None:
    page = coordinator.get(reverse("admin:outreach_agency_change", args=[logo.agency_id])).text
    assert "Wordmark" in page
    assert "None recorded" in page
    assert reverse("admin:outreach_logo_preview", args=[logo.pk]) in page


def test_agency_page_hides_logos_from_those_who_may_not_see_them(
    client: Client, user_with: Callable[..., User], logo: Logo
) -> None:
    client.force_login(user_with(Role.ANALYST))
    page = client.get(reverse("admin:outreach_agency_change", args=[logo.agency_id])).text
    assert logo.agency.name in page
    assert "Wordmark" not in page


def test_browser_is_given_a_png_and_never_the_drawing(coordinator: Client, logo: Logo) -> None:
    answer = coordinator.get(reverse("admin:outreach_logo_preview", args=[logo.pk]))
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert b"<svg" not in answer.content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_document_is_a_download_and_leaves_a_trace(coordinator: Client, logo: Logo) -> None:
    permission = permit(logo)
    answer = coordinator.get(reverse("admin:outreach_logo_document", args=[logo.pk, permission.pk]))
    assert answer.content == permission.content()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(object_type="outreach.logopermission", verb="downloaded").count() == 1


def test_document_of_another_logo_is_not_found(coordinator: Client, logo: Logo, agency: Agency) -> None:
    other = logo_rights.upload(agency=agency, name="Other", alt_text="Other", content=PNG, by=None)
    permission = permit(logo)
    for page in ("document", "revoke"):
        address = reverse(f"admin:outreach_logo_{page}", args=[other.pk, permission.pk])
        assert coordinator.get(address).status_code == 404


def test_coordinator_revokes_with_a_reason(coordinator: Client, logo: Logo) -> None:
    permission = permit(logo)
    address = reverse("admin:outreach_logo_revoke", args=[logo.pk, permission.pk])
    assert "It ends at once." in coordinator.get(address).text
    assert coordinator.post(address, {"why": " "}).context["form"].errors["why"]
    assert not LogoPermission.objects.exclude(revoked_at=None).exists()
    coordinator.post(address, {"why": "Withdrawn by letter"})
    assert LogoPermission.objects.exclude(revoked_at=None).get() == permission
    page = coordinator.get(reverse("admin:outreach_logo_change", args=[logo.pk])).text
    assert "Withdrawn by letter" in page
    assert "Revoked on" in page


def test_retire_and_bring_back_leave_a_trail(coordinator: Client, logo: Logo) -> None:
    for verb in ("retire", "bring_back"):
        coordinator.post(LIST, {"action": verb, "_selected_action": [logo.pk]})
        logo.refresh_from_db()
        assert (logo.retired_at is not None) == (verb == "retire")
    verbs = Entry.objects.filter(object_type="outreach.logo").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["added", "retired", "brought back"]


def test_retired_logo_whose_name_is_taken_stays_retired(coordinator: Client, logo: Logo) -> None:
    coordinator.post(LIST, {"action": "retire", "_selected_action": [logo.pk]})
    logo_rights.upload(agency=logo.agency, name="Wordmark", alt_text="New", content=PNG, by=None)
    answer = coordinator.post(LIST, {"action": "bring_back", "_selected_action": [logo.pk]}, follow=True)
    logo.refresh_from_db()
    assert logo.retired_at is not None
    assert "stay retired" in answer.text


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.APPROVER, Role.PRINT_MANAGER])
def test_others_look_and_change_nothing(
    client: Client, user_with: Callable[..., User], logo: Logo, agency: Agency, role: Role
) -> None:
    permission = permit(logo)
    client.force_login(user_with(role))
    page = client.get(reverse("admin:outreach_logo_change", args=[logo.pk])).text
    assert "Valid until 31 January 2027" in page or "Begins on" in page
    assert "Revoke it" not in page
    assert client.post(ADD, fields(agency)).status_code == 403
    revoke = reverse("admin:outreach_logo_revoke", args=[logo.pk, permission.pk])
    assert client.post(revoke, {"why": "x"}).status_code == 403
    permission.refresh_from_db()
    assert permission.revoked_at is None
    assert Logo.objects.count() == 1
