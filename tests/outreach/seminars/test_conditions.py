"""Nothing opens with a condition missing, whoever opens it; and the presenter is one whom the school chose."""

import datetime as dt
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.seminars import conditions, intake, notices, promises, publishing
from outreach.seminars.models import BookedInstant, Presenter, PresenterKind, Request, Seminar, SeminarNotice
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db

EMPTY: dict[str, Any] = {
    "presenter": None,
    "parents_told_on": None,
    "parents_told_kind": "",
    "counsellor_present": False,
    "private_room": " ",
    "safeguarding_contact": "",
}
SAID = {"parents_told_on", "parents_told_kind"}


@pytest.fixture
def ahead() -> Season:
    return factories.season_ahead()


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


def draft(season: Season, **fields: Any) -> Seminar:
    """A draft for students, of a planned request, with everything that it needs."""
    asked = fields.pop("request", None) or factories.request(season=season, state=Request.State.PLANNED)
    made = factories.seminar(season=season, request=asked, audience="students", state="draft")
    return factories.make_ready(made, **fields)


def test_nothing_opens_with_any_condition_missing(ahead: Season, staff: User) -> None:
    made = draft(ahead)
    whole = {name: getattr(made, name) for name in EMPTY}
    for size in range(1, len(EMPTY) + 1):
        for names in combinations(EMPTY, size):
            Seminar.objects.filter(pk=made.pk).update(**whole | {name: EMPTY[name] for name in names})
            with pytest.raises(publishing.Waits) as waits:
                publishing.publish(seminar_id=made.pk, by=staff)
            told = {each.name for each in waits.value.missing}
            assert {name for name in names if name not in SAID} <= told
            assert told & SAID if SAID & set(names) else not told & SAID
    Seminar.objects.filter(pk=made.pk).update(**whole)
    assert publishing.publish(seminar_id=made.pk, by=staff).state == "open"


@pytest.mark.parametrize("name", sorted(EMPTY.keys() - {"presenter"}))
def test_database_opens_nothing_either(ahead: Season, name: str) -> None:
    made = draft(ahead, **{name: "" if name == "private_room" else EMPTY[name]})
    with pytest.raises(IntegrityError), transaction.atomic():
        Seminar.objects.filter(pk=made.pk).update(state="open")


def test_nothing_opens_in_a_state_without_a_child_line(ahead: Season, staff: User) -> None:
    made = draft(ahead)
    Seminar.objects.filter(pk=made.pk).update(area="FL", child_line=None)

    with pytest.raises(publishing.Waits, match="child protection line of Florida"):
        publishing.publish(seminar_id=made.pk, by=staff)
    line = factories.child_line("FL")
    assert publishing.publish(seminar_id=made.pk, by=staff).child_line == line


@pytest.mark.parametrize("fields", [{"failed_on": dt.date(2026, 1, 2)}, {"confidence": "M"}, {"may_print": False}])
def test_line_that_is_not_sure_reopens_the_condition(ahead: Season, staff: User, fields: dict[str, Any]) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    assert made.child_line is not None
    assert promises.broken() == []
    type(made.child_line).objects.filter(pk=made.child_line.pk).update(**fields)

    (found,) = promises.broken()
    assert (found.seminar, "child protection line" in found.sentence) == (made, True)
    assert conditions.child_line_for("MS", timezone.localdate()) != made.child_line


def test_adults_open_without_any_of_it(ahead: Season, staff: User) -> None:
    made = factories.seminar(season=ahead, state="draft", audience="adults")
    assert publishing.publish(seminar_id=made.pk, by=staff).state == "open"


@pytest.mark.parametrize("kind", ["local_police", "federal_agent"])
def test_publish_refuses_a_kind_that_the_school_did_not_choose(ahead: Season, staff: User, kind: str) -> None:
    made = draft(ahead, presenter=factories.presenter(kind=kind), parents_told_kind=kind)
    with pytest.raises(NotPossible, match="did not choose"):
        publishing.publish(seminar_id=made.pk, by=staff)


@pytest.mark.parametrize("until", [None, -1])
def test_publish_refuses_a_presenter_whose_check_is_over(ahead: Season, staff: User, until: int | None) -> None:
    made = draft(ahead)
    day = None if until is None else (made.starts_at + dt.timedelta(days=until)).date()
    assert made.presenter is not None
    Presenter.objects.filter(pk=made.presenter.pk).update(clearance_expires_on=day)
    with pytest.raises(NotPossible, match="background check"):
        publishing.publish(seminar_id=made.pk, by=staff)


