"""Hours: as they are typed, as they are stored, and in words that never say “now”."""

from dataclasses import replace

import pytest

from outreach.channels import hours, limits, spoken
from outreach.channels.lines import FLOOR, Line


def line(text: str, zone: str = "America/Chicago") -> Line:
    rows = hours.openings(hours.parse(text))
    return replace(FLOOR[1], always_open=False, hours="", openings=rows, time_zone=zone)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("MO-FR 08:00-17:00", "MO,TU,WE,TH,FR 08:00-17:00"),
        ("mo, we 8:00 – 12:30; sa 09:00-12:00", "MO,WE 08:00-12:30; SA 09:00-12:00"),
        ("FR-MO 20:00-06:00", "MO,FR,SA,SU 20:00-06:00"),
        ("SU 00:00-24:00", "SU 00:00-24:00"),
        ("", ""),
    ],
)
def test_schedule_comes_back_as_it_was_typed(typed: str, stored: str) -> None:
    assert hours.write(hours.parse(typed)) == stored
    assert hours.parse(stored) == hours.parse(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("weekdays", "Write days and times"),
        ("MO 8-17", "Write days and times"),
        ("XX 08:00-17:00", "is no day"),
        ("MO 25:00-26:00", "no time of day"),
        ("MO 08:00-08:00", "opens and closes at 08:00"),
    ],
)
def test_schedule_that_nobody_could_keep_is_refused(typed: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        hours.parse(typed)


def test_schedule_needs_a_zone_that_exists() -> None:
    week = hours.parse("MO-FR 08:00-17:00")
    assert "needs its time zone" in hours.wrong_with(week, "")[0]
    assert "no time zone" in hours.wrong_with(week, "Central")[0]
    assert hours.wrong_with(week, "America/Chicago") == []
    assert hours.wrong_with("always", "") != []


def test_stored_schedule_without_sense_costs_no_line() -> None:
    for rows in (None, "MO", [1], [{"byday": 5}], [{"byday": "MO", "opens_at": "8", "closes_at": "9"}]):
        assert hours.readable(rows) == ()


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        (
            "MO-FR 08:00-17:30",
            "Monday to Friday, 8 am to 5:30 pm. Central time.",
            "De lunes a viernes, de 8:00 a. m. a 5:30 p. m. Hora del Centro.",
        ),
        (
            "MO-SU 20:00-06:00",
            "Every day, 8 pm to 6 am the next day. Central time.",
            "Todos los días, de 8:00 p. m. a 6:00 a. m. del día siguiente. Hora del Centro.",
        ),
        (
            "SA,SU 12:00-24:00",
            "Saturday and Sunday, noon to midnight. Central time.",
            "Sábado y domingo, de 12:00 p. m. a la medianoche. Hora del Centro.",
        ),
        (
            "MO,WE,FR 00:00-24:00",
            "Monday, Wednesday and Friday, day and night. Central time.",
            "Lunes, miércoles y viernes, día y noche. Hora del Centro.",
        ),
    ],
)
def test_hours_are_said_with_their_zone(typed: str, english: str, spanish: str) -> None:
    assert spoken.hours(line(typed), "en") == english
    assert spoken.hours(line(typed), "es") == spanish


def test_hours_never_say_now() -> None:
    assert spoken.hours(FLOOR[1], "en") == "Day and night."
    assert spoken.hours(FLOOR[1], "es") == "Día y noche."
    assert spoken.hours(replace(FLOOR[1], always_open=False), "en") == ""
    assert spoken.hours(FLOOR[1], "ar") == ""
    assert spoken.hours(line("MO 08:00-09:00", "America/Indiana/Knox"), "en").endswith("Knox time.")
    for language in spoken.WORDS:
        said = spoken.hours(line("MO-FR 08:00-17:00"), language)
        assert not {"now", "open", "ahora", "abierto"} & set(said.lower().split())


def test_limits_have_words_in_each_language() -> None:
    for said in limits.SAID.values():
        assert set(said) == limits.CODES
        assert all(said.values())
    assert limits.wrong_with(["minors"]) == []
    assert "Choose among" in limits.wrong_with(["secret"])[0]
    assert limits.wrong_with("minors") != []
