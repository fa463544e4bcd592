"""What partners see, are told and are mailed is Spanish on the Spanish pages."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from portal.people.models import User
from tests.outreach.partners.conftest import Desk, account
from tests.outreach.partners.pages import PAGES, address
from tests.portal.files.hostile import DRAWINGS, PICTURES
from tests.test_translations import Recorder, recorder

pytestmark = pytest.mark.django_db
__all__ = ["recorder"]
SPOKEN = {200, 403, 422}


def test_partners_pages_are_wholly_spanish(
    lamp: Desk, harbor: Desk, browse: Callable[[User], Client], recorder: Recorder
) -> None:
    editor, looker, nobody = browse(lamp.editor), browse(lamp.colleague.user), browse(account("nobody"))
    with translation.override("es"):
        home = reverse("partner-home")
        rows = [(name, address(name, lamp.agency, lamp), page) for name, page in PAGES.items()]
    for window in (editor, looker, nobody):
        window.get(home)
    # What is taken out of use goes last: the pages before show it.
    for name, path, page in sorted(rows, key=lambda row: row[0].endswith(("-retire", "-end", "-withdraw"))):
        for window in (editor, looker):
            answers = [window.get(path)] if page.shows else []
            answers += [window.post(path, {})] if page.form else []
            for answer in answers:
                assert (
                    answer.status_code not in SPOKEN
                    or answer.headers["Content-Type"] == "image/png"
                    or ('lang="es"' in answer.text or answer.headers.get("Content-Disposition"))
                ), name
        if page.form:
            editor.post(path, page.form(lamp))
            editor.get(home)
            editor.post(path, page.form(lamp))
            editor.get(home)
    assert not recorder.missed, "Not yet Spanish:\n" + "\n".join(sorted(recorder.missed))
    assert {mail.subject for mail in Email.objects.filter(to="new@example.org")} == {"Te invitan a Waypost"}


@pytest.mark.parametrize("name", ["partner-logo-new"])
def test_why_a_logo_is_not_taken_is_told_in_spanish(
    lamp: Desk, browse: Callable[[User], Client], recorder: Recorder, name: str
) -> None:
    with translation.override("es"):
        path = reverse(name, args=[lamp.agency.uid])
    client = browse(lamp.editor)
    for content, _ in (*DRAWINGS.values(), *PICTURES.values()):
        client.post(path, {"upload": SimpleUploadedFile("a.svg", content), "name": "A", "alt_text": "A"})
    assert not recorder.missed, "Not yet Spanish:\n" + "\n".join(sorted(recorder.missed))
