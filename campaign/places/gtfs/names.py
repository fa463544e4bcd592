"""Names and numbers as feeds write them: of trains, of hosts, of route types."""

from urllib.parse import urlsplit


def basic_type(route_type: int) -> int:
    """The basic route type (0 tram … 12 monorail) of an extended one (100-1799); others as given."""
    for first, last, basic in _EXTENDED:
        if first <= route_type <= last:
            return basic
    return route_type


_EXTENDED = (
    (100, 199, 2),
    (200, 299, 3),
    (300, 399, 2),
    (400, 404, 1),
    (405, 405, 12),
    (500, 699, 1),
    (700, 799, 3),
    (800, 899, 11),
    (900, 999, 0),
    (1000, 1099, 4),
    (1200, 1299, 4),
    (1300, 1399, 6),
    (1400, 1499, 7),
)


def train_name(short: str, long: str) -> str:
    """What riders call a route: both names, or the longer where it contains the other.

    Long names alone would merge two lines of one avenue, short ones alone say little.
    """
    if not short or not long:
        return short or long
    if short.casefold() in long.casefold().split():
        return long
    if long.casefold() in short.casefold().split():
        return short
    return f"{short} {long}"


def host_of(url: str) -> str:
    """The host of a web address in lower case without www, or "" where it has none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host and " " not in host else ""


def whole_number(text: str) -> int | None:
    """A number from 0 written in at most ten ASCII digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which train 9 comes before train 10, and numbers before words."""
    parts: list[tuple[int, int, str]] = []
    digits = word = ""
    for character in text:
        if character.isascii() and character.isdigit():
            if word:
                parts.append((1, 0, word))
            digits, word = digits + character, ""
        else:
            if digits:
                parts.append((0, int(digits), ""))
            digits, word = "", word + character
    if digits:
        parts.append((0, int(digits[:4000]), ""))
    if word:
        parts.append((1, 0, word))
    return tuple(parts)
