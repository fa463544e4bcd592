"""Why a wish for seats came to nothing. Each is answered with a page in words."""

from outreach.seminars.models import Seminar


class NoSeat(Exception):
    """Nothing was taken or changed. ``seminar`` is as it was found."""

    def __init__(self, seminar: Seminar) -> None:
        super().__init__(str(seminar.uid))
        self.seminar = seminar


class SeminarFull(NoSeat):
    """There are fewer free seats than were wanted (``left``, perhaps none), and no line, or nobody wished to wait."""

    def __init__(self, seminar: Seminar, left: int) -> None:
        super().__init__(seminar)
        self.left = left


class SeminarClosed(NoSeat):
    """It takes no bookings: called off, over, begun, or bookings have closed."""


class TooMany(NoSeat):
    """More seats than one booking may have here, or than the event has: ``most``."""

    def __init__(self, seminar: Seminar, most: int) -> None:
        super().__init__(seminar)
        self.most = most


class NoClasses(NoSeat):
    """Classes cannot come to it."""


class Over(NoSeat):
    """The booking itself holds no longer: it was cancelled, or its offer ended."""


class Busy(Exception):
    """So many book at this moment that the turn did not come in time. Nothing was changed: send it again."""
