"""Two records of one agency become one: what is shown is what moves, nothing is lost, and it can be undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.agencies import duplicates, logo_rights, merging
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import MergeRecord, Participation
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency, Contact, FormerName
from outreach.seminars.models import Presenter, Seminar
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.agencies.conftest import office
from tests.portal.files.hostile import svg

pytestmark = pytest.mark.django_db


def relations() -> set[str]:
    """Every foreign key, one-to-one and many-to-many that names an agency, in any app."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is Agency:
                found.add(f"{model._meta.label_lower}.{field.name}")
    return found


def present(agency: Agency, email: str) -> Presenter:
    """A presenter there."""
    return Presenter.objects.create(
        agency=agency, name="Robin", email=email, base_postal_code="39201", time_zone="America/Chicago"
    )


@pytest.fixture
def pair(season: Season, agree: Callable[..., Agreement], recorder: User) -> tuple[Agency, Agency]:
    """Two records of one agency, each with something of everything, some of it alike."""
    winner = office("Lantern House", acronym="LH", parts=["posters"], description="")
    loser = office(
        "The Lantern House", website="https://lantern.example", description="Shelter.", parts=["posters", "press"]
    )
    for agency in (winner, loser):
        Contact.objects.create(agency=agency, role="Press", email="press@example.org")
        logo_rights.upload(agency=agency, name="Seal", alt_text="Seal", content=svg(), by=None)
        Participation.objects.create(agency=agency, season=season)
        present(agency, "Robin@Example.org" if agency == winner else "robin@example.org")
        agency.notes.create(author=recorder, body="Kind people")
        agency.tasks.create(what="Call")
        agree(agency)
        office("Office North", parent=agency)
        FormerName.objects.create(agency=agency, name="Old Lantern")
        factories.seminar(season=season, title=f"Evening at {agency}", host=agency)
        agency.jurisdictions.set(Area.objects.filter(code__in=["MS"] if agency == winner else ["MS", "LA"]))
    office("Office South", parent=loser)
    both, one = factories.seminar(season=season, title="Both"), factories.seminar(season=season, title="One")
    both.partners.set([winner, loser])
    one.partners.set([loser])
    present(loser, "kim@example.org")
    logo_rights.upload(agency=loser, name="Wordmark", alt_text="Wordmark", content=svg(), by=None)
    return winner, loser


def where(relation: str) -> dict[Any, Any]:
    """Of all rows of a relation, which agency they name."""
    app, model, field = relation.split(".")
    rows = apps.get_model(app, model)._default_manager.order_by().values_list("pk", field)
    return dict(rows)


def do(winner: Agency, loser: Agency, choices: dict[str, str] | None = None) -> MergeRecord:
    """Looks, and merges."""
    shown = merging.plan(winner=winner, loser=loser, choices=choices)
    return merging.merge(
        winner_id=winner.pk, loser_id=loser.pk, fingerprint=shown.fingerprint, choices=choices, by=None
    )


def test_every_relation_to_an_agency_says_how_it_moves() -> None:
    said = {*merging.MOVES, *merging.STAYS}
    assert relations() - said == set(), "say in MOVES how its rows follow a merge, or in STAYS why they don't"
    assert said - relations() == set(), "there is no such relation any more"


def test_what_is_shown_is_what_moves(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    before = {relation: where(relation) for relation in merging.MOVES}
    shown = merging.plan(winner=winner, loser=loser)
    assert {label: (moving, staying) for label, moving, staying in shown.counts} == {
        "contacts": (1, 0),
        "logos": (2, 0),
        "agreements": (1, 0),
        "seasons": (0, 1),
        "notes": (1, 0),
        "tasks": (1, 0),
        "former names": (0, 1),
        "offices beneath it": (2, 0),
        "presenters": (1, 1),
        "events that it hosts": (1, 0),
        "events that name it": (1, 1),
    }
    assert [step.says for step in shown.clashes if step.label == "events that name it"] == ["Both"]
    record = do(winner, loser)
    for relation, rows in before.items():
        moved = {pk for pk, _ in shown.moving.get(relation, [])}
        now = where(relation)  # with one row more: the loser's name, among the former ones
        assert {pk: now[pk] for pk in rows} == {pk: winner.pk if pk in moved else owner for pk, owner in rows.items()}
        assert {pk for pk, _ in record.moved.get(relation, [])} == moved
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.description, winner.website, winner.acronym) == ("Shelter.", "https://lantern.example", "LH")
    assert winner.parts == ["posters", "press"]
    assert set(winner.jurisdictions.values_list("code", flat=True)) == {"MS", "LA"}
    assert loser.merged_into == winner
    assert loser.retired_at is not None
    assert winner.former_names.filter(name="The Lantern House", why="merged").exists()
    for event in Seminar.objects.filter(title__in=["Both", "One"]):
        assert list(event.partners.active()) == [winner], "each page names it once"
    assert Entry.objects.get(verb="merged").after["moved"]["logos"] == 2


