"""Where a value stands, whatever happened in whatever order: nobody alone verifies, shows or fails anything."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from outreach.channels import standing
from outreach.channels.standing import CHECK_DAYS, Seen, Standing

DAY = dt.date(2027, 1, 1)
MIDNIGHT = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
STAFF, GUESTS = (1, 2, 3), ("operator", "reviewer")


def seen(user: int | None, day: int, *, works: bool = True, guest: str = "", of: int | None = None) -> Seen:
    return Seen(
        person=f"user {user}" if user else f"guest {guest}",
        at=MIDNIGHT + dt.timedelta(days=day),
        on=DAY + dt.timedelta(days=day),
        works=works,
        user=user,
        guest_of=of,
    )


@st.composite
def logs(draw: st.DrawFn, people: tuple[int, ...] = STAFF, guests: tuple[str, ...] = GUESTS) -> list[Seen]:
    """What people found over some months."""
    staff = st.builds(seen, st.sampled_from(people), st.integers(0, 90), works=st.booleans())
    outside = st.builds(
        seen,
        st.none(),
        st.integers(0, 90),
        works=st.booleans(),
        guest=st.sampled_from(guests or ("nobody",)),
        of=st.sampled_from(people),
    )
    return draw(st.lists(staff | outside if guests else staff, max_size=12))


def persons(found: list[Seen]) -> set[str]:
    return {each.person for each in found}


@given(logs(people=(1,), guests=()))
def test_one_person_alone_verifies_and_fails_nothing(found: list[Seen]) -> None:
    stands = standing.of(found)
    assert (stands.verified_on, stands.verified_until, stands.failed_on) == (None, None, None)


@given(logs())
def test_verified_means_two_people_within_one_period_and_no_open_report(found: list[Seen]) -> None:
    stands = standing.of(found)
    if stands.verified_on is None:
        assert stands.verified_until is None
        return
    assert stands.verified_until is not None
    first = stands.verified_until - dt.timedelta(days=CHECK_DAYS)
    within = [each for each in found if each.works and first <= each.on <= stands.verified_on]
    assert len(persons(within)) >= 2
    assert any(each.user is not None for each in within)
    assert not stands.failing
    assert stands.verified_on <= stands.verified_until


@given(logs(), st.sampled_from(STAFF))
def test_whoever_typed_a_value_speaks_for_it_neither_alone_nor_by_guests(found: list[Seen], typist: int) -> None:
    others = [each for each in found if not (each.works and typist in (each.user, each.guest_of))]
    assert standing.of(found, typists=[typist]) == standing.of(others)
    assert standing.of(found, typists=[typist]).verified_by != typist


@given(logs(people=(1,)))
def test_a_typist_with_any_number_of_mailboxes_shows_nothing(found: list[Seen]) -> None:
    stands = standing.of(found, typists=[1])
    assert not stands.is_seen
    assert stands.verified_on is None


@given(logs(), st.integers(0, 90))
def test_checks_of_the_record_before_count_for_nothing(found: list[Seen], day: int) -> None:
    since = MIDNIGHT + dt.timedelta(days=day)
    assert standing.of(found, since=since) == standing.of([each for each in found if each.at > since])


@given(logs())
def test_failed_means_two_people_whose_newest_word_is_that_it_fails(found: list[Seen]) -> None:
    stands = standing.of(found)
    assert (stands.failed_on is not None) == (len(stands.failing) >= 2)
    assert len({each.person for each in stands.failing}) == len(stands.failing)
    assert not persons(list(stands.failing)) & persons(list(stands.reached))
    assert stands.failed_on is None or stands.verified_on is None


@given(logs())
def test_guests_alone_verify_nothing(found: list[Seen]) -> None:
    assert standing.of([each for each in found if each.user is None]).verified_on is None


@given(logs(), st.randoms(use_true_random=False))
def test_the_order_in_which_the_log_is_read_does_not_matter(found: list[Seen], random: object) -> None:
    unlike = {(each.on, each.at): each for each in found}
    shuffled = list(unlike.values())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing.of(shuffled) == standing.of(unlike.values())


@given(st.lists(st.integers(0, 25), min_size=2, max_size=8))
def test_two_who_check_often_enough_never_lapse(gaps: list[int]) -> None:
    day, found, until = 0, [], []
    for place, gap in enumerate(gaps):
        day += gap // 2
        found.append(seen(1 + place % 2, day))
        until.append(standing.of(found).verified_until)
    ends = [end for end in until if end]
    assert len(ends) == len(gaps) - 1
    assert all(before <= after for before, after in pairwise(ends))


def test_second_person_verifies_until_the_first_check_is_a_period_old() -> None:
    stands = standing.of([seen(1, 0), seen(2, 10)])
    assert (stands.verified_on, stands.verified_until, stands.verified_by) == (
        DAY + dt.timedelta(10),
        DAY + dt.timedelta(30),
        2,
    )
    assert standing.of([seen(1, 0), seen(2, 31)]).verified_on is None


def test_operator_is_a_second_person_but_not_a_first_and_a_second() -> None:
    operator = seen(None, 3, guest="operator", of=1)
    assert standing.of([seen(1, 0), operator]).verified_on == DAY + dt.timedelta(3)
    assert standing.of([operator, seen(None, 4, guest="reviewer", of=1)]).verified_on is None
    assert standing.of([seen(2, 0), operator], typists=[1]).verified_on is None


def test_report_that_it_fails_is_answered_by_two_others_or_by_its_own_person() -> None:
    def stands(*found: Seen) -> Standing:
        return standing.of(found)

    verified = (seen(1, 0), seen(2, 1))
    assert len(stands(*verified, seen(3, 2, works=False)).failing) == 1
    assert stands(*verified, seen(3, 2, works=False)).verified_on is None
    assert stands(*verified, seen(3, 2, works=False), seen(1, 3)).verified_on is None
    assert stands(*verified, seen(3, 2, works=False), seen(1, 3), seen(2, 4)).verified_on == DAY + dt.timedelta(4)
    assert stands(*verified, seen(3, 2, works=False), seen(3, 5)).verified_on == DAY + dt.timedelta(5)
    assert stands(*verified, seen(3, 2, works=False), seen(1, 3, works=False)).failed_on == DAY + dt.timedelta(3)
