"""What the private page of a booking shows, by how it stands."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from outreach.registration import tickets
from outreach.registration.holding import State
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.areas import clocks


@dataclass(frozen=True, slots=True)
class PrivatePage:
    """A booking as its guest sees it; ``booked`` comes with its event."""

    booked: Registration

    @property
    def stands(self) -> str:
        """Which part of the page is shown."""
        state, event = State(self.booked.state), self.booked.seminar
        if event.state == Seminar.State.CANCELLED:
            return "called off"
        if state in {State.CANCELLED, State.LAPSED}:
            return str(state)
        if event.ends_at <= timezone.now() or event.state == Seminar.State.DONE:
            return "over"
        if state == State.OFFERED and (ends := self.booked.offer_ends_at) and ends <= timezone.now():
            return "lapsed"  # the task that says so runs every half minute
        if state == State.WAITING and event.has_begun:
            return "lapsed"
        return str(state)

    @property
    def can_change(self) -> bool:
        """Whether it can still be changed or given back."""
        event = self.booked.seminar
        is_live = self.stands in {State.BOOKED, State.WAITING, State.OFFERED}
        return is_live and event.state == Seminar.State.OPEN and not event.has_begun

    @property
    def is_planned_anew(self) -> bool:
        """Whether the event lost its public page for now, and the booking stands."""
        return self.booked.seminar.state == Seminar.State.DRAFT

    @property
    def place(self) -> int:
        """How many stand in line up to and with this one."""
        line = Registration.objects.filter(seminar=self.booked.seminar_id, state=State.WAITING)
        return line.filter(line__lte=self.booked.line).count()

    @property
    def offer_day(self) -> str:
        """The day on which the offer ends, on the event's clock."""
        ends = self.booked.offer_ends_at
        return clocks.spoken_day(ends, self.booked.seminar.time_zone) if ends else ""

    @property
    def offer_time(self) -> str:
        """The time at which it does."""
        ends = self.booked.offer_ends_at
        return clocks.spoken_time(ends, self.booked.seminar.time_zone) if ends else ""

    @property
    def code(self) -> str:
        """The ticket as it is read aloud."""
        return tickets.spoken(self.booked.ticket)

    @property
    def square(self) -> SafeString:
        """The ticket as a code that the door scans, as SVG. It holds the ticket alone: it opens nothing."""
        from portal.typesetting import qr

        return mark_safe(qr(self.booked.ticket).to_svg())  # noqa: S308  # drawn by us, of letters and digits
