"""The door's addresses: what a phone sends, what a person without scripts presses, and what looking shows."""

import datetime as dt
import json
import uuid

import pytest
from django.conf import settings
from django.core.serializers import serialize
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.attendance import links
from outreach.attendance.models import CheckIn, DoorLink, FeedbackTally
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.pages.headers import DOOR_PERMISSIONS_POLICY, PERMISSIONS_POLICY
from tests.outreach.attendance.doors import Phone, a_class, door_of, guest, staff, students, tonight
from tests.outreach.attendance.pictures import photo

pytestmark = pytest.mark.django_db
PAGES = ("door", "door-plain", "door-hands")


def everything() -> str:
    return "".join(serialize("json", model.objects.all()) for model in (CheckIn, DoorLink, Registration, Seminar))


class TestLooking:
    def test_changes_nothing_and_names_nobody(self, client: Client) -> None:
        event = tonight()
        guest(event, "Ana Ruiz")
        _, token = door_of(event)
        before = everything()
        for name in PAGES:
            for method in ("get", "head"):
                answer = getattr(client, method)(reverse(name, args=[token]))
                assert answer.status_code == 200
                assert b"Ana" not in answer.content
                assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
        assert client.get(reverse("door-sync", args=[token])).status_code == 405
        assert everything() == before

    def test_camera_and_worker_are_allowed_at_an_open_door_alone(self, client: Client) -> None:
        link, token = door_of(tonight())
        page = client.get(reverse("door", args=[token]))
        assert page["Permissions-Policy"] == DOOR_PERMISSIONS_POLICY
        assert "worker-src 'self'" in page["Content-Security-Policy"]
        links.revoke(link_id=link.pk, by=staff())
        closed = client.get(reverse("door", args=[token]))
        assert closed.status_code == 410
        for answer in (closed, client.get(reverse("door-plain", args=["x"])), client.get(reverse("events"))):
            assert answer["Permissions-Policy"] == PERMISSIONS_POLICY
            assert "worker-src" not in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("name", PAGES)
    def test_link_that_nobody_made_is_not_found(self, client: Client, name: str) -> None:
        answer = client.get(reverse(name, args=["unknown"]))
        assert (answer.status_code, "We don’t know this link" in answer.content.decode()) == (404, True)

    def test_code_on_a_screen_leads_to_the_page(self, client: Client) -> None:
        _, token = door_of(tonight())
        path = links.short_address(token).removeprefix(settings.PUBLIC_ADDRESS.upper())
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, reverse("door", args=[token]))

    def test_worker_is_a_script_within_the_doors(self, client: Client) -> None:
        answer = client.get(reverse("door-worker"))
        assert (answer["Content-Type"], reverse("door-worker")) == (
            "text/javascript; charset=utf-8",
            "/en/door/worker.js",
        )
        assert "Service-Worker-Allowed" not in answer


