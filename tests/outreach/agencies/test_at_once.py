"""Two at the same moment: no circle in the tree, and one merge of two."""

from tests.outreach.registration.house import House

PREPARE = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.core.exceptions import ValidationError
from django.db import connection
from outreach.agencies import merging, placing, tree
from outreach.agencies.models import Agency, Contact
def office(name, parent=None):
    return Agency.objects.create(name=f"{name} {Agency.objects.count()}", parent=parent, kind="ngo", level="private")

def at_once(*steps):
    start = Barrier(len(steps))
    def run(step):
        try:
            start.wait()
            step()
            return "done"
        except (ValidationError, merging.NotPossible) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))

def parents():
    return dict(Agency.objects.values_list("pk", "parent_id"))
"""
MOVES = """
found = []
for _ in range(6):
    rows = [office("Ring") for _ in range(4)]
    move = lambda n: lambda: placing.move(agency_id=rows[n].pk, parent_id=rows[(n + 1) % 4].pk, by=None)
    answers = at_once(*(move(n) for n in range(4)))
    now = parents()
    circles = [row.pk for row in rows if now[row.pk] is not None and row.pk in tree.chain(now, now[row.pk])]
    deepest = max(len(tree.chain(now, row.pk)) for row in rows)
    found.append([sorted(answers), len(circles), deepest])
print(json.dumps(found))
"""
DEEP = """
found = []
for _ in range(6):
    top, middle, low = office("Top"), office("Middle"), office("Low")
    below, under = office("Below", low), office("Under", middle)
    answers = at_once(
        lambda: placing.move(agency_id=middle.pk, parent_id=top.pk, by=None),
        lambda: placing.move(agency_id=low.pk, parent_id=under.pk, by=None),
    )
    now = parents()
    found.append([sorted(answers), max(len(tree.chain(now, key)) for key in now)])
print(json.dumps(found))
"""
MERGES = """
found = []
for _ in range(6):
    one, two = office("One"), office("Two")
    for row in (one, two):
        Contact.objects.create(agency=row, role="Press", email="press@example.org")
    def merge(winner, loser):
        plan = merging.plan(winner=winner, loser=loser)
        return lambda: merging.merge(winner_id=winner.pk, loser_id=loser.pk, fingerprint=plan.fingerprint, by=None)
    answers = at_once(merge(one, two), merge(two, one))
    merged = Agency.objects.filter(pk__in=[one.pk, two.pk]).exclude(merged_into=None)
    contacts = sorted(Contact.objects.filter(agency__in=[one, two]).values_list("agency__merged_into", flat=True), key=str)
    found.append([sorted(answers), merged.count(), contacts])
print(json.dumps(found))
"""
IMPORTS = """
import io
from outreach.agencies.imports import AgencyTable
from portal.imports import applying, bulk, uploads, undo
from portal.imports.models import TakenImport
def looked_at(rows):
    taken = uploads.note(resource=AgencyTable, file_name="a.json", edition=None, by=None)
    return bulk.read(taken=taken, stream=io.BytesIO(json.dumps(rows).encode()))
def said(step):
    def run():
        try:
            step()
        except undo.NotPossible as refusal:
            raise merging.NotPossible from refusal
    return run
found = []
for _ in range(4):
    kept, name = office("Kept"), f"New {Agency.objects.count()}"
    new = {"name": name, "within": "", "kind": "ngo", "level": "private"}
    call = [{"role": "Press", "email": "press@example.org"}]
    rows = [[new | {"acronym": each}, {"uid": str(kept.uid), "acronym": each, "contacts": call}] for each in "AB"]
    both = [looked_at(each) for each in rows]
    # The same file, by two workers; another file that makes the same office; and somebody who moves one of its rows.
    take = lambda pk: said(lambda: applying.take(taken_id=pk, by=None))
    top = office("Top")
    answers = at_once(take(both[0].pk), take(both[0].pk), take(both[1].pk))
    made = Agency.objects.filter(name=name)
    state = [made.count(), kept.contacts.count(), made.get().acronym == Agency.objects.get(pk=kept.pk).acronym]
    won = TakenImport.objects.get(state="taken", pk__in=[each.pk for each in both]).pk
    back = lambda: said(lambda: applying.undo_pages(taken_id=won, by=None))
    answers += at_once(back(), back(), lambda: placing.move(agency_id=top.pk, parent_id=kept.pk, by=None))
    found.append([sorted(answers[:3]), state, answers[3:], made.count(), kept.contacts.count()])
print(json.dumps(found))
"""


def test_four_moves_that_would_make_a_circle_leave_none(house: House) -> None:
    for answers, circles, deepest in house.tell(PREPARE + MOVES):
        assert answers == ["ValidationError", "done", "done", "done"]
        assert (circles, deepest) == (0, 4)


def test_two_moves_that_together_are_too_deep_are_not_both_done(house: House) -> None:
    for answers, deepest in house.tell(PREPARE + DEEP):
        assert answers == ["ValidationError", "done"]
        assert deepest <= 4


def test_two_merges_of_the_same_two_are_one(house: House) -> None:
    for answers, merged, contacts in house.tell(PREPARE + MERGES):
        assert answers == ["NotPossible", "done"]
        assert (merged, contacts) == (1, [None, None])


def test_imports_that_are_taken_and_undone_at_once_are_each_done_whole_or_not_at_all(house: House) -> None:
    for taken, state, undone, offices, contacts in house.tell(PREPARE + IMPORTS):
        # Either file won; two workers of one are both done with it.
        assert taken in (["NotPossible", "done", "done"], ["NotPossible", "NotPossible", "done"])
        assert state == [1, 1, True]
        assert (undone, offices, contacts) == (["done", "done", "done"], 0, 0)
