"""Nobody reaches what is another agency's: every page × every method × every way of not belonging."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from outreach.agencies import merging
from outreach.agencies.models import Agency
from outreach.partners import memberships
from outreach.partners.door import mine
from outreach.partners.models import Membership
from portal.people import granting
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.partners.conftest import Desk, account, furnish, member
from tests.outreach.partners.pages import PAGES, address, names

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Browse = Callable[[User], Client]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of our three apps but sessions: what a refused request must leave as it was."""
    kept = {}
    for app in ("portal", "outreach", "campaign"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.model_name != "livesession":
                kept[model._meta.label_lower] = list(model._default_manager.order_by("pk").values())
    return kept


def send(client: Client, method: str, path: str, form: dict[str, Any]) -> int:
    """What a page answers: the status."""
    if method == "POST":
        return client.post(path, form).status_code
    return client.generic(method, path).status_code


def form_of(name: str, desk: Desk) -> dict[str, Any]:
    """What the page's owner could send."""
    make = PAGES[name].form
    return dict(make(desk)) if make else {}


def test_every_page_stands_in_the_table() -> None:
    assert names() == set(PAGES), "Say in tests/outreach/partners/pages.py what stands in the page's address."


def test_members_open_every_page_of_their_agency(lamp: Desk, browse: Browse) -> None:
    edits, looks = browse(lamp.editor), browse(lamp.colleague.user)
    for name, page in sorted(PAGES.items()):
        if page.shows:
            path = address(name, lamp.agency, lamp)
            assert edits.get(path).status_code == 200, name
            assert looks.get(path).status_code == (403 if page.is_form else 200), name


@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if page.form))
def test_every_form_of_the_table_changes_something_for_its_owner(lamp: Desk, browse: Browse, name: str) -> None:
    client, before = browse(lamp.editor), rows()
    answer = client.post(address(name, lamp.agency, lamp), form_of(name, lamp))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    after = rows()
    assert {label for label in before if before[label] != after[label]} >= {"portal.entry"}


def test_pages_of_another_agency_are_not_there(lamp: Desk, harbor: Desk, browse: Browse) -> None:
    client, before = browse(lamp.editor), rows()
    wrong = []
    for name in sorted(PAGES):
        # Theirs; and our own row beneath their address, which leads nowhere either.
        for row in (harbor, lamp):
            path, form = address(name, harbor.agency, row), form_of(name, row)
            answers = {method: send(client, method, path, form) for method in METHODS}
            wrong += [f"{method} {path}: {status}" for method, status in answers.items() if status != 404]
    assert not wrong, "\n".join(wrong)
    assert rows() == before


def test_rows_of_another_agency_are_not_beneath_ours(lamp: Desk, harbor: Desk, browse: Browse) -> None:
    client, before = browse(lamp.editor), rows()
    wrong = []
    for name, page in sorted(PAGES.items()):
        path = address(name, lamp.agency, harbor)
        if path == address(name, lamp.agency, lamp):
            continue  # its address names no row
        sent = {"POST"} if not page.shows else {"GET", "HEAD", "POST"} if page.form else {"GET", "HEAD"}
        for method in METHODS:
            status = send(client, method, path, form_of(name, harbor))
            if status != (404 if method in sent else 405):
                wrong.append(f"{method} {path}: {status}")
    assert not wrong, "\n".join(wrong)
    assert rows() == before


def test_a_year_of_another_agency_is_not_ours(lamp: Desk, harbor: Desk, browse: Browse) -> None:
    lamp.participation.delete()
    before = rows()
    path = address("partner-season-answer", lamp.agency, harbor)
    assert browse(lamp.editor).post(path, {"answer": "agreed"}).status_code == 404
    assert rows()["outreach.participation"] == before["outreach.participation"]


def test_whoever_only_looks_changes_nothing(lamp: Desk, browse: Browse) -> None:
    other = member(lamp.agency, "looker", may="look")
    client, before = browse(other), rows()
    for name in sorted(name for name, page in PAGES.items() if page.form):
        assert client.post(address(name, lamp.agency, lamp), form_of(name, lamp)).status_code == 403, name
    assert rows() == before


def test_of_an_office_beneath_a_member_sees_what_is_public_and_changes_nothing(january: Season, browse: Browse) -> None:
    above = office("Department of Lamps")
    below = furnish(office("Street Lamps", parent=office("Bureau of Lamps", parent=above)), january)
    client = browse(member(above, "above"))
    before = rows()
    for name, page in sorted(PAGES.items()):
        path = address(name, below.agency, below)
        if page.shows:
            assert client.get(path).status_code == (200 if page.seen_from_above else 404), name
        assert client.post(path, form_of(name, below)).status_code == (405 if page.seen_from_above else 404), name
    assert rows() == before


def test_of_an_office_above_or_beside_nothing_is_seen(january: Season, browse: Browse) -> None:
    above = office("Department of Lamps")
    furnish(above, january)
    below, beside = office("Street Lamps", parent=above), office("Desk Lamps", parent=above)
    client = browse(member(below, "below"))
    for agency in (above, beside):
        assert client.get(reverse("partner-agency", args=[agency.uid])).status_code == 404