def test_publish_takes_the_presenters_time(ahead: Season, staff: User) -> None:
    made = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    assert BookedInstant.objects.filter(seminar=made, presenter=made.presenter).exists()
    second = draft(ahead, presenter=made.presenter)
    with pytest.raises(NotPossible, match="cannot give both"):
        publishing.publish(seminar_id=second.pk, by=staff)
    second.refresh_from_db()
    assert (second.state, second.approved_at) == ("draft", None)


def test_parents_told_of_another_kind_must_be_told_anew(ahead: Season) -> None:
    chosen = [PresenterKind.EDUCATOR, PresenterKind.LOCAL_POLICE]
    asked = factories.request(season=ahead, presenter_kinds=chosen)
    made = draft(ahead, request=asked, presenter=factories.presenter(kind="local_police"))
    (lacks,) = conditions.missing(made)
    assert (lacks.name, lacks.by_school) == ("parents_told_kind", True)


def test_day_to_come_is_no_day_on_which_parents_were_told(ahead: Season) -> None:
    later = timezone.localdate() + dt.timedelta(days=9)
    asked = factories.request(season=ahead, parents_told_on=later)
    assert conditions.as_asked(asked, child_line=None)["parents_told_on"] is None
    made = draft(ahead, request=asked, parents_told_on=None)
    with pytest.raises(NotPossible, match="still to come"):
        conditions.provide(seminar_id=made.pk, fields={"parents_told_on": later}, by=None)


def test_what_the_request_tells_is_taken_over(ahead: Season, staff: User) -> None:
    asked = factories.request(
        season=ahead,
        state="accepted",
        parents_told_on=factories.day_come(),
        counsellor_present=True,
        private_room="Room 3",
        opt_out="Office",
    )
    day = dt.date(ahead.year, 1, 12)
    made = intake.make_seminar(request_id=asked.pk, by=staff, date=day, start=dt.time(10))
    assert [each.name for each in conditions.missing(made)] == ["presenter"]
    assert (made.parents_told_kind, made.opt_out) == ("educator", "Office")


def test_school_provides_on_its_page_and_the_trail_keeps_no_words(client: Client, ahead: Season, staff: User) -> None:
    made = draft(ahead, private_room="", counsellor_present=None)
    asked = made.request
    assert asked is not None
    path = reverse("request-conditions", args=[asked.uid])
    assert client.get(path).status_code == 404, "the school was told of nothing yet"
    publishing.hold(seminar_id=made.pk, by=staff)
    assert "A private room is needed" in client.get(reverse("request-page", args=[asked.uid])).content.decode()

    form = {
        "parents_told_on": factories.day_come().isoformat(),
        "parents_told_kind": "educator",
        "counsellor_present": "on",
        "private_room": "The green room",
        "safeguarding_contact": "The counselor",
    }
    assert client.post(path, form | {"private_room": "x" * 200}).status_code == 422
    assert client.post(path, form).status_code == 303
    made.refresh_from_db()
    assert (made.private_room, made.counsellor_present, made.state) == ("The green room", True, "draft")
    assert "green" not in str(list(Entry.objects.values_list("before", "after")))
    publishing.publish(seminar_id=made.pk, by=staff)
    answer = client.post(path, form | {"private_room": ""})
    assert (answer.status_code, "This seminar is open" in answer.content.decode()) == (422, True)


def test_provide_in_spanish_speaks_spanish_forms(client: Client, ahead: Season, staff: User) -> None:
    made = draft(ahead, private_room="")
    publishing.hold(seminar_id=made.pk, by=staff)
    assert made.request is not None
    path = reverse("request-conditions", args=[made.request.uid]).replace("/en/", "/es/")
    assert client.get(path).status_code == 200


def test_another_kind_of_presenter_closes_an_open_seminar_again(ahead: Season, staff: User) -> None:
    chosen = [PresenterKind.EDUCATOR, PresenterKind.LOCAL_POLICE]
    made = draft(ahead, request=factories.request(season=ahead, state="planned", presenter_kinds=chosen))
    opened = publishing.publish(seminar_id=made.pk, by=staff)
    with transaction.atomic():
        held = conditions.locked(opened.pk)
        former, held.presenter = held.presenter, factories.presenter(kind="local_police")
        held.sequence += 1
        Seminar.objects.filter(pk=held.pk).update(presenter=held.presenter, sequence=held.sequence, state="draft")
        held.state = Seminar.State.OPEN
        lacks = publishing.settle(held, former=former, moved=False, by=staff)
    opened.refresh_from_db()
    assert (opened.state, [each.name for each in lacks]) == ("draft", ["parents_told_kind"])