class TestSync:
    def test_phone_gets_names_and_seats_and_nothing_else(self) -> None:
        event = tonight()
        booked = guest(event, "Ana Ruiz", 2, needs="Wheelchair")
        guest(event, "Gone", state="cancelled")
        told = Phone(door_of(event)[1]).send(wants_list=True)

        assert told["list"] == [{"ticket": booked.ticket, "name": "Ana Ruiz", "group": "", "seats": 2, "kind": "adult"}]
        assert booked.email not in json.dumps(told)

    def test_broken_record_keeps_back_none_of_the_others(self) -> None:
        event = tonight()
        booked = guest(event)
        phone = Phone(door_of(event)[1])
        broken = phone.item(booked, people=-3)
        told = phone.send(broken, phone.item(booked), {"uid": "nonsense"})

        assert sorted(told["answers"].values()) == ["broken", "broken", "counts"]
        assert CheckIn.objects.count() == 1

    @pytest.mark.parametrize("hours", [-30, -3, 0, 3, 1000])
    def test_clock_of_a_phone_does_not_matter(self, hours: int) -> None:
        event = tonight()
        booked = guest(event)
        phone = Phone(door_of(event)[1], off=dt.timedelta(hours=hours))
        DoorLink.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
        scanned = timezone.now() - dt.timedelta(minutes=20)
        phone.send(phone.item(booked, at=phone.clock(scanned)))

        assert abs(CheckIn.objects.get().scanned_at - scanned) < dt.timedelta(seconds=3)

    def test_time_is_neither_ahead_nor_before_the_door(self) -> None:
        event = tonight()
        phone = Phone(door_of(event)[1])
        for days in (-40, 40):
            phone.send(phone.item(guest(event), at=phone.clock(timezone.now() + dt.timedelta(days=days))))
        early, late = CheckIn.objects.order_by("scanned_at")
        assert early.scanned_at == DoorLink.objects.get().created_at
        assert late.scanned_at <= late.received_at

    def test_only_what_changed_is_told_again(self) -> None:
        event = tonight()
        ana, bo = guest(event), guest(event, "Bo")
        main, side = Phone(door_of(event)[1]), Phone(door_of(event, "Side door")[1])
        main.send(main.item(ana))
        assert set(side.send()["rows"]) == {ana.ticket}
        assert side.send()["rows"] == {}
        item = main.item(bo)
        main.send(item)
        assert [row["door"] for row in side.send()["rows"][bo.ticket]] == ["Main door"]
        main.send(main.item(None, "undone", undoes=item["uid"]))
        assert side.send()["rows"] == {bo.ticket: []}

    def test_no_names_leave_a_day_before_or_after_the_link_is_over(self) -> None:
        event = tonight(starts_at=timezone.now() + dt.timedelta(hours=25))
        guest(event, "Ana Ruiz")
        link, token = door_of(event)
        phone = Phone(token)
        assert phone.send(wants_list=True) == {"closed": "early", "status": 409}
        links.revoke(link_id=link.pk, by=staff())
        assert phone.send(wants_list=True) == {"closed": "over", "status": 410}
        assert Phone("unknown").send() == {"closed": "unknown", "status": 410}

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"device": 1}', "\x00", '{"items": {}}'])
    def test_nonsense_is_refused_in_words(self, client: Client, body: str) -> None:
        _, token = door_of(tonight())
        answer = client.post(reverse("door-sync", args=[token]), body, content_type="application/json")
        assert (answer.status_code, "broken" in answer.json()) == (400, True)

    def test_batch_takes_few_queries_however_many_guests(self) -> None:
        counts = []
        for guests in (3, 30):
            event = tonight()
            booked = [guest(event, f"Guest {n}") for n in range(guests)]
            phone = Phone(door_of(event)[1])
            phone.send()
            with CaptureQueriesContext(
                connection,
            ) as seen:
                phone.send(phone.item(booked[0]), wants_list=True)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 14


class TestReading:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize("turned", [0, 37, 180])
    def test_ticket_on_a_picture_is_read(self, client: Client, form: str, turned: int) -> None:
        event = tonight()
        booked = guest(event)
        _, token = door_of(event)
        picture = photo(booked.ticket, turned=turned, form=form, size=(1500, 2000))
        answer = client.post(reverse("door-read", args=[token]), picture, content_type="image/jpeg")
        assert answer.json() == {"ticket": booked.ticket}

    def test_other_code_or_none_is_no_ticket(self, client: Client) -> None:
        _, token = door_of(tonight())
        answer = client.post(
            reverse("door-read", args=[token]), photo("HTTPS://EXAMPLE.ORG"), content_type="image/jpeg"
        )
        assert answer.json() == {"ticket": ""}

    def test_no_picture_is_refused(self, client: Client) -> None:
        _, token = door_of(tonight())
        answer = client.post(reverse("door-read", args=[token]), b"%PDF-1.7", content_type="image/jpeg")
        assert (answer.status_code, answer.json()) == (400, {"said": "This is no picture that we can read."})