@pytest.mark.parametrize("way", ["ended", "retired", "role taken", "account closed"])
def test_whoever_is_let_out_is_out_at_the_next_page(lamp: Desk, browse: Browse, way: str) -> None:
    client, path = browse(lamp.editor), address("partner-agency", lamp.agency, lamp)
    assert client.get(path).status_code == 200
    match way:
        case "ended":
            # A second agency keeps role and session, so that the membership alone is judged.
            memberships.grant(user=lamp.editor, agency=office("Another"), may="edit", by=None)
            memberships.end(membership_id=lamp.membership.pk, by=None)
        case "retired":
            lamp.agency.retire()
        case "role taken":
            granting.revoke(user=lamp.editor, role=Role.PARTNER, by=None)
        case "account closed":
            User.objects.filter(pk=lamp.editor.pk).update(is_active=False)
    answer = client.get(path)
    assert answer.status_code == (302 if way in {"account closed", "role taken"} else 404)
    assert b"Lamp Street Center" not in answer.content
    lamp.editor.refresh_from_db()
    assert lamp.agency not in [at.agency for at in mine(User.objects.get(pk=lamp.editor.pk)).own]


def test_a_membership_follows_a_merge(lamp: Desk, harbor: Desk, browse: Browse) -> None:
    client = browse(lamp.editor)
    both = member(harbor.agency, "both")
    memberships.grant(user=both, agency=lamp.agency, may="edit", by=None)
    shown = merging.plan(winner=harbor.agency, loser=lamp.agency)
    merging.merge(winner_id=harbor.agency.pk, loser_id=lamp.agency.pk, fingerprint=shown.fingerprint, by=None)
    assert client.get(address("partner-agency", harbor.agency, harbor)).status_code == 200
    assert client.get(address("partner-agency", lamp.agency, lamp)).status_code == 404
    ours = Membership.objects.filter(user=both)
    assert {row.agency_id for row in ours} == {lamp.agency.pk, harbor.agency.pk}, "one stays with the retired record"
    assert [at.agency for at in mine(both).own] == [harbor.agency]


def test_nobody_gets_in_without_signing_in(lamp: Desk, client: Client) -> None:
    before = rows()
    for path in (reverse("partner-home"), *(address(name, lamp.agency, lamp) for name in PAGES)):
        for answer in (client.get(path), client.post(path, {})):
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith(f"{reverse('account_login')}?next="), path
            assert answer.headers["Cache-Control"] == "no-store", path
    assert rows() == before


def test_staff_and_presenters_without_a_membership_find_nothing(
    lamp: Desk, browse: Browse, user_with: Callable[..., User]
) -> None:
    for user in (user_with(Role.COORDINATOR), user_with(Role.PRESENTER), user_with(Role.PARTNER), account("nobody")):
        client = browse(user)
        assert client.get(reverse("partner-home")).status_code == 403
        assert client.get(address("partner-agency", lamp.agency, lamp)).status_code == 404


def test_a_superuser_without_a_membership_finds_nothing(lamp: Desk, browse: Browse) -> None:
    client = browse(User.objects.create_superuser("root"))
    assert client.get(address("partner-agency", lamp.agency, lamp)).status_code == 404


def test_every_page_is_kept_by_nobody(lamp: Desk, browse: Browse) -> None:
    client = browse(lamp.editor)
    for path in (reverse("partner-home"), *(address(n, lamp.agency, lamp) for n, page in PAGES.items() if page.shows)):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Robots-Tag"] == "noindex", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert "unsafe" not in answer.headers["Content-Security-Policy"], path


def test_what_the_desk_keeps_to_itself_is_on_no_page(lamp: Desk, harbor: Desk, browse: Browse) -> None:
    for agency, owner in ((lamp.agency, lamp.editor), (harbor.agency, harbor.editor)):
        agency.notes.create(author=owner, body="canary-note")
        agency.tasks.create(what="canary-task")
        agency.contacts.create(role="canary-role", name="canary-person", email="canary@example.org")
        agency.contacts.create(role="canary-secret", email="canary2@example.org", is_confidential=True)
        agency.contacts.create(
            role="canary-named", name="canary-open", email="c3@example.org", is_confidential=False,
            consented_on="2026-10-01",
        )  # fmt: skip
    lamp.participation.note = "canary-remark"
    lamp.participation.save()
    lamp.presenter.clearance_note = "canary-check"
    lamp.presenter.save()
    client = browse(lamp.editor)
    for path in (reverse("partner-home"), *(address(n, lamp.agency, lamp) for n, page in PAGES.items() if page.shows)):
        body = client.get(path).content
        for secret in (b"canary", b"arbor", str(lamp.presenter.key).encode(), str(harbor.agency.uid).encode()):
            assert secret not in body, (path, secret)
    assert Agency.objects.get(pk=harbor.agency.pk).name == "Harbor House"
