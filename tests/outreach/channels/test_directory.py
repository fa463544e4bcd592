"""The directory: what is seeded, what may stand on paper, and what whoever prints must know."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from outreach.channels import checking, local_copy
from outreach.channels.directory import NoPrintableLine, help_lines, poster_lines
from outreach.channels.lines import FLOOR, from_channel, from_dict
from outreach.channels.models import Channel
from portal.people.models import User
from portal.people.roles import Role

pytestmark = pytest.mark.django_db

DAY = dt.date(2027, 1, 11)

# (value, kind) → audience, who answers, area, confidence, may print: the table of the campaign's facts.
SEEDED = {
    ("911", "voice", "emergency"): ("police", "US", "H", True),
    ("1-888-373-7888", "voice", "victims"): ("advocate", "US", "H", True),
    ("233733", "sms", "victims"): ("advocate", "US", "H", True),
    ("humantraffickinghotline.org", "chat", "victims"): ("advocate", "US", "H", True),
    ("humantraffickinghotline.org", "web_form", "tips"): ("advocate", "US", "H", True),
    ("711", "relay", "victims"): ("advocate", "US", "H", True),
    ("help@humantraffickinghotline.org", "email", "victims"): ("advocate", "US", "M", True),
    ("1-877-447-4847", "voice", "tips"): ("federal", "US", "H", True),
    ("dhs.gov/hsi/tipline", "web_form", "tips"): ("federal", "US", "H", True),
    ("1-866-347-2423", "voice", "tips"): ("federal", "US", "M", False),
    ("1-800-843-5678", "voice", "children"): ("administrator", "US", "H", True),
    ("report.cybertip.org", "web_form", "children"): ("administrator", "US", "H", True),
    ("tips.fbi.gov", "web_form", "tips"): ("federal", "US", "M", True),
    ("988", "voice", "crisis"): ("counsellor", "US", "H", True),
    ("988", "sms", "crisis"): ("counsellor", "US", "H", True),
    ("601-987-1671", "voice", "tips"): ("police", "MS", "H", True),
    ("ReportHT@dps.ms.gov", "email", "tips"): ("police", "MS", "H", True),
    ("1-800-222-8000", "voice", "mandated"): ("child_protection", "MS", "H", True),
    ("reportabuse.mdcps.ms.gov", "web_form", "mandated"): ("child_protection", "MS", "H", True),
    ("1-800-331-0008", "voice", "tips"): ("police", "US", "L", False),
    ("27311", "sms", "tips"): ("police", "US", "L", False),
    ("802-527-4888", "voice", "professionals"): ("administrator", "US", "L", False),
    ("backpageremission.com", "web_form", "programme"): ("administrator", "US", "M", True),
    ("1-888-859-9206", "voice", "programme"): ("administrator", "US", "M", True),
    ("1-866-487-9243", "voice", "programme"): ("administrator", "US", "M", True),
    ("1-800-786-2929", "voice", "children"): ("counsellor", "US", "M", True),
    ("66008", "sms", "children"): ("counsellor", "US", "M", True),
    ("1-888-539-2373", "voice", "victims"): ("advocate", "CA", "M", True),
}


def channel(**fields: object) -> Channel:
    made = Channel(
        **{
            "slug": "ms-shelter-call",
            "name": "Magnolia House",
            "kind": "voice",
            "value": "601-555-0142",
            "audience": "victims",
            "answered_by": "advocate",
            "area_id": "MS",
            "operator": "Magnolia House",
            "source": "a test",
            "confidence": "H",
            **fields,
        }
    )
    made.save()
    return made


def test_seed_is_the_campaigns_table() -> None:
    found = {
        (row.value, row.kind, row.audience): (row.answered_by, row.area_id, row.confidence, row.may_print)
        for row in Channel.objects.all()
    }
    assert found == SEEDED
    for row in Channel.objects.all():
        assert row.source
        assert row.operator
        assert row.verified_on is None
        assert row.retired_at is None


def test_seed_knows_operator_keywords_and_the_end_of_a_programme() -> None:
    hotline = Channel.objects.get(slug="us-hotline-call")
    assert hotline.operator == "Compass Connections"
    assert hotline.valid_from == dt.date(2025, 9, 22)
    assert (hotline.languages, hotline.interpreters) == (["en", "es"], True)
    assert not Channel.objects.filter(kind__in=("sms", "chat"), interpreters=True).exists()
    assert Channel.objects.get(slug="us-hotline-text").keyword == "BEFREE"
    assert Channel.objects.get(value="1-877-447-4847").keyword == "1-877-4-HSI-TIP"
    ended = Channel.objects.filter(slug__startswith="us-remission")
    assert {row.valid_to for row in ended} == {dt.date(2026, 3, 31)}


def test_printable_is_sure_in_service_and_not_retired() -> None:
    sure = {row.slug for row in Channel.objects.filter(confidence="H", may_print=True)}
    assert {row.slug for row in Channel.objects.printable(DAY)} == sure
    assert {row.slug for row in Channel.objects.all() if row.prints} == sure
    late = channel(valid_from=dt.date(2027, 1, 12))
    assert late not in Channel.objects.printable(DAY)
    assert late in Channel.objects.printable(dt.date(2027, 1, 12))
    ended = channel(slug="ended", value="601-555-0143", valid_to=dt.date(2027, 1, 10))
    assert ended not in Channel.objects.printable(DAY)
    assert ended in Channel.objects.printable(dt.date(2027, 1, 10))
    gone = channel(slug="gone", value="601-555-0144", retired_at=timezone.now())
    assert gone not in Channel.objects.printable(DAY)
    assert not gone.prints


def test_seed_refuses_the_same_value_twice_and_an_end_before_its_beginning() -> None:
    channel()
    with pytest.raises(IntegrityError), transaction.atomic():
        channel(slug="again")
    with pytest.raises(IntegrityError), transaction.atomic():
        channel(slug="turned", value="1", valid_from=DAY, valid_to=DAY - dt.timedelta(days=1))


def test_poster_of_mississippi_has_the_nations_lines_and_no_local_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        lines = poster_lines("MS", DAY)
    assert lines.call.value == "1-888-373-7888"
    assert lines.text is not None
    assert lines.text.value == "233733"
    assert lines.relay is not None
    assert lines.relay.value == "711"
    assert lines.chat is not None
    assert lines.chat.value == "humantraffickinghotline.org"
    assert lines.local == ()
    assert lines.channels == (
        "us-hotline-call",
        "us-hotline-text",
        "us-hotline-relay",
        "us-hotline-chat",
        "us-911-call",
    )


def test_poster_where_the_state_is_unknown_has_the_nations_lines_alone() -> None:
    channel()
    assert poster_lines(None, DAY).local == ()
    assert poster_lines(None, DAY).call.area == "US"


def test_poster_has_a_local_advocates_line_in_its_state_alone() -> None:
    channel()
    assert [line.value for line in poster_lines("MS", DAY).local] == ["601-555-0142"]
    assert poster_lines("LA", DAY).local == ()
    assert "ms-shelter-call" in poster_lines("MS", DAY).channels


@pytest.mark.parametrize(
    "fields",
    [
        {"confidence": "M"},
        {"confidence": "L"},
        {"may_print": False},
        {"answered_by": "police"},
        {"answered_by": "child_protection"},
        {"answered_by": "federal"},
        {"answered_by": "administrator"},
        {"audience": "tips"},
        {"audience": "mandated"},
        {"valid_to": dt.date(2027, 1, 10)},
        {"valid_from": dt.date(2027, 1, 12)},
        {"retired_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)},
        {"transit_operator": "51@amtrak.com"},
    ],
    ids=str,
)
def test_poster_leaves_out_what_is_unsure_or_no_help(fields: dict[str, object]) -> None:
    channel(**fields)
    assert poster_lines("MS", DAY).local == ()


def test_poster_never_carries_a_value_below_h() -> None:
    Channel.objects.filter(slug="us-hotline-text").update(confidence="M")
    Channel.objects.filter(slug="us-hotline-chat").update(confidence="L")
    lines = poster_lines("CA", DAY)
    assert lines.text is lines.chat is None
    assert lines.local == ()
    assert lines.channels == ("us-hotline-call", "us-hotline-relay", "us-911-call")


def test_poster_without_a_national_number_is_refused() -> None:
    Channel.objects.filter(slug="us-hotline-call").update(confidence="M")
    with pytest.raises(NoPrintableLine, match="Reporting channels"):
        poster_lines("MS", DAY)


def test_poster_warns_of_each_line_until_it_was_verified(user_with: Callable[..., User]) -> None:
    channel()
    warnings = poster_lines("MS", DAY).warnings
    assert len(warnings) == 4  # nobody checks 711, which law fixes
    assert any("1-888-373-7888" in warning and "two people have not checked" in warning for warning in warnings)
    people = user_with(Role.COORDINATOR), user_with(Role.APPROVER)

    def check(line: Channel) -> None:
        for by in people:
            checking.record(channel=line, by=by, how="read", result="reaches")

    check(Channel.objects.get(slug="us-hotline-call"))
    assert len(poster_lines("MS", DAY).warnings) == 3
    assert not any("1-888-373-7888" in warning for warning in poster_lines("MS", DAY).warnings)
    for slug in ("us-hotline-text", "us-hotline-chat", "ms-shelter-call"):
        check(Channel.objects.get(slug=slug))
    assert poster_lines("MS", DAY).warnings == ()


def test_the_database_refuses_a_verifier_who_typed_the_value(user_with: Callable[..., User]) -> None:
    by = user_with()
    with pytest.raises(IntegrityError):
        Channel.objects.filter(slug="us-hotline-call").update(entered_by=by, verified_by=by)


def test_check_is_due_when_never_done_or_its_period_ends() -> None:
    row = Channel.objects.get(slug="us-hotline-call")
    assert row in Channel.objects.due_for_check(DAY)
    for days, due in ((1, False), (0, True), (-1, True)):
        Channel.objects.filter(pk=row.pk).update(next_due=DAY + dt.timedelta(days=days))
        assert (row in Channel.objects.due_for_check(DAY)) is due
    assert not Channel.objects.due_for_check(DAY).filter(confidence="M").exists()


def test_floor_says_what_the_seed_says() -> None:
    for line in FLOOR:
        row = from_channel(Channel.objects.get(slug=line.slug))
        assert (row.kind, row.value, row.audience, row.answered_by, row.area) == (
            line.kind,
            line.value,
            line.audience,
            line.answered_by,
            line.area,
        )
        assert row.keyword == line.keyword
        assert row.href == line.href


def test_lines_come_back_from_the_copy_as_they_were() -> None:
    for row in Channel.objects.all():
        line = from_channel(row)
        assert from_dict(line.as_dict()) == line


def test_copy_holds_only_what_is_sure() -> None:
    local_copy.refresh()
    kept = {line.slug for line in local_copy.current().lines}
    assert kept == {row.slug for row in Channel.objects.printable(timezone.localdate()).filter(transit_operator="")}


def test_copy_is_left_alone_where_nothing_changed() -> None:
    assert local_copy.refresh()
    assert not local_copy.refresh()
    channel()
    assert local_copy.refresh()


def test_help_of_mississippi_keeps_police_and_child_protection_from_the_help() -> None:
    channel(audience="victims", answered_by="police")
    lines = help_lines([from_channel(row) for row in Channel.objects.printable(DAY)], "MS", DAY)
    assert lines.local == ()
    assert [line.slug for line in lines.mandated] == ["ms-mdcps-call", "ms-mdcps-form"]
    assert {"ms-dps-call", "ms-dps-email", "us-hsi-call"} <= {line.slug for line in lines.tips}
    assert {line.answered_by for line in lines.crisis} == {"counsellor"}


def test_help_without_any_line_is_the_floor() -> None:
    lines = help_lines([], "MS", DAY)
    assert [line.value for line in (lines.call, lines.emergency)] == ["1-888-373-7888", "911"]
    assert lines.text is not None
    assert lines.chat is not None
    assert lines.relay is not None
    assert len(lines.crisis) == 2


def test_help_of_a_line_that_begins_tomorrow_waits_for_it() -> None:
    row = from_channel(channel(valid_from=DAY + dt.timedelta(days=1)))
    assert help_lines([row], "MS", DAY).local == ()
    assert help_lines([row], "MS", DAY + dt.timedelta(days=1)).local == (row,)
