"""What a presenter offers besides hours, and what may not change under a promise."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from outreach.seminars import occupancy
from outreach.seminars.models import BookedInstant, Presenter, PresenterKind
from outreach.seminars.presenters import profile
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.presenters.conftest import approved

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("staff")


def test_kind_cannot_change_under_a_promise(robin: Presenter, staff: User) -> None:
    event = approved(robin)
    with pytest.raises(NotPossible, match="Pearl River High School"):
        profile.change_kind(presenter_id=robin.pk, kind=PresenterKind.FEDERAL_AGENT, by=staff)
    robin.refresh_from_db()
    assert robin.kind == "educator"

    event.presenter = None
    event.save()
    assert profile.change_kind(presenter_id=robin.pk, kind="local_police", by=staff).kind == "local_police"
    assert Entry.objects.get(verb="became another kind").actor == staff


def test_kind_that_the_school_chose_but_parents_were_not_told_of_is_refused(robin: Presenter, staff: User) -> None:
    season = Season.objects.current()
    asked = factories.request(season=season, state="planned", presenter_kinds=["educator", "local_police"])
    event = approved(robin, request=asked, parents_told_kind="educator")
    with pytest.raises(NotPossible, match="not what was promised"):
        profile.change_kind(presenter_id=robin.pk, kind="local_police", by=staff)
    event.parents_told_kind, event.state = "", "draft"
    event.save()
    assert profile.change_kind(presenter_id=robin.pk, kind="local_police", by=staff).kind == "local_police"


@pytest.mark.parametrize("zone", ["Pacific/Guam", "America/Phoenix", "America/Indiana/Tell_City"])
def test_falling_ill_frees_the_days_on_the_presenters_own_clock(
    robin: Presenter, staff: User, ahead: Season, zone: str
) -> None:
    Presenter.objects.update(time_zone=zone)
    day = dt.date(ahead.year, 1, 13)
    begins = dt.datetime.combine(day, dt.time(0), tzinfo=ZoneInfo(zone))
    before = approved(robin, starts_at=begins - dt.timedelta(minutes=5))
    first = approved(robin, starts_at=begins, answer="confirmed", state="open", locked=True)
    last = approved(robin, starts_at=begins + dt.timedelta(hours=47, minutes=55), state="draft", approved_at=None)
    after = approved(robin, starts_at=begins + dt.timedelta(hours=52))

    gone = profile.fall_out(presenter_id=robin.pk, first=day, last=day + dt.timedelta(days=1), by=staff)

    assert {seminar.pk for seminar in gone} == {first.pk, last.pk}
    for event in (before, first, last, after):
        event.refresh_from_db()
    assert [event.presenter for event in (before, first, last, after)] == [robin, None, None, robin]
    assert (first.state, first.answer, first.locked) == ("draft", "declined", False)
    assert [row.is_away for row in robin.availability.all()] == [True, True]
    assert not BookedInstant.objects.filter(seminar__in=[first, last]).exists()
    assert not Email.objects.exists()


@pytest.mark.parametrize("days", [-1, 400])
def test_an_absence_has_an_end_and_a_length(robin: Presenter, staff: User, days: int) -> None:
    first = dt.date(2027, 1, 13)
    with pytest.raises(NotPossible, match="within a year"):
        profile.fall_out(presenter_id=robin.pk, first=first, last=first + dt.timedelta(days=days), by=staff)
    assert not robin.availability.exists()


def test_zip_tells_position_and_clock(ahead: Season) -> None:
    factories.school(postal_code="47586", latitude=37.95, longitude=-86.76, state_id="IN")
    assert profile.locate("47586") == (37.95, -86.76, "America/Indiana/Tell_City")
    assert profile.locate("00001") is None


def details(presenter: Presenter, **more: object) -> dict[str, object]:
    return {
        "languages": ["en", "es"],
        "topics": ["labor"],
        "base_postal_code": presenter.base_postal_code,
        "gives_virtual": "",
        "radius_miles": "20",
        "max_travel_minutes": "100",
        "max_per_day": "1",
        "max_seminars": "4",
        **more,
    }


def test_presenter_changes_what_is_offered_and_nothing_else(client: Client, robin: Presenter) -> None:
    path = reverse("presenter-details", args=[robin.key])
    sent = details(robin, kind="federal_agent", clearance_expires_on="2099-01-01", name="X")

    assert client.post(path, sent).status_code == 303

    changed = Presenter.objects.get(pk=robin.pk)
    assert (changed.languages, changed.topics, changed.gives_virtual) == (["en", "es"], ["labor"], False)
    assert (changed.radius_miles, changed.max_per_day, changed.max_seminars) == (20, 1, 4)
    assert (changed.kind, changed.name) == ("educator", "Robin Hale")
    assert changed.clearance_expires_on == robin.clearance_expires_on
    assert (changed.latitude, changed.time_zone) == (robin.latitude, robin.time_zone)
    with pytest.raises(KeyError):
        profile.keep(presenter_id=robin.pk, fields={"kind": "federal_agent"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("languages", "xx"),
        ("topics", "party"),
        ("base_postal_code", "abc"),
        ("max_per_day", "9"),
        ("radius_miles", "501"),
    ],
)
def test_wrong_details_are_told_and_nothing_is_lost(client: Client, robin: Presenter, field: str, value: str) -> None:
    page = client.post(reverse("presenter-details", args=[robin.key]), details(robin, **{field: value}))
    assert page.status_code == 422
    assert "Please look at this again" in page.content.decode()
    assert 'value="100"' in page.content.decode()
    assert Presenter.objects.get().languages == ["en"]


def test_moving_away_from_seminars_that_stand_is_refused(client: Client, robin: Presenter, ahead: Season) -> None:
    factories.school(postal_code="70113", latitude=29.95, longitude=-90.08)
    start = dt.datetime(ahead.year, 1, 13, 15, tzinfo=dt.UTC)
    by_video = approved(robin, starts_at=start, mode="virtual")
    approved(robin, starts_at=start + dt.timedelta(hours=3), latitude=32.3, longitude=-90.18)
    occupancy.book(presenter_ids=[robin.pk])
    path, sent = reverse("presenter-details", args=[robin.key]), details(robin, base_postal_code="70113")

    page = client.post(path, sent)

    assert "could not reach your seminars in time" in page.content.decode()
    robin.refresh_from_db()
    assert (robin.base_postal_code, robin.radius_miles) == ("39201", 60)

    by_video.presenter = None
    by_video.save()
    assert client.post(path, sent).status_code == 303
    robin.refresh_from_db()
    assert (robin.base_postal_code, robin.latitude) == ("70113", 29.95)
    assert BookedInstant.objects.filter(presenter=robin, part="drive").exists()