class TestPlain:
    def press(self, client: Client, token: str, **said: object) -> str:
        return client.post(reverse("door-plain", args=[token]), said).content.decode()

    def test_same_button_pressed_twice_is_once(self, client: Client) -> None:
        event = tonight()
        booked = guest(event, "Ana Ruiz", 2)
        _, token = door_of(event)
        said = {"step": "let-in", "uid": uuid.uuid4(), "device": uuid.uuid4(), "ticket": booked.ticket, "people": 2}
        pages = [self.press(client, token, **said) for _ in range(2)]
        assert all("Ana Ruiz: 2 in" in page for page in pages)
        assert CheckIn.objects.count() == 1

    def test_conflict_is_said(self, client: Client) -> None:
        event = tonight()
        booked = a_class(event)
        _, token = door_of(event)
        for _ in range(2):
            page = self.press(
                client, token, step="let-in", uid=uuid.uuid4(), device=uuid.uuid4(), ticket=booked.ticket, people=30
            )
        assert "two doors let them in" in page
        assert Seminar.objects.get(pk=event.pk).attended == 30

    @pytest.mark.parametrize("people", ["", "0", "many", "5000"])
    def test_wrong_number_is_said_and_nothing_lost(self, client: Client, people: str) -> None:
        event = tonight()
        booked = guest(event, "Ana Ruiz", 2)
        _, token = door_of(event)
        page = self.press(
            client, token, step="let-in", uid=uuid.uuid4(), device=uuid.uuid4(), ticket=booked.ticket, people=people
        )
        assert "Please look at this again" in page
        assert not CheckIn.objects.exists()

    def test_count_of_a_class_can_be_undone_later_by_anybody(self, client: Client) -> None:
        event = students()
        _, token = door_of(event)
        for _ in range(2):
            page = self.press(client, token, step="let-in", uid=uuid.uuid4(), device=uuid.UUID(int=7), people=28)
        assert "undo that first" in page
        counted = CheckIn.objects.get()
        page = client.get(reverse("door-plain", args=[token])).content.decode()
        assert str(counted.uid) in page
        page = self.press(client, token, step="undo", uid=uuid.uuid4(), device=uuid.uuid4(), undoes=counted.uid)
        assert "Undone" in page
        assert Seminar.objects.get(pk=event.pk).attended == 0

    def test_nobody_is_named_without_being_looked_for(self, client: Client) -> None:
        event = tonight()
        guest(event, "Ana Ruiz")
        guest(event, "Bo Nguyen")
        _, token = door_of(event)
        page = self.press(client, token, step="find", find="ruiz")
        assert ("Ana Ruiz" in page, "Bo Nguyen" in page) == (True, False)
        assert "Nobody on the list" in self.press(client, token, step="find", find="zz")


class TestHands:
    def test_last_count_of_a_class_holds(self, client: Client) -> None:
        event = students()
        _, token = door_of(event)
        for yes in (12, 20):
            answer = client.post(reverse("door-hands", args=[token]), {"hands_yes": yes, "hands_no": 3})
            assert "Counted. Thank you" in answer.content.decode()
        assert dict(FeedbackTally.objects.values_list("answer", "count")) == {"yes": 20, "partly": 0, "no": 3}

    def test_more_hands_than_people_are_refused(self, client: Client) -> None:
        event = students()
        _, token = door_of(event)
        phone = Phone(token)
        phone.send(phone.item(None, "counted", 20))
        answer = client.post(reverse("door-hands", args=[token]), {"hands_yes": 15, "hands_no": 6})
        assert (answer.status_code, "at most 20" in answer.content.decode()) == (422, True)
        assert not FeedbackTally.objects.exists()

    def test_adults_are_not_asked_at_the_door(self, client: Client) -> None:
        _, token = door_of(tonight())
        client.post(reverse("door-hands", args=[token]), {"hands_yes": 15})
        assert not FeedbackTally.objects.exists()
