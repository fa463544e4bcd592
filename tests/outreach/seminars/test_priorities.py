"""Which requests come first: by rules whose lines add up to the points."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from outreach.seminars import priorities
from outreach.seminars.choices import Grades, Language
from outreach.seminars.models import Seminar
from outreach.seminars.priorities import Facts, priority
from portal.areas.models import Area
from portal.seasons.models import FocusArea, Season
from tests.outreach import factories

FACTS = st.builds(
    Facts,
    headcount=st.integers(1, 5_000),
    grades=st.sampled_from(Grades.values),
    language=st.sampled_from(Language.values),
    state=st.just("Florida"),
    focus=st.lists(st.sampled_from(["Gulf coast", "Tampa"]), unique=True).map(tuple),
    seminars_here=st.none() | st.integers(0, 9),
    seminars_in_state=st.integers(0, 900),
    shift=st.integers(-50, 50),
    why=st.just("A flood closed it last year."),
)


@given(FACTS)
def test_points_are_the_sum_of_lines_that_say_why(facts: Facts) -> None:
    weighed = priority(facts)

    assert weighed.points == sum(line.points for line in weighed.lines)
    assert weighed.points >= 50
    assert all(line.why for line in weighed.lines)
    assert len({line.rule for line in weighed.lines}) == len(weighed.lines)


@given(FACTS, st.integers(1, 500))
def test_more_people_never_count_less(facts: Facts, more: int) -> None:
    larger = Facts(
        **{name: getattr(facts, name) for name in Facts.__dataclass_fields__} | {"headcount": facts.headcount + more}
    )

    assert priority(larger).points >= priority(facts).points


def test_each_rule_counts_as_the_docs_say() -> None:
    plain = Facts(headcount=100, grades="6-8", language="en", state="Florida", seminars_here=2, seminars_in_state=7)
    assert priority(plain).points == 120

    full = Facts(
        headcount=2_000,
        grades="9-12",
        language="es",
        state="Florida",
        focus=("Gulf coast",),
        seminars_here=0,
        seminars_in_state=0,
        shift=-5,
        why="It had one by video.",
    )
    assert [(line.rule, line.points) for line in priority(full).lines] == [
        ("every request", 100),
        ("people", 60),
        ("group", 10),
        ("language", 10),
        ("school", 15),
        ("state", 20),
        ("focus area", 30),
        ("staff", -5),
    ]


def test_docs_name_the_points_of_every_rule() -> None:
    page = (Path(__file__).parents[3] / "docs" / "priorities.md").read_text(encoding="utf-8")
    cells = [line.split("|")[2].strip() for line in page.splitlines() if line.startswith("|")][2:]

    assert cells == [
        str(priorities.BASE),
        f"1 for each {priorities.PEOPLE_A_POINT}, at most {priorities.MOST_FOR_PEOPLE}",
        *map(str, (priorities.NAMED_GROUP, priorities.NOT_ENGLISH, priorities.NEW_SCHOOL, priorities.NEW_STATE)),
        str(priorities.FOCUS),
        "−50 to 50",
    ]


@pytest.mark.django_db
def test_facts_count_what_took_place_here_and_lately() -> None:
    season = factories.season_ahead()
    before, long_ago = (
        Season.objects.get_or_create(year=season.year - back, defaults=factories.dates_of(season.year - back))[0]
        for back in (2, 3)
    )
    school, other = factories.school(), factories.school(name="Another")
    for of, where, state in (
        (season, school, "open"),
        (before, school, "done"),
        (before, other, "done"),
        (long_ago, school, "done"),
        (season, school, "cancelled"),
        (season, school, "draft"),
    ):
        factories.seminar(season=of, school=where, state=state, audience=Seminar.Audience.ADULTS)
    FocusArea.objects.create(season=season, area=Area.objects.get(pk="MS"), name="Gulf coast", level="federal")
    asked = factories.request(season=season, school=school)
    loose = factories.request(season=season, area=Area.objects.get(pk="AZ"))
    facts = priorities.facts_of([asked, loose])

    assert facts[asked.pk].seminars_here == 2
    assert (facts[asked.pk].seminars_in_state, facts[asked.pk].focus) == (1, ("Gulf coast",))
    assert (facts[loose.pk].seminars_here, facts[loose.pk].seminars_in_state, facts[loose.pk].focus) == (None, 0, ())


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_facts_need_the_same_statements_for_any_number(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    season = factories.season_ahead()
    requests = [factories.request(season=season, school=factories.school()) for _ in range(count)]
    with django_assert_num_queries(3):
        priorities.facts_of(requests)


@pytest.mark.django_db
def test_facts_of_nothing_are_none() -> None:
    assert priorities.facts_of([]) == {}
