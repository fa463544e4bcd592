"""Before whom a seminar is given, and with it who may know of it and what must be there first."""

from typing import Final

from django.db import models

from outreach.seminars.choices import Grades, Topic


class Audience(models.TextChoices):
    """Before whom a seminar is given. Students are counted, never named, whatever their age; see the properties."""

    STUDENTS = "students", "Students (never public)"
    COLLEGE = "college", "College students (never public)"
    ADULTS = "adults", "Adults"
    COMMUNITY = "community", "Community"

    @property
    def is_unlisted(self) -> bool:
        """Whether it has no public page, no feed and no booking, and the school says what is there for its students."""
        return self in UNLISTED

    @property
    def are_minors(self) -> bool:
        """Whether the law of minors holds: parents told, a way to say no, the child line, background checks."""
        return self is Audience.STUDENTS


UNLISTED: Final = (Audience.STUDENTS, Audience.COLLEGE)


def audience_of(*, grades: str, topic: str) -> Audience:
    """Before whom a school's wish is given: the one place that tells.

    A training for staff meets adults, whatever the school teaches. At a college students are adults: they say no
    themselves. Where younger ones sit among them (dual enrollment), the school asks for grades 9 to 12.
    """
    if topic == Topic.STAFF or grades == Grades.ADULTS:
        return Audience.ADULTS
    return Audience.COLLEGE if grades == Grades.COLLEGE else Audience.STUDENTS
