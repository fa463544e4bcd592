"""What is begun is kept behind a private link; older pages overwrite nothing, and sending leaves nothing behind."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.seminars import ask_views, drafts
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import Request, RequestDraft
from portal.audit.models import Entry
from portal.pages.limits import Limit
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.asking import wish

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


def saved(client: Client, season: Season, **more: Any) -> tuple[str, RequestDraft]:
    """A draft that was begun with the button: its path and its row."""
    answer = client.post(reverse("seminar-request"), {**wish(season, **more), "step": "save"})
    assert answer.status_code == 303
    return answer["Location"], RequestDraft.objects.get()


def test_looking_keeps_nothing(client: Client, ahead: Season) -> None:
    for path in (reverse("seminar-request"), reverse("seminar-draft", args=[uuid.uuid4()])):
        for look in (client.get, client.head, client.options):
            look(path)
            look(f"{path}?step=save&school_name=X")

    assert not RequestDraft.objects.exists()


def test_saving_leads_to_a_private_page_with_all_that_was_written(client: Client, ahead: Season) -> None:
    path, draft = saved(client, ahead, headcount="sixty", date_1="", presenter_kinds=["local_police", "educator"])
    answer = client.get(path)
    page = answer.content.decode()

    assert path == reverse("seminar-draft", args=[draft.uid])
    form = answer.context["form"]
    assert form["school_name"].value() == "Pearl River High School"
    assert form["headcount"].value() == "sixty"
    assert form["presenter_kinds"].value() == ["local_police", "educator"]
    assert not form.is_bound
    assert "Please look at this again" not in page
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "no-store")
    assert not answer.cookies
    assert not Entry.objects.exists()


def test_a_box_that_was_unticked_stays_so(client: Client, ahead: Season) -> None:
    path, _ = saved(client, ahead, presenter_kinds=[])

    assert client.get(path).context["form"]["presenter_kinds"].value() == []


def test_a_script_saves_as_one_writes(client: Client, ahead: Season) -> None:
    sent = wish(ahead, step="save")
    first = client.post(reverse("seminar-request"), sent, headers={"accept": JSON}).json()
    draft = RequestDraft.objects.get()
    assert first == {"address": reverse("seminar-draft", args=[draft.uid]), "edition": 1}

    again = client.post(first["address"], {**sent, "edition": "1"}, headers={"accept": JSON}).json()
    assert again["edition"] == 1
    more = client.post(first["address"], {**sent, "edition": "1", "room": "Gym"}, headers={"accept": JSON}).json()
    assert more["edition"] == 2
    draft.refresh_from_db()
    assert (draft.edition, draft.data["room"]) == (2, ["Gym"])


def test_an_older_page_overwrites_nothing_and_loses_nothing(client: Client, ahead: Season) -> None:
    path, draft = saved(client, ahead)
    sent = wish(ahead, nonce=draft.data["nonce"][0])
    client.post(path, {**sent, "step": "save", "edition": "1", "city": "Biloxi"})
    late = {**sent, "edition": "1", "city": "Gulfport"}

    for step in ("save", "send", "mail"):
        answer = client.post(path, {**late, "step": step})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Nothing is lost" in page
        assert "Biloxi" in page
        assert 'value="Gulfport"' in page
    told = client.post(path, {**late, "step": "save"}, headers={"accept": JSON})
    assert (told.status_code, "another page" in told.json()["says"]) == (409, True)
    draft.refresh_from_db()
    assert (draft.edition, draft.data["city"]) == (2, ["Biloxi"])
    assert not Request.objects.exists()

    # Pressed again on the page that showed both, it stands.
    assert 'name="edition" value="2"' in page
    client.post(path, {**late, "step": "save", "edition": "2"})
    draft.refresh_from_db()
    assert draft.data["city"] == ["Gulfport"]


def test_sending_makes_one_request_and_ends_the_draft(client: Client, ahead: Season) -> None:
    path, draft = saved(client, ahead)
    sent = {**wish(ahead, nonce=draft.data["nonce"][0]), "edition": "1"}
    for _ in range(2):
        assert client.post(path, sent)["Location"] == reverse("seminar-request-sent")

    assert Request.objects.count() == 1
    assert not RequestDraft.objects.exists()
    gone = client.get(path)
    assert (gone.status_code, "Nothing is saved here any more" in gone.content.decode()) == (410, True)


def test_what_is_wrong_when_sent_keeps_the_draft(client: Client, ahead: Season) -> None:
    path, _draft = saved(client, ahead)
    answer = client.post(path, {**wish(ahead, headcount="0"), "edition": "1", "step": "send"})

    assert answer.status_code == 422
    assert f'action="{path}"' in answer.content.decode()
    assert RequestDraft.objects.exists()


def test_saving_what_was_deleted_elsewhere_begins_anew(client: Client, ahead: Season) -> None:
    path, _ = saved(client, ahead)
    client.post(path, {"step": "delete"})
    assert not RequestDraft.objects.exists()

    answer = client.post(path, {**wish(ahead), "step": "save", "edition": "1"})
    assert answer["Location"] not in (path, reverse("seminar-request"))
    assert client.get(answer["Location"]).context["form"]["city"].value() == "Jackson"


def test_the_link_is_mailed_a_few_times_and_tells_nothing(client: Client, ahead: Season) -> None:
    answer = client.post("/es/seminars/ask/", {**wish(ahead, school_name="Buy now"), "step": "mail"})
    draft = RequestDraft.objects.get()
    path = answer["Location"].partition("?")[0]
    mail = Email.objects.get()
    assert mail.to == ["dana@school.example.org"]
    assert f"/es/seminars/ask/{draft.uid}/" in mail.message
    assert "Buy now" not in mail.subject + mail.message
    assert (
        "enviamos" in client.get(answer["Location"]).content.decode()
        or "mailed" in client.get(answer["Location"]).content.decode()
    )

    sent = {**wish(ahead, nonce=draft.data["nonce"][0], school_name="Buy now"), "step": "mail", "edition": "1"}
    codes = [client.post(path, sent).status_code for _ in range(4)]
    assert codes == [303, 303, 422, 422]
    assert Email.objects.count() == 3


@pytest.mark.parametrize("email", ["", "dana", "a@b\nBcc: c@example.org"])
def test_no_link_is_mailed_to_what_is_no_address(client: Client, ahead: Season, email: str) -> None:
    answer = client.post(reverse("seminar-request"), {**wish(ahead, contact_email=email), "step": "mail"})

    assert answer.status_code == 422
    assert "It is saved" in answer.content.decode()
    assert RequestDraft.objects.exists()
    assert not Email.objects.exists()


def test_too_much_text_is_not_kept_and_not_lost(client: Client, ahead: Season) -> None:
    answer = client.post(reverse("seminar-request"), {**wish(ahead, note="x" * 20_001), "step": "save"})

    assert answer.status_code == 413
    assert "x" * 20_001 in answer.content.decode()
    assert not RequestDraft.objects.exists()


def test_saving_very_often_waits_and_loses_nothing(
    client: Client, ahead: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Limit(name="tried", per_minute=1, burst=1, ceiling_per_minute=1)
    monkeypatch.setattr(ask_views, "KEEPS", once)
    path, draft = saved(client, ahead)
    sent = {**wish(ahead, city="Biloxi"), "step": "save", "edition": "1"}
    page, script = client.post(path, sent), client.post(path, sent, headers={"accept": JSON})

    assert (page.status_code, script.status_code) == (429, 429)
    assert 0 < int(script.headers["Retry-After"]) <= 60
    assert 'value="Biloxi"' in page.content.decode()
    draft.refresh_from_db()
    assert draft.edition == 1


def test_a_machine_keeps_nothing(client: Client, ahead: Season) -> None:
    client.post(reverse("seminar-request"), {**wish(ahead, website="x"), "step": "save"})

    assert not RequestDraft.objects.exists()


def test_a_draft_page_needs_few_statements(
    client: Client, ahead: Season, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path, _ = saved(client, ahead, school=str(factories.school().uid))
    with django_assert_max_num_queries(6):
        client.get(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_a_draft_gives_back_what_was_typed_whatever_it_was(ahead: Season, data: st.DataObject) -> None:
    names = sorted(RequestForm(season=ahead, today=ahead.starts_on).fields.keys() - {"website", "nonce"})
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=80)
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.lists(text, min_size=1, max_size=3), max_size=6))
    draft = drafts.begin(typed=typed, language="en")
    draft.refresh_from_db()
    assert draft.data == typed

    form = RequestForm.continued(draft.data, season=ahead, today=ahead.starts_on)
    for name, values in typed.items():
        assert form[name].value() in (values, values[0])
    str(form.as_p())
    changed = drafts.keep(seen=drafts.Seen(draft.uid, 1), typed={**typed, "room": ["Gym", "Hall"]}, language="es")
    assert changed.edition == (1 if typed.get("room") == ["Gym", "Hall"] else 2)
