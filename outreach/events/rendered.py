"""Pages of events as they were written out last, for as long as they say the same.

Everything a page says is read anew for each request; only filling the template, which takes most of the time, is spared
where nothing of it changed. So nobody ever sees what is not true any more.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from outreach.channels import local_copy
from outreach.seminars.models import Seminar

#: Pages that a process keeps, of some 16 KB each.
MOST: Final = 200
#: Seconds after which a page is written out anew all the same: its form says about when it was made.
LONGEST: Final = 60
#: What counts seats: the page says of them no more than where the event stands.
_COUNTS: Final = frozenset({"seats_taken", "groups_taken", "waiting", "last_in_line"})
_SHOWN: Final = tuple(field.attname for field in Seminar._meta.concrete_fields if field.attname not in _COUNTS)

_kept: OrderedDict[object, str] = OrderedDict()
_lock = threading.Lock()


def page(template: str, content: Mapping[str, object], *, request: HttpRequest, more: Mapping[str, object]) -> str:
    """The template with ``content``, which says all that the page depends on, and ``more``, which may be a minute old."""
    now = timezone.now()
    key = (
        template,
        request.path,
        get_language(),
        int(now.timestamp()) // LONGEST,
        _plain(local_copy.national(timezone.localdate(now))),
        frozenset(more),
        *((name, _plain(value)) for name, value in content.items()),
    )
    with _lock:
        if (kept := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return kept
    written = render_to_string(template, {**content, **more}, request)
    with _lock:
        _kept[key] = written
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return written


def _plain(value: Any) -> object:
    """Something that is equal where the value says the same."""
    if isinstance(value, Seminar):
        return tuple(getattr(value, name) for name in _SHOWN)
    if isinstance(value, list | tuple):
        return tuple(_plain(each) for each in value)
    if is_dataclass(value):
        return (type(value), *(_plain(getattr(value, field.name)) for field in fields(value)))
    return value
