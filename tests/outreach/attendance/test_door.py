"""What doors record: once, in any order, from any phone; and what stands of it."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from outreach.attendance import attendance, door, links
from outreach.attendance.door import Answer, Item
from outreach.attendance.models import CheckIn, DoorLink
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from portal.people.links import LinkState
from tests.outreach.attendance.doors import a_class, arrives, door_of, guest, staff, students, tonight, undoes

pytestmark = pytest.mark.django_db
A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def attended(event: Seminar) -> int | None:
    return Seminar.objects.get(pk=event.pk).attended


class TestArrivals:
    def test_guest_who_comes_is_counted_with_their_seats(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        item = arrives(guest(event, seats=3), people=2)

        assert door.record(door=link, device=A, items=[item]) == {item.uid: Answer.COUNTS}
        assert attended(event) == 2

    def test_batch_that_is_sent_again_changes_nothing(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        items = [arrives(guest(event)), arrives(a_class(event), people=28), arrives(None, people=4)]
        answers = [door.record(door=link, device=device, items=items) for device in (A, A, B)]

        assert answers[0] == answers[1] == answers[2]
        assert (CheckIn.objects.count(), attended(event)) == (3, 33)

    def test_second_scan_of_the_same_phone_adds_nothing(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event)
        again = arrives(booked)
        door.record(door=link, device=A, items=[arrives(booked)])

        assert door.record(door=link, device=A, items=[again]) == {again.uid: Answer.ALREADY}
        assert (CheckIn.objects.count(), attended(event)) == (1, 1)

    def test_ticket_that_nobody_knows_lets_one_in_all_the_same(self) -> None:
        event, elsewhere = tonight(), tonight()
        link, _ = door_of(event)
        foreign = arrives(guest(elsewhere))

        assert door.record(door=link, device=A, items=[foreign]) == {foreign.uid: Answer.COUNTS}
        row = CheckIn.objects.get()
        assert (row.registration, row.seminar, attended(event), attended(elsewhere)) == (None, event, 1, None)

    def test_guest_who_gave_the_seats_back_and_was_let_in_is_there(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event)
        Registration.objects.update(state="cancelled")
        door.record(door=link, device=A, items=[arrives(booked)])

        assert attendance.arrived(booked)

    def test_too_many_at_once_are_refused_whole(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        with pytest.raises(ValueError, match="at most 50"):
            door.record(door=link, device=A, items=[arrives(None) for _ in range(51)])


class TestConflicts:
    def test_one_ticket_at_two_doors_is_shown_on_both_and_counted_once(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        side, _ = door_of(event, "Side door")
        booked = guest(event, seats=2)
        first, second = arrives(booked), arrives(booked)
        door.record(door=link, device=A, items=[first])

        assert door.record(door=side, device=B, items=[second]) == {second.uid: Answer.CONFLICT}
        assert attended(event) == 2
        for device, own in ((A, "Main door"), (B, "Side door")):
            _, rows = door.changes(event, since=0, device=device)
            assert [row["door"] for row in rows[booked.ticket]] == ["Main door", "Side door"]
            assert [row["door"] for row in rows[booked.ticket] if row["mine"]] == [own]
        assert attendance.summary(event).conflicts == 1

    def test_who_scanned_first_counts_even_if_they_sent_last(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event, seats=3)
        late = arrives(booked, people=3)
        early = arrives(booked, people=1, at=late.at - dt.timedelta(minutes=2))
        door.record(door=link, device=A, items=[late])
        door.record(door=link, device=B, items=[early])

        standing = dict(CheckIn.objects.values_list("uid", "standing"))
        assert standing == {early.uid: "counts", late.uid: "conflict"}
        assert attended(event) == 1

    @pytest.mark.parametrize("undone", [0, 1])
    def test_either_door_settles_it_by_undoing(self, undone: int) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event, seats=3)
        items = [arrives(booked, people=3), arrives(booked, people=2)]
        door.record(door=link, device=A, items=items[:1])
        door.record(door=link, device=B, items=items[1:])
        undo = undoes(items[undone])
        door.record(door=link, device=B, items=[undo])

        kept = items[1 - undone]
        assert CheckIn.objects.get(uid=kept.uid).standing == "counts"
        assert attended(event) == kept.people
        assert attendance.summary(event).conflicts == 0

    def test_database_itself_lets_nobody_in_twice(self) -> None:
        event = tonight()
        booked = guest(event)
        row = {"seminar": event, "registration": booked, "people": 1, "scanned_at": timezone.now()}
        CheckIn.objects.create(device=A, kind="arrived", **row)
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckIn.objects.create(device=B, kind="counted", **row)


class TestUndo:
    def test_undo_is_a_row_of_its_own(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        item = arrives(guest(event))
        undo = undoes(item)
        answers = door.record(door=link, device=A, items=[item, undo])

        assert answers == {item.uid: Answer.COUNTS, undo.uid: Answer.TAKEN_BACK}
        assert list(CheckIn.objects.values_list("kind", "standing")) == [
            ("arrived", "taken_back"),
            ("undone", "counts"),
        ]
        assert attended(event) == 0

    def test_undone_guest_can_come_in_again(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event, seats=3)
        item, again = arrives(booked, people=1), arrives(booked, people=3)
        door.record(door=link, device=A, items=[item, undoes(item), again])

        assert (attended(event), attendance.arrived(booked)) == (3, True)

    def test_undo_of_nothing_or_twice_adds_nothing(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        item = arrives(guest(event))
        of_nothing, once, twice = undoes(arrives(None)), undoes(item), undoes(item)
        of_undo = Item(uid=uuid.uuid4(), kind=CheckIn.Kind.UNDONE, undoes=once.uid, at=timezone.now())
        answers = door.record(door=link, device=A, items=[item, of_nothing, once, twice, of_undo])

        assert [answers[each.uid] for each in (of_nothing, once, twice, of_undo)] == [
            Answer.NOTHING,
            Answer.TAKEN_BACK,
            Answer.TAKEN_BACK,
            Answer.NOTHING,
        ]
        assert CheckIn.objects.count() == 2

    def test_another_event_s_record_is_out_of_reach(self) -> None:
        event, elsewhere = tonight(), tonight()
        item = arrives(guest(elsewhere))
        door.record(door=door_of(elsewhere)[0], device=A, items=[item])
        undo = undoes(item)

        assert door.record(door=door_of(event)[0], device=A, items=[undo]) == {undo.uid: Answer.NOTHING}
        assert attended(elsewhere) == 1

    def test_number_known_from_another_event_keeps_back_no_other_record(self) -> None:
        event, elsewhere = tonight(), tonight()
        item, good = arrives(guest(elsewhere)), arrives(guest(event))
        door.record(door=door_of(elsewhere)[0], device=A, items=[item])

        answers = door.record(door=door_of(event)[0], device=A, items=[item, good])
        assert answers == {item.uid: Answer.NOTHING, good.uid: Answer.COUNTS}
        assert (attended(event), attended(elsewhere)) == (1, 1)


class TestClasses:
    def test_students_are_counted_and_never_named(self) -> None:
        event = students()
        link, _ = door_of(event)
        door.record(door=link, device=A, items=[arrives(None, people=27)])

        assert (attended(event), door.roster(event)) == (27, [])
        assert attendance.summary(event).without_booking == 27

    def test_two_phones_that_count_one_class_are_in_conflict(self) -> None:
        event = students()
        link, _ = door_of(event)
        first, second = arrives(None, people=27), arrives(None, people=29)
        door.record(door=link, device=A, items=[first])
        assert door.record(door=link, device=B, items=[second]) == {second.uid: Answer.CONFLICT}
        assert attended(event) == 27

        door.record(door=link, device=B, items=[undoes(first)])
        assert attended(event) == 29

    def test_people_without_a_booking_add_up_from_all_doors(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        for device in (A, B, A):
            door.record(door=link, device=device, items=[arrives(None, people=5)])
        assert attended(event) == 15


class TestSummary:
    def test_each_kind_is_told_apart(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        here, away, group = guest(event, seats=3), guest(event, "Bo", 2), a_class(event, 30)
        door.record(
            door=link, device=A, items=[arrives(here, people=2), arrives(group, people=28), arrives(None, people=4)]
        )
        told = attendance.summary(event)

        assert (told.people, told.of_bookings, told.without_booking) == (34, 30, 4)
        assert (told.booked, told.bookings, told.stayed_away) == (35, 2, 1)
        assert (told.classes, told.class_people, told.conflicts) == (1, 28, 0)
        assert not attendance.arrived(away)

    def test_nothing_recorded_is_told_apart_from_nobody(self) -> None:
        event = tonight()
        guest(event)
        told = attendance.summary(event)
        assert (told.was_recorded, told.stayed_away, attended(event)) == (False, 0, None)

    def test_number_stays_when_names_are_gone(self) -> None:
        event = tonight()
        link, _ = door_of(event)
        booked = guest(event, seats=3)
        door.record(door=link, device=A, items=[arrives(booked)])
        booked.delete()

        assert CheckIn.objects.get().registration is None
        assert attended(event) == 3


class TestLinks:
    def test_token_is_nowhere(self) -> None:
        link, token = door_of(tonight())
        kept = str(DoorLink.objects.values().get(pk=link.pk)) + str(list(Entry.objects.values()))
        assert token not in kept
        assert links.open_link(token).invitation == link

    def test_typed_in_small_letters_it_opens_too(self) -> None:
        _, token = door_of(tonight())
        assert links.open_link(token.lower()).state is LinkState.OPEN

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({"state": "cancelled"}, LinkState.OVER),
            ({"state": "draft"}, LinkState.OVER),
            ({"state": "done"}, LinkState.OPEN),
        ],
    )
    def test_link_follows_its_event(self, fields: dict[str, str], state: LinkState) -> None:
        event = tonight()
        _, token = door_of(event)
        Seminar.objects.filter(pk=event.pk).update(**fields)
        assert links.open_link(token).state is state

    def test_link_ends_a_day_after_and_moves_along(self) -> None:
        event = tonight()
        _, token = door_of(event)
        DoorLink.objects.update(expires_at=timezone.now())
        assert links.open_link(token).state is LinkState.OPEN  # the event was moved to later
        Seminar.objects.filter(pk=event.pk).update(starts_at=timezone.now() - dt.timedelta(hours=26))
        assert links.open_link(token).state is LinkState.EXPIRED

    def test_revoked_link_is_over_at_once(self) -> None:
        link, token = door_of(tonight())
        links.revoke(link_id=link.pk, by=staff())
        links.revoke(link_id=link.pk, by=staff())
        assert links.open_link(token).state is LinkState.OVER
        assert Entry.objects.filter(verb="took a door link back").count() == 1

    def test_none_for_a_draft_or_long_after(self) -> None:
        for event in (tonight(state="draft"), tonight(starts_at=timezone.now() - dt.timedelta(days=3))):
            with pytest.raises(NotPossible):
                door_of(event)


class Doors(RuleBasedStateMachine):
    """Three phones, five bookings, records sent once or more, in any order: nobody counts twice, nothing is lost."""

    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.event = tonight()
        self.link, _ = door_of(self.event)
        self.guests = [guest(self.event, f"Guest {n}", 1 + n) for n in range(5)]
        self.uids: set[uuid.UUID] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(target=sent, who=st.integers(0, 4), phone=st.integers(1, 3), people=st.integers(1, 5), ago=st.integers(0, 60))
    def comes_in(self, who: int, phone: int, people: int, ago: int) -> tuple[Item, int]:
        item = arrives(self.guests[who], people=people, at=timezone.now() - dt.timedelta(minutes=ago))
        self._send(item, phone)
        return item, phone

    @rule(each=sent, phone=st.integers(1, 3))
    def is_undone(self, each: tuple[Item, int], phone: int) -> None:
        self._send(undoes(each[0]), phone)

    @rule(each=sent)
    def is_sent_again(self, each: tuple[Item, int]) -> None:
        before = list(CheckIn.objects.order_by("id").values())
        if each[0].uid in {row["uid"] for row in before}:
            self._send(*each)
            assert list(CheckIn.objects.order_by("id").values()) == before

    def _send(self, item: Item, phone: int) -> None:
        door.record(door=self.link, device=uuid.UUID(int=phone), items=[item])

    @invariant()
    def each_booking_counts_at_most_once_and_at_all_if_anything_stands(self) -> None:
        for booked in self.guests:
            rows = list(CheckIn.objects.filter(registration=booked, kind__in=attendance.PRESENT))
            standing = [row for row in rows if row.standing != "taken_back"]
            assert sum(row.standing == "counts" for row in standing) == min(len(standing), 1)
            assert len({row.device for row in standing}) == len(standing)

    @invariant()
    def number_is_the_sum_of_what_counts(self) -> None:
        counted = sum(attendance.counted(self.event).values_list("people", flat=True))
        assert (attended(self.event) or 0) == counted
        undone = CheckIn.objects.filter(kind="undone").count()
        assert CheckIn.objects.filter(standing="taken_back").count() == undone


Doors.TestCase.settings = examples(max_examples=25, stateful_step_count=20, deadline=None)


TestAnyOrder = Doors.TestCase
