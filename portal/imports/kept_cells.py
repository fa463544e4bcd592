"""Cells of rows that were refused, as JSON keeps them until the file of errors is asked for: a day stays a day."""

import datetime as dt
import sys
from dataclasses import dataclass
from typing import Any, Final

LARGEST: Final = sys.float_info.max
"""No spreadsheet has a larger number; nor is NaN between it and its opposite."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a workbook that is never taken as a value: a formula, an error, a text longer than a cell.

    ``code`` stands in its place in the file of errors, where it is refused again until somebody mends it.
    """

    text: str
    code: str = "#VALUE!"

    def __str__(self) -> str:
        return self.text


def packed(cell: Any) -> Any:
    """The cell in types of JSON."""
    match cell:
        case dt.datetime():
            return {"moment": cell.isoformat()}
        case dt.date():
            return {"day": cell.isoformat()}
        case dt.time():
            return {"time": cell.isoformat()}
        case dt.timedelta():
            return {"microseconds": cell // dt.timedelta(microseconds=1)}
        case Unread():
            return {"unread": [cell.text, cell.code]}
        case float() | int() if not -LARGEST <= cell <= LARGEST:
            return {"unread": [str(cell), "#NUM!"]}
        case _:
            return cell


def unpacked(cell: Any) -> Any:
    """The cell that was packed: of a workbook, which knows no objects of its own."""
    match cell:
        case {"moment": moment}:
            return dt.datetime.fromisoformat(moment)
        case {"day": day}:
            return dt.date.fromisoformat(day)
        case {"time": time}:
            return dt.time.fromisoformat(time)
        case {"microseconds": count}:
            return dt.timedelta(microseconds=count)
        case {"unread": [text, code]}:
            return Unread(text, code)
        case _:
            return cell