def test_cancelled_seminar_leaves_its_request_to_be_planned_again(ahead: Season, staff: User) -> None:
    opened = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    publishing.cancel(seminar_id=opened.pk, by=staff, reason="Snow.")
    assert opened.request is not None
    opened.request.refresh_from_db()
    assert opened.request.state == "accepted"
    assert not BookedInstant.objects.exists()


def test_staff_say_what_is_there_and_open_what_is_ready(client: Client, ahead: Season, staff: User) -> None:
    client.force_login(staff)
    waits, ready = draft(ahead, private_room="", counsellor_present=None), draft(ahead)
    for made in (waits, ready):
        publishing.hold(seminar_id=made.pk, by=staff)
    listed = client.get(reverse("admin:outreach_seminar_changelist")).content.decode()
    assert "A counselor of the school must be there during the seminar. And 1 more." in listed
    chosen = {"action": "open_all_ready", "_selected_action": [str(waits.pk), str(ready.pk)]}
    told = client.post(reverse("admin:outreach_seminar_changelist"), chosen, follow=True).content.decode()
    assert "1 opened." in told
    assert "A private room is needed" in told
    states = dict(Seminar.objects.values_list("pk", "state"))
    assert (states[waits.pk], states[ready.pk]) == ("draft", "open")

    page = reverse("admin:outreach_seminar_before_opening", args=[waits.pk])
    form = {
        "parents_told_on": "2099-01-01",
        "parents_told_kind": "educator",
        "counsellor_present": "on",
        "private_room": "Room 5",
        "safeguarding_contact": "The counselor",
    }
    assert "still to come" in client.post(page, form).content.decode()
    assert client.post(page, form | {"parents_told_on": factories.day_come().isoformat()}).status_code == 302
    waits.refresh_from_db()
    assert (waits.private_room, waits.counsellor_present) == ("Room 5", True)


def test_staff_see_promises_that_broke(client: Client, ahead: Season, staff: User) -> None:
    client.force_login(staff)
    page = reverse("admin:outreach_seminar_broken")
    assert "as its school was promised" in client.get(page).content.decode()
    opened = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    Presenter.objects.update(kind="federal_agent")
    told = client.get(page).content.decode()
    assert "did not choose" in told
    assert reverse("admin:outreach_seminar_change", args=[opened.pk]) in told


@pytest.mark.parametrize("count", [1, 3])
def test_promises_need_one_statement(ahead: Season, staff: User, django_assert_num_queries: Any, count: int) -> None:
    for _ in range(count):
        publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    with django_assert_num_queries(2):  # the seminars, and who is away when
        assert promises.broken() == []


def test_change_of_presenter_by_hand_books_and_tells(client: Client, ahead: Season, staff: User) -> None:
    client.force_login(staff)
    opened = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    former, other = opened.presenter, factories.presenter(name="Kim Vale")
    notices.send_due()
    path = reverse("admin:outreach_seminar_change", args=[opened.pk])
    form = client.get(path).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert client.post(path, sent | {"presenter": other.pk}).status_code == 302
    opened.refresh_from_db()
    assert (opened.presenter, opened.state, opened.answer, opened.sequence) == (other, "open", "asked", 1)
    assert not BookedInstant.objects.filter(presenter=former).exists()
    assert BookedInstant.objects.filter(presenter=other).exists()
    told = {(notice.template, notice.presenter) for notice in SeminarNotice.objects.filter(queued_at=None)}
    assert told == {(notices.RELEASED, former), (notices.ASSIGNED, other)}


def test_presenter_who_is_elsewhere_is_refused_in_the_form(client: Client, ahead: Season, staff: User) -> None:
    client.force_login(staff)
    first = publishing.publish(seminar_id=draft(ahead).pk, by=staff)
    second = draft(ahead)
    path = reverse("admin:outreach_seminar_change", args=[second.pk])
    form = client.get(path).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert first.presenter is not None
    page = client.post(path, sent | {"presenter": first.presenter.pk, "summary": "Typed"})
    assert (page.status_code, "cannot give both" in page.content.decode()) == (200, True)
    assert "Typed" in page.content.decode()
    second.refresh_from_db()
    assert (second.presenter != first.presenter, second.summary) == (True, "")
    assert set(BookedInstant.objects.values_list("seminar", flat=True)) == {first.pk}


def test_open_event_becomes_none_for_students(client: Client, ahead: Season, staff: User) -> None:
    client.force_login(staff)
    event = factories.seminar(season=ahead)
    path = reverse("admin:outreach_seminar_change", args=[event.pk])
    form = client.get(path).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    page = client.post(path, sent | {"audience": "students"})
    assert "make a seminar of its own" in page.content.decode()
