"""What several do at the same moment: one page of a draft is kept, one answer of two that are final, one mail."""

from typing import Any

import pytest

from tests.outreach.registration.house import House

PREPARE = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.db import connection
from post_office.models import Email
from outreach.seminars import drafts, intake
from outreach.seminars.models import Request, RequestDraft
from portal.audit.models import Entry
from portal.people.models import User
from tests.outreach import factories
season = factories.season_ahead()
staff = User.objects.get_or_create(username="staff")[0]

def at_once(*steps):
    start = Barrier(len(steps))
    def run(step):
        try:
            start.wait()
            step()
            return "done"
        except (intake.NotPossible, drafts.Conflict, drafts.Gone) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
"""
SAVES = """
found = []
for _ in range(5):
    draft = drafts.begin(typed={"city": ["Jackson"]}, language="en")
    seen = drafts.Seen(draft.uid, 1)
    save = lambda n: lambda: drafts.keep(seen=seen, typed={"city": [f"City {n}"]}, language="en")
    answers = at_once(*(save(n) for n in range(6)))
    draft.refresh_from_db()
    won = [n for n in range(6) if answers[n] == "done"]
    found.append([sorted(answers), draft.edition, draft.data["city"] == [f"City {won[0]}"]])
print(json.dumps(found))
"""
SEND_AND_SAVE = """
found = []
for n in range(5):
    draft = drafts.begin(typed={"city": ["Jackson"]}, language="en")
    seen = drafts.Seen(draft.uid, 1)
    wish = lambda: factories.request(season=season, contact_email=f"{n}@example.org")
    asked = Request(**{f.attname: getattr(wish(), f.attname) for f in Request._meta.concrete_fields if f.name not in ("id", "uid", "nonce")})
    Request.objects.all().delete()
    import uuid
    send = lambda: intake.submit(asked=asked, windows=[], nonce=uuid.uuid4(), language="en", draft=seen)
    save = lambda: drafts.keep(seen=seen, typed={"city": ["Biloxi"]}, language="en")
    answers = at_once(send, save)
    found.append([answers, Request.objects.count(), RequestDraft.objects.filter(uid=draft.uid).count()])
print(json.dumps(found))
"""
ANSWERS = """
found = []
for n in range(5):
    asked = factories.request(season=season, contact_email=f"{pair}{{n}}@example.org")
    verbs = {{
        "accept": lambda: intake.accept(request_id=asked.pk, by=staff),
        "decline": lambda: intake.decline(request_id=asked.pk, by=staff, reason="Nobody near."),
        "withdraw": lambda: intake.withdraw(uid=asked.uid),
    }}
    answers = at_once(*(verbs[verb] for verb in "{pair}".split("-")))
    asked.refresh_from_db()
    mails = Email.objects.filter(to=asked.contact_email).count()
    steps = Entry.objects.filter(object_type="outreach.request", object_id=str(asked.pk)).count()
    found.append([answers, asked.state, mails, steps])
print(json.dumps(found))
"""


def test_of_six_pages_that_save_one_draft_one_is_kept(house: House) -> None:
    for answers, edition, is_the_winners in house.tell(PREPARE + SAVES):
        assert answers == ["Conflict"] * 5 + ["done"]
        assert edition == 2
        assert is_the_winners


def test_a_draft_is_sent_or_saved_never_both(house: House) -> None:
    for (sent, saved), requests, left in house.tell(PREPARE + SEND_AND_SAVE):
        assert [sent, saved] in (["done", "Gone"], ["Conflict", "done"])
        assert (requests, left) == ((1, 0) if sent == "done" else (0, 1))


@pytest.mark.parametrize("pair", ["decline-withdraw", "accept-accept", "accept-withdraw"])
def test_of_two_answers_each_holds_or_is_refused(house: House, pair: str) -> None:
    rounds: list[Any] = house.tell(PREPARE + ANSWERS.format(pair=pair))
    for answers, state, mails, steps in rounds:
        assert steps == answers.count("done")
        if pair == "decline-withdraw":
            assert sorted(answers) == ["NotPossible", "done"]
            assert (state, mails) == (("declined", 1) if answers[0] == "done" else ("withdrawn", 0))
        elif pair == "accept-accept":
            assert sorted(answers) == ["NotPossible", "done"]
            assert (state, mails) == ("accepted", 1)
        else:  # what is accepted may still be taken back, never the other way round
            assert (state, answers[1], mails) == ("withdrawn", "done", answers.count("done") - 1)
