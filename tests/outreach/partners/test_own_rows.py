"""Logos and presenters as an agency's own people keep them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo, LogoPermission
from outreach.partners import marks, presenting
from outreach.seminars.models import Presenter, PresenterInvitation
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people.models import User
from tests.outreach import factories
from tests.outreach.partners.conftest import Desk
from tests.outreach.partners.pages import OFFERS
from tests.portal.files.hostile import DRAWINGS, PNG, svg

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]


def upload(client: Client, desk: Desk, content: bytes, name: str = "Wordmark") -> int:
    """Sends a logo; the status."""
    form = {"upload": SimpleUploadedFile("logo.svg", content), "name": name, "alt_text": "Wordmark"}
    return client.post(reverse("partner-logo-new", args=[desk.agency.uid]), form).status_code


def test_a_logo_comes_in_clean_and_without_a_permission(lamp: Desk, browse: Browse) -> None:
    drawing = svg('<rect width="9" height="9"/><!-- secret -->')
    assert upload(browse(lamp.editor), lamp, drawing) == 302
    logo = Logo.objects.get(name="Wordmark")
    assert (logo.agency, logo.uploaded_by) == (lamp.agency, lamp.editor)
    assert b"secret" not in logo.content()
    assert not LogoPermission.objects.exists()
    with pytest.raises(logo_rights.NotPermitted):
        logo_rights.use(logo=logo, scope="posters", on=timezone.localdate())
    assert Entry.objects.get(verb="added by its agency").actor == lamp.editor


def test_hostile_drawings_are_refused_in_words(lamp: Desk, browse: Browse) -> None:
    client = browse(lamp.editor)
    taken = [name for name, (content, _) in list(DRAWINGS.items())[:20] if upload(client, lamp, content) != 422]
    assert not taken
    assert Logo.objects.filter(agency=lamp.agency).count() == 1


def test_a_logo_of_a_name_that_is_taken_is_refused(lamp: Desk, browse: Browse) -> None:
    assert upload(browse(lamp.editor), lamp, PNG, name="Seal") == 422
    assert Logo.objects.filter(agency=lamp.agency).count() == 1


def test_only_so_many_logos(lamp: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 1)
    with pytest.raises(NotPossible, match="1 logos"):
        marks.add(agency=lamp.agency, name="B", alt_text="B", drawn=logo_rights.drawn(PNG), by=lamp.editor)


def test_a_picture_is_ours_and_never_the_drawing(lamp: Desk, browse: Browse) -> None:
    answer = browse(lamp.colleague.user).get(reverse("partner-logo-picture", args=[lamp.agency.uid, lamp.logo.uid]))
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")


def test_a_logo_out_of_use_is_printed_no_more(lamp: Desk) -> None:
    marks.retire(logo_id=lamp.logo.pk, by=lamp.editor)
    lamp.logo.refresh_from_db()
    assert lamp.logo.retired_at
    assert Entry.objects.get(object_type="outreach.logo", verb="retired").before["retired_at"] is None


def test_a_new_presenter_gets_a_link_of_their_own(lamp: Desk, browse: Browse) -> None:
    form = {"name": "Kim Lee", "email": "kim@lamp.example.org", "kind": "educator", **OFFERS}
    page = reverse("partner-presenter-new", args=[lamp.agency.uid])
    assert browse(lamp.editor).post(page, form).status_code == 302
    kim = Presenter.objects.get(email="kim@lamp.example.org")
    assert (kim.agency, kim.claimed_at, kim.max_per_day) == (lamp.agency, None, 3)
    assert Email.objects.get().to == ["kim@lamp.example.org"]
    assert PresenterInvitation.objects.get().invited_by == lamp.editor
    again = browse(lamp.editor).post(page, form | {"email": "KIM@lamp.example.org"})
    assert again.status_code == 422
    assert Presenter.objects.filter(agency=lamp.agency).count() == 2
    told = Entry.objects.get(object_type="outreach.presenter", verb="added by its agency")
    assert "Kim" not in str(told.after) + told.object_label


def test_an_address_changes_only_until_the_page_is_claimed(lamp: Desk) -> None:
    offers = {"languages": ["en"]}
    presenting.change(
        presenter_id=lamp.presenter.pk, name="Robin", email="new@lamp.example.org", offers=offers, by=lamp.editor
    )
    assert Email.objects.get().to == ["new@lamp.example.org"]
    Presenter.objects.filter(pk=lamp.presenter.pk).update(claimed_at=timezone.now())
    with pytest.raises(NotPossible, match="claimed"):
        presenting.change(
            presenter_id=lamp.presenter.pk, name="Robin", email="x@lamp.example.org", offers=offers, by=lamp.editor
        )
    with pytest.raises(NotPossible, match="claimed"):
        presenting.remind(presenter_id=lamp.presenter.pk, by=lamp.editor)
    lamp.presenter.refresh_from_db()
    assert lamp.presenter.email == "new@lamp.example.org"


def test_the_kind_and_the_check_are_not_the_agencys_to_change(lamp: Desk, browse: Browse) -> None:
    form = {"name": "Robin", "email": lamp.presenter.email, "kind": "federal_agent", **OFFERS}
    form |= {"clearance_expires_on": "2040-01-01", "agency": "1", "claimed_at": "2026-01-01"}
    page = reverse("partner-presenter", args=[lamp.agency.uid, lamp.presenter.uid])
    assert browse(lamp.editor).post(page, form).status_code == 302
    was = lamp.presenter
    now = Presenter.objects.get(pk=was.pk)
    assert (now.kind, now.clearance_expires_on, now.agency, now.claimed_at) == (
        was.kind, was.clearance_expires_on, was.agency, None,
    )  # fmt: skip
    assert (now.name, now.max_per_day, now.languages) == ("Robin", 3, ["en", "es"])


def test_nobodys_inbox_is_flooded(lamp: Desk) -> None:
    for _ in range(presenting.MAILS_A_DAY):
        presenting.remind(presenter_id=lamp.presenter.pk, by=lamp.editor)
    with pytest.raises(NotPossible, match="tomorrow"):
        presenting.remind(presenter_id=lamp.presenter.pk, by=lamp.editor)
    assert Email.objects.count() == presenting.MAILS_A_DAY


def test_a_presenter_with_seminars_to_come_stays(lamp: Desk) -> None:
    seminar = factories.seminar(presenter=lamp.presenter, starts_at=timezone.now() + dt.timedelta(days=9))
    with pytest.raises(NotPossible, match="planned"):
        presenting.retire(presenter_id=lamp.presenter.pk, by=lamp.editor)
    seminar.state = "cancelled"
    seminar.save()
    presenting.retire(presenter_id=lamp.presenter.pk, by=lamp.editor)
    assert Presenter.objects.get(pk=lamp.presenter.pk).retired_at
