"""Bookings beside a plain model of them: whatever is done in whatever order, both stand alike.

The model knows nothing of databases, locks or transactions: a list of bookings, and the policy in a dozen lines.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from outreach.registration import booking, counting, waitlist
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from tests.outreach import factories

pytestmark = pytest.mark.django_db
SEATS = st.integers(1, 6)
LARGEST = 5


@dataclass
class Booked:
    """A booking of the model."""

    seats: int
    is_class: bool
    state: str
    line: int = 0


@dataclass
class Model:
    """An event of the model."""

    capacity: int
    groups: int | None
    policy: str
    is_open: bool = True
    is_closed: bool = False
    last: int = 0
    rows: dict[str, Booked] = field(default_factory=dict)

    def holding(self) -> list[Booked]:
        return [row for row in self.rows.values() if row.state in ("booked", "offered")]

    @property
    def free(self) -> int:
        return self.capacity - sum(row.seats for row in self.holding())

    def class_fits(self) -> bool:
        return self.groups is None or sum(row.is_class for row in self.holding()) < self.groups

    def line(self) -> list[Booked]:
        """Those who could be served if seats became free."""
        waiting = [row for row in self.rows.values() if row.state == "waiting" and row.seats <= self.capacity]
        return sorted((row for row in waiting if self.class_fits() or not row.is_class), key=lambda row: row.line)

    def next(self) -> Booked | None:
        """Who is to be offered seats now."""
        line = self.line()
        if self.policy == "in_order":
            line = line[:1]
        return next((row for row in line if row.seats <= self.free), None)

    def pass_on(self) -> None:
        while self.is_open and (row := self.next()):
            row.state = "offered"

    def has_room(self, seats: int, is_class: bool) -> bool:
        must_wait = self.policy == "in_order" and bool(self.line())
        return seats <= self.free and (not is_class or self.class_fits()) and not must_wait

    def place(self) -> int:
        self.last += 1
        return self.last

    def most(self, is_class: bool) -> int:
        return min(LARGEST if is_class else booking.MOST_SEATS, self.capacity)

    def take(self, who: str, seats: int, is_class: bool, may_wait: bool) -> str:
        if not self.is_open or self.is_closed:
            return "SeminarClosed"
        if seats > self.most(is_class):
            return "TooMany"
        self.pass_on()
        if self.has_room(seats, is_class):
            self.rows[who] = Booked(seats, is_class, "booked")
        elif self.policy == "none" or not may_wait:
            return "SeminarFull"
        else:
            self.rows[who] = Booked(seats, is_class, "waiting", self.place())
        return self.rows[who].state

    def change(self, who: str, seats: int) -> str:
        row = self.rows[who]
        if not self.is_open:
            return "SeminarClosed"
        if row.state not in ("booked", "waiting", "offered"):
            return "Over"
        if seats > row.seats:
            if seats > self.most(row.is_class):
                return "TooMany"
            if row.state == "offered":
                return "SeminarFull"
            if row.state == "waiting":
                row.line = self.place()
            elif self.is_closed:
                return "SeminarClosed"
            elif not self.has_room(seats - row.seats, is_class=False):
                return "SeminarFull"
        row.seats = seats
        self.pass_on()
        return row.state


class Line(RuleBasedStateMachine):
    """Does the same to an event and to its model."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(
        capacity=st.integers(2, 8),
        groups=st.sampled_from([None, 1, 2]),
        policy=st.sampled_from(["in_order", "fits", "none"]),
    )
    def begin(self, capacity: int, groups: int | None, policy: str) -> None:
        self.model = Model(capacity, groups, policy)
        self.event = factories.seminar(
            capacity=capacity, groups=groups, waitlist=policy, takes_classes=True, largest_group=LARGEST
        )

    def row(self, who: str) -> Registration:
        return Registration.objects.filter(seminar=self.event, name=who).latest("id")

    def said(self, act: Any) -> str:
        """What came of it, in the model's words."""
        try:
            answer = act()
        except booking.NoSeat as refusal:
            return type(refusal).__name__
        except Seminar.DoesNotExist:
            return "SeminarClosed"  # while it is planned anew it has no public page
        if isinstance(answer, booking.Outcome):
            return answer.value
        return str(answer.state)

    def someone(self, data: st.DataObject, *states: str) -> str | None:
        found = sorted(who for who, row in self.model.rows.items() if not states or row.state in states)
        return data.draw(st.sampled_from(found)) if found else None

    @rule(seats=SEATS, is_class=st.booleans(), may_wait=st.sampled_from([True, True, True, False]))
    def take(self, seats: int, is_class: bool, may_wait: bool) -> None:
        self.number += 1
        who = f"guest{self.number}"
        said = self.said(lambda: self.send(who, seats, is_class, may_wait))
        assert said == self.model.take(who, seats, is_class, may_wait)

    def send(self, who: str, seats: int, is_class: bool, may_wait: bool) -> booking.Outcome:
        kind = Registration.Kind.CLASS if is_class else Registration.Kind.ADULT
        wish = booking.Wish(
            name=who, email=f"{who}@example.org", seats=seats, kind=kind, group_name="x" * is_class, may_wait=may_wait
        )
        return booking.take(seminar_uid=self.event.uid, wish=wish, language="en")

    @precondition(lambda self: self.model.is_open)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """As long as it stands as it was sent, it is the same booking."""
        if who := self.someone(data, "booked", "waiting", "offered"):
            was = self.row(who)
            wish = booking.Wish(
                name=who,
                email=was.email.upper(),
                seats=was.seats,
                kind=Registration.Kind(was.kind),
                group_name=was.group_name,
            )
            if wish.fingerprint(self.event) == was.fingerprint:
                outcome = booking.take(seminar_uid=self.event.uid, wish=wish, language="en")
                assert outcome.seems_to_wait is (was.state != "booked")

    @rule(data=st.data(), verb=st.sampled_from(["cancel", "decline"]))
    def leave(self, data: st.DataObject, verb: str) -> None:
        if who := self.someone(data, *(["waiting", "offered"] if verb == "decline" else [])):
            uid = self.row(who).uid
            self.said(lambda: booking.cancel(uid=uid) if verb == "cancel" else waitlist.decline(uid=uid))
            if self.model.rows[who].state in ("booked", "waiting", "offered"):
                self.model.rows[who].state = "cancelled"
                self.model.pass_on()

    @rule(data=st.data(), seats=SEATS)
    def change(self, data: st.DataObject, seats: int) -> None:
        if who := self.someone(data):
            uid = self.row(who).uid
            assert self.said(lambda: booking.change(uid=uid, seats=seats)) == self.model.change(who, seats)

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        if who := self.someone(data):
            row = self.model.rows[who]
            said = self.said(lambda: waitlist.accept(uid=self.row(who).uid))
            if row.state == "booked":
                assert said == "booked"
            elif not self.model.is_open:
                assert said == "SeminarClosed"
            elif row.state == "offered":
                assert said == "booked"
                row.state = "booked"
            else:
                assert said == "Over"

    @rule(data=st.data())
    def accept_too_late(self, data: st.DataObject) -> None:
        if self.model.is_open and (who := self.someone(data, "offered")):
            Registration.objects.filter(pk=self.row(who).pk).update(offer_ends_at=timezone.now())
            assert self.said(lambda: waitlist.accept(uid=self.row(who).uid)) == "Over"
            self.model.rows[who].state = "lapsed"
            self.model.pass_on()

    @rule(data=st.data())
    def lapse(self, data: st.DataObject) -> None:
        if who := self.someone(data, "offered"):
            now = timezone.now()
            Registration.objects.filter(pk=self.row(who).pk).update(offer_ends_at=now)
            assert waitlist.lapse(now=now) == 1
            self.model.rows[who].state = "lapsed"
            self.model.pass_on()

    @rule(capacity=st.integers(1, 10), groups=st.sampled_from([None, 0, 1, 2, 3]))
    def resize(self, capacity: int, groups: int | None) -> None:
        """Staff may not go below what is taken: the database refuses it."""
        taken = self.model.capacity - self.model.free
        classes = sum(row.is_class for row in self.model.holding())
        self.model.capacity = max(capacity, taken)
        self.model.groups = None if groups is None else max(groups, classes)
        self.staff(capacity=self.model.capacity, groups=self.model.groups)

    @rule(policy=st.sampled_from(["in_order", "fits", "none"]))
    def another_policy(self, policy: str) -> None:
        if policy != "none" or not any(row.state == "waiting" for row in self.model.rows.values()):
            self.model.policy = policy
            self.staff(waitlist=policy)

    @rule()
    def close_or_reopen(self) -> None:
        """Bookings close; the line moves on."""
        self.model.is_closed = not self.model.is_closed
        ends = timezone.now() - dt.timedelta(minutes=1) if self.model.is_closed else None
        self.staff(booking_closes_at=ends)

    @rule()
    def plan_anew_or_open(self) -> None:
        """An event that is planned anew offers nothing; once it is open again the sweep finds what became free."""
        self.model.is_open = not self.model.is_open
        self.staff(state="open" if self.model.is_open else "draft")

    @rule(days=st.integers(2, 60))
    def move(self, days: int) -> None:
        self.staff(starts_at=factories.in_days(days))

    def staff(self, **fields: Any) -> None:
        Seminar.objects.filter(pk=self.event.pk).update(**fields)
        waitlist.seats_changed(seminar_id=self.event.pk)
        self.model.pass_on()

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "event"):
            return
        rows = Registration.objects.filter(seminar=self.event).order_by("id")
        found = {row.name: (row.state, row.seats, row.line or 0) for row in rows}
        assert found == {who: (row.state, row.seats, row.line) for who, row in self.model.rows.items()}
        assert counting.faults(self.event) == []
        self.event.refresh_from_db()
        assert self.event.seats_left == self.model.free
        assert self.event.waiting == sum(row.state == "waiting" for row in self.model.rows.values())

    @invariant()
    def no_seat_lies_idle(self) -> None:
        if hasattr(self, "event") and self.model.is_open:
            assert self.model.next() is None


def test_bookings_and_their_model_stand_alike_whatever_is_done() -> None:
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
