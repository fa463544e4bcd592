"""Hours in words, in English and Spanish: ``Monday to Friday, 8 am to 5 pm. Central time.``

They never say that somebody answers now: a page is kept by networks and may be read much later than it was made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outreach.channels.hours import DAYS, Opening
from outreach.channels.lines import Line

_ZONES = {
    "America/New_York": "eastern",
    "America/Detroit": "eastern",
    "America/Indiana/Indianapolis": "eastern",
    "America/Kentucky/Louisville": "eastern",
    "America/Chicago": "central",
    "America/Denver": "mountain",
    "America/Boise": "mountain",
    "America/Phoenix": "arizona",
    "America/Los_Angeles": "pacific",
    "America/Anchorage": "alaska",
    "Pacific/Honolulu": "hawaii",
    "America/Puerto_Rico": "atlantic",
    "America/St_Thomas": "atlantic",
    "Pacific/Guam": "chamorro",
    "Pacific/Saipan": "chamorro",
    "Pacific/Pago_Pago": "samoa",
}


@dataclass(frozen=True, slots=True)
class HourWords:
    """What one language says of days and times. ``{}`` stand for days, times and names of zones."""

    days: tuple[str, ...]
    every_day: str
    run: str
    last: str
    span: str
    day_and_night: str
    next_day: str
    midnight: str
    clock: Callable[[int, int], str]
    zones: Mapping[str, str]
    other_zone: str


def hours(line: Line, language: str) -> str:
    """When a line is answered, in sentences; empty where it is not known, or the language has no words for it."""
    words = WORDS.get(language)
    if words is None:
        return ""
    if line.always_open:
        return _sentence(words.day_and_night)
    said = [_sentence(f"{_days(opening.days, words)}, {_times(opening, words)}") for opening in line.openings]
    if said and line.time_zone:
        said.append(_sentence(_zone(line.time_zone, words)))
    return " ".join(said)


def _days(days: tuple[str, ...], words: HourWords) -> str:
    places = [place for place, day in enumerate(DAYS) if day in days]
    if len(places) == len(DAYS):
        return words.every_day
    if len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        return words.run.format(words.days[places[0]], words.days[places[-1]])
    names = [words.days[place] for place in places]
    return names[0] if len(names) == 1 else words.last.format(", ".join(names[:-1]), names[-1])


def _times(opening: Opening, words: HourWords) -> str:
    if opening.is_whole_day:
        return words.day_and_night
    said = words.span.format(_clock(opening.opens_at, words), _clock(opening.closes_at, words))
    ends_next_day = opening.closes_at <= opening.opens_at and opening.closes_at != "00:00"
    return f"{said} {words.next_day}" if ends_next_day else said


def _clock(text: str, words: HourWords) -> str:
    hour, minute = (int(part) for part in text.split(":"))
    return words.midnight if (hour % 24, minute) == (0, 0) else words.clock(hour, minute)


def _zone(name: str, words: HourWords) -> str:
    known = _ZONES.get(name)
    return words.zones[known] if known else words.other_zone.format(name.rpartition("/")[2].replace("_", " "))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _english(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "noon"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {'am' if hour < 12 else 'pm'}"


def _spanish(hour: int, minute: int) -> str:
    return f"{hour % 12 or 12}:{minute:02} {'a. m.' if hour < 12 else 'p. m.'}"


WORDS: dict[str, HourWords] = {
    "en": HourWords(
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        every_day="every day",
        run="{} to {}",
        last="{} and {}",
        span="{} to {}",
        day_and_night="day and night",
        next_day="the next day",
        midnight="midnight",
        clock=_english,
        zones={
            "eastern": "Eastern time",
            "central": "Central time",
            "mountain": "Mountain time",
            "arizona": "Arizona time",
            "pacific": "Pacific time",
            "alaska": "Alaska time",
            "hawaii": "Hawaii time",
            "atlantic": "Atlantic time",
            "chamorro": "Guam time",
            "samoa": "Samoa time",
        },
        other_zone="{} time",
    ),
    "es": HourWords(
        days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        every_day="todos los días",
        run="de {} a {}",
        last="{} y {}",
        span="de {} a {}",
        day_and_night="día y noche",
        next_day="del día siguiente",
        midnight="la medianoche",
        clock=_spanish,
        zones={
            "eastern": "hora del Este",
            "central": "hora del Centro",
            "mountain": "hora de la Montaña",
            "arizona": "hora de Arizona",
            "pacific": "hora del Pacífico",
            "alaska": "hora de Alaska",
            "hawaii": "hora de Hawái",
            "atlantic": "hora del Atlántico",
            "chamorro": "hora de Guam",
            "samoa": "hora de Samoa",
        },
        other_zone="hora de {}",
    ),
}
