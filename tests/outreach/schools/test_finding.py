"""A school is found by the beginnings of its words, and a ZIP code by its schools."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from outreach.schools import positions
from outreach.schools.finding import find
from outreach.schools.folding import LONGEST, fold, words_of
from outreach.schools.models import School

pytestmark = pytest.mark.django_db


def school(name: str, **fields: Any) -> School:
    values: dict[str, Any] = {
        "source": School.Source.NCES,
        "source_id": f"{School.objects.count():012}",
        "city": "Jackson",
        "state_id": "MS",
    }
    return School.objects.create(name=name, **values | fields)


@pytest.mark.parametrize(
    "text",
    [
        *("saguaro", "sag hi", "high saguaro", "SAGUARO, Phoenix", "saguaro az", "phoenix ariz", "040000100001"),
        *("añejo", "anejo", "st marys", "St. Mary’s", "  saguaro  "),
    ],
)
def test_find_takes_the_beginnings_of_words(text: str) -> None:
    wanted = school("Saguaro High / St. Mary's Añejo", city="Phoenix", state_id="AZ", source_id="040000100001")
    school("Lincoln High")

    assert find(text=text) == [wanted]


@pytest.mark.parametrize(
    "text", ["", " ", "s", "sa", "guaro", "saguaro low", "%%%", "' OR 1=1 --", "_____", "\0\0\0\0"]
)
def test_find_answers_nothing_to_what_is_too_short_or_not_there(text: str) -> None:
    school("Saguaro High")

    assert find(text=text) == []


def test_find_puts_the_id_first_and_then_names_that_begin_so() -> None:
    later = school("Central High", city="Lincoln")
    second = school("Lincoln High")
    first = school("Another", source_id="lincoln")

    assert find(text="lincoln") == [first, second, later]


def test_find_keeps_to_a_state_and_to_open_schools() -> None:
    here = school("Lincoln High", state_id="FL")
    school("Lincoln High", state_id="MS")
    school("Lincoln High", state_id="FL", retired_at="2026-01-01T00:00Z")

    assert find(text="lincoln", area="FL") == [here]
    assert len(find(text="lincoln")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_find_asks_once(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(count):
        school(f"Lincoln High {number}")

    with django_assert_num_queries(1):
        assert [str(row.state) for row in find(text="lincoln")] == ["Mississippi"] * count


def test_find_answers_no_more_than_asked_for() -> None:
    for number in range(4):
        school(f"Lincoln High {number}")

    assert len(find(text="lincoln", limit=3)) == 3


def test_words_follow_the_name() -> None:
    row = school("Lincoln High")
    row.name = "Roosevelt High"
    row.save(update_fields=["name", "search"])

    assert find(text="roosevelt") == [row]
    assert not find(text="lincoln")


def test_words_of_long_names_keep_the_id() -> None:
    words = words_of(name="ß" * 160, city="x" * 80, state_id="MS", source_id="040000100001")

    assert len(words) == LONGEST
    assert words.endswith(" ms mississippi 040000100001")


def test_fold_is_its_own_fold() -> None:
    assert fold("  Ünïted—Schöól_2 ") == "united school 2"
    assert fold(fold("Ǆ ﬁ")) == fold("Ǆ ﬁ")


def test_at_postal_code_is_the_middle_of_its_schools() -> None:
    school("A", postal_code="39201", latitude=32.0, longitude=-90.0)
    school("B", postal_code="39201-1234", latitude=33.0, longitude=-91.0)
    school("C", postal_code="39202", latitude=40.0, longitude=-80.0)
    school("D", postal_code="39201")

    assert positions.at_postal_code("39201") == (32.5, -90.5)
    assert positions.at_postal_code("39201-9999") == (32.5, -90.5)


def test_at_postal_code_without_a_school_takes_its_neighbours() -> None:
    school("A", postal_code="39201", latitude=32.0, longitude=-90.0)
    school("B", postal_code="39301", latitude=50.0, longitude=-60.0)

    assert positions.at_postal_code("39299") == (32.0, -90.0)
    assert positions.at_postal_code("85004") is None


@pytest.mark.parametrize("code", ["", "3920", "ABCDE", "٣٩٢٠١", "3920 1"])
def test_at_postal_code_of_what_is_none_is_none(code: str) -> None:
    assert positions.at_postal_code(code) is None


def test_cells_are_one_a_square_and_follow_the_register() -> None:
    school("A", latitude=32.1, longitude=-90.1)
    school("B", latitude=32.2, longitude=-90.2)
    assert positions.cells() == ((32.25, -90.25),)

    school("C", latitude=13.4, longitude=144.8)
    assert positions.cells() == ((13.25, 144.75), (32.25, -90.25))


@pytest.mark.parametrize("way", ["save", "save of fields", "bulk_update", "update_or_create"])
def test_school_is_found_by_its_new_name_however_it_was_written(way: str) -> None:
    renamed = school("Lincoln High")
    renamed.name = "Saguaro High"
    match way:
        case "save":
            renamed.save()
        case "save of fields":
            renamed.save(update_fields=["name"])
        case "bulk_update":
            School.objects.bulk_update([renamed], ["name"])
        case _:
            School.objects.update_or_create(source_id=renamed.source_id, defaults={"name": "Saguaro High"})

    assert find(text="saguaro") == [renamed]
    assert find(text="lincoln") == []


@pytest.mark.parametrize("field", ["name", "city", "state", "state_id", "source_id"])
def test_update_of_many_refuses_what_schools_are_found_by(field: str) -> None:
    school("Lincoln High")
    with pytest.raises(TypeError, match=f"{field}: save each school"):
        School.objects.update(**{field: "AZ"})
    assert School.objects.update(phone="(601) 555-0199") == 1
