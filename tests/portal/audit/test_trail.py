"""The trail says what changed, in a form that both databases give back alike."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit import trail
from portal.audit.digests import canonical, content_digest
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_record_keeps_only_what_differs(season: Season, user_with: Callable[..., User]) -> None:
    before = trail.snapshot(season)
    season.theme = "New"
    entry = trail.record(
        actor=user_with(Role.COORDINATOR), verb="changed", target=season, before=before, after=trail.snapshot(season)
    )
    entry.refresh_from_db()
    assert entry.after == {"theme": "New"}
    assert list(entry.before) == ["theme"]
    assert (entry.object_type, entry.object_id) == ("portal.season", "2027")


def test_snapshot_never_holds_a_password(user_with: Callable[..., User]) -> None:
    assert "password" not in trail.snapshot(user_with())


def test_record_asks_the_database_once(season: Season) -> None:
    with CaptureQueriesContext(connection) as asked:
        trail.record(actor=None, verb="did", target=season, after={"theme": "New"})
    assert len(asked) == 1


def test_equal_entries_have_unlike_digests() -> None:
    one, two = (trail.record(actor=None, verb="did", target=None, label="601-555-0134") for _ in range(2))
    assert one.content_digest != two.content_digest
    assert one.salt != two.salt


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(value=JSON, label=st.text(st.characters(), max_size=300))
def test_whatever_is_recorded_is_read_back_to_the_same_digest(value: Any, label: str) -> None:
    made = trail.record(actor=None, verb="did", target=None, label=label, after={"value": value, "always": 1})
    kept = Entry.objects.get(pk=made.pk)
    assert kept.content_digest == content_digest(
        salt=kept.salt, label=kept.object_label, before=kept.before, after=kept.after
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        (1e22, 10**22),
        (1e23, 10**23),
        (-0.0, 0),
        (2.0, 2),
        ((1, 2), [1, 2]),
    ],
)
def test_canonical_form_is_one(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, "1"), (None, ""), ([], {}), ("e\u0301", "\u00e9"), (0.1, 0.2)]
)
def test_canonical_form_tells_apart(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("hostile", ["\0", "a\0b", "\ud800", "x" * 500, float("nan"), Decimal("1.50"), object()])
def test_hostile_values_are_recorded(hostile: object) -> None:
    entry = trail.record(actor=None, verb="did", target=None, label=str(hostile)[:300], after={"value": hostile})
    entry.refresh_from_db()
    assert len(entry.object_label) <= 200
    assert "value" in entry.after


def test_a_redacted_entry_may_say_nothing() -> None:
    from django.db import IntegrityError, transaction
    from django.utils import timezone

    entry = trail.record(actor=None, verb="did", target=None, label="A name")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(redacted_at=timezone.now())