def test_what_both_have_is_renamed_or_stays(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    seal = Logo.objects.get(agency=loser, name="Seal")
    do(winner, loser, {f"outreach.logo.agency:{seal.pk}": "stays"})
    seal.refresh_from_db()
    assert seal.agency == loser
    names = set(Agency.objects.filter(parent=winner).values_list("name", flat=True))
    assert names == {"Office North", "Office South", "Office North (The Lantern House)"}
    assert set(Presenter.objects.filter(agency=loser).values_list("email", flat=True)) == {"robin@example.org"}


def test_choice_of_a_field_is_kept(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    do(winner, loser, {"field:website": "winner", "field:description": "loser"})
    winner.refresh_from_db()
    assert (winner.website, winner.description) == ("", "Shelter.")


def test_undo_gives_everything_back(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    fields = [field.name for field in Agency._meta.concrete_fields]

    def world() -> list[Any]:
        rows = [where(relation) for relation in merging.MOVES]
        names = [sorted(Logo.objects.values_list("pk", "name")), sorted(FormerName.objects.values_list("pk", "name"))]
        areas = [sorted(agency.jurisdictions.values_list("pk", flat=True)) for agency in pair]
        return [rows, names, areas, sorted(Agency.objects.values_list(*fields), key=lambda row: row[0])]

    before = world()
    record = do(winner, loser)
    assert world() != before
    merging.undo(record_id=record.pk, by=None)
    assert world() == before
    with pytest.raises(merging.NotPossible, match="already"):
        merging.undo(record_id=record.pk, by=None)
    do(winner, loser)


def test_undo_is_refused_where_something_was_changed_since(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    record = do(winner, loser)
    Contact.objects.order_by("pk").last().delete()  # type: ignore[union-attr]
    before = where("outreach.logo.agency")
    with pytest.raises(merging.NotPossible, match="contacts that moved"):
        merging.undo(record_id=record.pk, by=None)
    assert where("outreach.logo.agency") == before


def test_undo_is_refused_where_a_field_was_changed_since(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    record = do(winner, loser)
    Agency.objects.filter(pk=winner.pk).update(website="https://new.example")
    with pytest.raises(merging.NotPossible, match="website"):
        merging.undo(record_id=record.pk, by=None)


def test_stale_preview_is_shown_anew(pair: tuple[Agency, Agency]) -> None:
    winner, loser = pair
    shown = merging.plan(winner=winner, loser=loser)
    Contact.objects.create(agency=loser, role="Training", email="t@example.org")
    with pytest.raises(merging.Stale):
        merging.merge(winner_id=winner.pk, loser_id=loser.pk, fingerprint=shown.fingerprint, by=None)
    loser.refresh_from_db()
    assert loser.merged_into is None


def test_what_cannot_be_merged_says_why() -> None:
    winner, loser = office("Lantern"), office("Lamp")
    below = office("Wick", parent=loser)
    for kept, gone, says in (
        (winner, winner, "same record"),
        (below, loser, "other way round"),
    ):
        with pytest.raises(merging.NotPossible, match=says):
            merging.plan(winner=kept, loser=gone)
    demo = office("Demo", is_demo=True)
    with pytest.raises(merging.NotPossible, match="demo"):
        merging.plan(winner=winner, loser=demo)
    deep = office("D", parent=office("C", parent=office("B", parent=office("A"))))
    with pytest.raises(merging.NotPossible, match="too deep"):
        merging.plan(winner=deep, loser=loser)
    do(winner, loser)
    loser.refresh_from_db()
    with pytest.raises(merging.NotPossible, match="was merged into"):
        merging.plan(winner=winner, loser=loser)
    winner.retired_at = timezone.now()
    winner.save()
    with pytest.raises(merging.NotPossible, match="retired"):
        merging.plan(winner=winner, loser=below)


def test_child_is_merged_into_its_parent() -> None:
    parent = office("Lantern")
    child = office("Lamp", parent=parent)
    office("Wick", parent=child)
    do(parent, child)
    assert set(parent.children.values_list("name", flat=True)) == {"Lamp", "Wick"}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["A", "B", "C"])), max_size=8),
    seasons=st.sets(st.integers(0, 1)),
    stays=st.booleans(),
)
def test_preview_equals_the_merge_for_whatever_the_two_have(
    db: None, names: list[tuple[int, str]], seasons: set[int], stays: bool
) -> None:
    both = (office(f"W{Agency.objects.count()}"), office(f"L{Agency.objects.count()}"))
    for side, name in names:
        if not both[side].children.filter(name=name).exists():
            office(name, parent=both[side])
        Contact.objects.create(agency=both[side], role=name, email="x@example.org")
    season = Season.objects.current()
    for side in seasons:
        Participation.objects.create(agency=both[side], season=season)
    counts = {relation: len(where(relation)) for relation in merging.MOVES}
    shown = merging.plan(winner=both[0], loser=both[1])
    choices = {step.key: "stays" for step in shown.steps} if stays else {}
    shown = merging.plan(winner=both[0], loser=both[1], choices=choices)
    before = {relation: where(relation) for relation in merging.MOVES}
    record = merging.merge(
        winner_id=both[0].pk, loser_id=both[1].pk, fingerprint=shown.fingerprint, choices=choices, by=None
    )
    gone = {"outreach.formername.agency": 1}
    for relation, rows in before.items():
        moved = {pk for pk, _ in shown.moving.get(relation, [])}
        now = where(relation)
        assert len(now) == counts[relation] + gone.get(relation, 0)
        assert {pk: now[pk] for pk in rows} == {pk: both[0].pk if pk in moved else owner for pk, owner in rows.items()}
    merging.undo(record_id=record.pk, by=None)
    assert {relation: where(relation) for relation in merging.MOVES} == before


# Pages.


def test_coordinator_sees_what_moves_and_merges(
    client: Client, user_with: Callable[..., User], pair: tuple[Agency, Agency]
) -> None:
    winner, loser = pair
    client.force_login(user_with(Role.COORDINATOR))
    address = reverse("admin:outreach_agency_merge", args=[winner.pk])
    assert "Lantern House" in client.get(address).text
    page = client.get(address, {"loser": loser.pk})
    assert "Both have one of these" in page.text
    asked = {"loser": loser.pk, "fingerprint": page.context["plan"].fingerprint}
    client.post(address, asked | {"look": "1", "field:website": "winner"})
    assert not MergeRecord.objects.exists(), "looking changes nothing"
    client.post(address, asked | {"fingerprint": "stale"})
    assert not MergeRecord.objects.exists()
    answer = client.post(address, asked, follow=True)
    assert Agency.objects.filter(pk=loser.pk, merged_into=winner).exists()
    assert "was merged into it" in answer.text
    client.post(reverse("admin:outreach_agency_undo_merge", args=[MergeRecord.objects.get().pk]))
    assert Agency.objects.filter(pk=loser.pk, merged_into=None).exists()


def test_merged_agency_is_not_brought_back_by_hand(
    client: Client, user_with: Callable[..., User], pair: tuple[Agency, Agency]
) -> None:
    winner, loser = pair
    do(winner, loser)
    client.force_login(user_with(Role.COORDINATOR))
    client.post(reverse("admin:outreach_agency_changelist"), {"action": "bring_back", "_selected_action": [loser.pk]})
    loser.refresh_from_db()
    assert loser.retired_at is not None


# Look-alikes.


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"name": "Lantern House"}, {"name": "The Lantern House, Inc."}, "names alike"),
        ({"name": "Lantern", "acronym": "LHX"}, {"name": "Lamp", "acronym": "lhx"}, "the same acronym"),
        (
            {"name": "Lantern", "website": "https://lantern.example/"},
            {"name": "Lamp", "website": "http://www.lantern.example"},
            "the same site",
        ),
    ],
)
def test_look_alikes_are_found_until_told_apart(first: dict[str, Any], second: dict[str, Any], why: str) -> None:
    one, two = office(**first), office(**second)
    (pair,) = [pair for pair in duplicates.pairs() if pair.first == one]
    assert (pair.second, why in pair.why) == (two, True)
    duplicates.tell_apart(first_id=two.pk, second_id=one.pk, by=None)
    assert not [pair for pair in duplicates.pairs() if pair.first == one]


def test_names_alike_throughout_are_found_though_each_word_is_common() -> None:
    for word in ("Harbor", "Lantern"):
        for number in range(duplicates.LARGEST + 1):
            office(f"{word} {number}{number}{number}")
    both = {office("Harbor Lantern").pk, office("The Lantern Harbor").pk}
    assert [{pair.first.pk, pair.second.pk} for pair in duplicates.pairs()] == [both]


def test_seeded_directory_has_no_look_alikes() -> None:
    assert duplicates.pairs() == []


def test_page_of_look_alikes_tells_apart(client: Client, user_with: Callable[..., User]) -> None:
    one, two = office("Lantern House"), office("Lantern Houses The House")
    client.force_login(user_with(Role.COORDINATOR))
    address = reverse("admin:outreach_agency_duplicates")
    assert client.get(address).status_code == 200
    client.post(reverse("admin:outreach_agency_apart"), {"first": one.pk, "second": two.pk})
    client.post(reverse("admin:outreach_agency_apart"), {"first": "x", "second": two.pk})
    assert Entry.objects.filter(verb="told apart").count() == 1
