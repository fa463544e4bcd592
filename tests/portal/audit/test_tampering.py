"""Each kind of tampering is named, with its place, and nothing else is."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.audit import linking, sealing, trail
from portal.audit.digests import content_digest
from portal.audit.models import Entry, Head, Link, Seal
from portal.audit.verifying import Tampering, verify
from tests.portal.audit.chains import back_by, entries, findings, found, made_anew, past_the_rules, table

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.now().date() - dt.timedelta(days=1)


def test_untouched_chain_is_whole() -> None:
    entries()
    assert found() == []
    assert list(Link.objects.values_list("number", flat=True)) == list(range(1, 10))


@pytest.mark.parametrize(
    "change", [{"object_label": "Nothing"}, {"after": {"number": 99}}, {"before": {"number": 1}}, {"salt": "0" * 32}]
)
def test_changed_content_is_named(change: dict[str, object]) -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(**change)
    assert found() == [(Tampering.CONTENT_CHANGED, 4)]


def test_changed_content_with_a_digest_of_its_own_is_named() -> None:
    victim = entries()[3]
    forged = content_digest(salt=victim.salt, label="Nothing", before={}, after={})
    Entry.objects.filter(pk=victim.pk).update(object_label="Nothing", after={}, content_digest=forged)
    assert found() == [(Tampering.ROW_CHANGED, 4)]


@pytest.mark.parametrize("change", [{"verb": "undid"}, {"object_id": "7"}, {"object_type": "portal.user"}])
def test_changed_row_is_named(change: dict[str, object]) -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(**change)
    assert found() == [(Tampering.ROW_CHANGED, 4)]


def test_changed_actor_is_named(admin_user: object) -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(actor=admin_user)
    assert found() == [(Tampering.ROW_CHANGED, 4)]


def test_changed_time_is_named_to_the_microsecond() -> None:
    back_by(entries()[3], dt.timedelta(microseconds=1))
    assert found() == [(Tampering.ROW_CHANGED, 4)]


def test_swapped_entries_are_named() -> None:
    third, fourth = entries()[2:4]
    past_the_rules(f"DELETE FROM {table(Link)} WHERE number = 4")
    Link.objects.filter(number=3).update(entry=fourth)
    now = Link.objects.get(number=3).at
    Link.objects.create(number=4, entry=third, at=now, digest="f" * 64)
    assert {number for _, number in found()} >= {3, 4}


@pytest.mark.django_db(transaction=True)
def test_deleted_entry_is_named() -> None:
    victim = entries()[3]
    _without_foreign_keys(f"DELETE FROM {table(Entry)} WHERE id = {victim.pk}")
    assert [(each.what, each.number, each.entry_id) for each in findings()] == [(Tampering.ENTRY_DELETED, 4, victim.pk)]
    _without_foreign_keys(f"DELETE FROM {table(Link)} WHERE number = 4")


def test_entry_deleted_with_its_link_is_named() -> None:
    victim = entries()[3]
    Link.objects.filter(number=4).delete()
    Entry.objects.filter(pk=victim.pk).delete()
    assert found() == [(Tampering.LINK_DELETED, 4)]


def test_changed_link_is_named_with_its_neighbour() -> None:
    entries()
    Link.objects.filter(number=4).update(digest="0" * 64)
    assert found() == [(Tampering.ROW_CHANGED, 4), (Tampering.ROW_CHANGED, 5)]


def test_cut_tail_is_known_to_the_head() -> None:
    for victim in entries()[-2:]:
        Link.objects.filter(entry=victim).delete()
        victim.delete()
    assert found() == [(Tampering.CUT_OFF, 7)]


def test_cut_tail_with_a_changed_head_is_known_to_the_seal() -> None:
    made = entries()
    sealing.seal(YESTERDAY)
    for victim in made[-2:]:
        Link.objects.filter(entry=victim).delete()
        victim.delete()
    Head.objects.update(number=7, digest=Link.objects.get(number=7).digest)
    [broken] = findings()
    assert (broken.what, broken.number) == (Tampering.CUT_OFF, 7)
    assert str(YESTERDAY) in str(broken)


def test_changed_head_is_named() -> None:
    entries()
    Head.objects.update(digest="0" * 64)
    assert found() == [(Tampering.HEAD_CHANGED, 9)]


def test_deleted_chain_is_known_to_the_head() -> None:
    entries()
    Link.objects.all().delete()
    assert found() == [(Tampering.CUT_OFF, 0)]


def test_chain_made_anew_is_known_to_the_seal() -> None:
    victim = entries()[3]
    sealing.seal(YESTERDAY)
    _rewrite(victim)
    assert found() == [(Tampering.REWRITTEN, 9)]


def test_chain_and_seals_made_anew_are_known_to_the_anchor() -> None:
    victim = entries()[3]
    sealing.seal(YESTERDAY)
    sealing.write_anchors()
    mailed = sealing.anchors_file().read_text()
    _rewrite(victim)
    Seal.objects.update(digest=Link.objects.get(number=9).digest)
    assert found() == []  # the database alone cannot know
    assert found(marks=list(sealing.anchors())) == [(Tampering.REWRITTEN, 9)]
    assert found(marks=[sealing.anchor(mailed)]) == [(Tampering.REWRITTEN, 9)]


def test_entry_dated_back_is_named() -> None:
    old = entries()
    Entry.objects.update(at=timezone.now() - dt.timedelta(days=3))
    Link.objects.all().delete()
    Head.objects.all().delete()
    linking.link()
    slipped = trail.record(actor=None, verb="did", target=None, label="Long ago")
    back_by(slipped, dt.timedelta(days=1))
    linking.link()
    assert found() == [(Tampering.INSERTED, len(old) + 1)]


def test_entry_slipped_in_among_old_ones_is_named() -> None:
    made = entries()
    Link.objects.filter(number__gte=5).delete()
    Head.objects.all().delete()
    Link.objects.all().delete()
    victim = made[4]
    Entry.objects.filter(pk=victim.pk).delete()
    Entry.objects.update(at=timezone.now() - dt.timedelta(days=1))
    linking.link()
    said = content_digest(salt="", label="", before={}, after={})
    Entry.objects.create(pk=victim.pk, verb="did", content_digest=said)
    linking.link()
    [broken] = findings()
    assert (broken.what, broken.entry_id) == (Tampering.INSERTED, victim.pk)


def test_redaction_without_an_entry_is_named() -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(object_label="", before={}, after={}, salt="", redacted_at=timezone.now())
    assert found() == [(Tampering.REDACTED_ALONE, 4)]


def test_redaction_told_by_one_person_alone_is_named(admin_user: object) -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(object_label="", before={}, after={}, salt="", redacted_at=timezone.now())
    trail.record(actor=admin_user, verb="redacted", target=victim, after={"asked_by": admin_user.pk})  # type: ignore[arg-type, attr-defined]
    assert found() == [(Tampering.REDACTED_ALONE, 4)]


def test_emptied_entry_that_is_not_marked_is_named() -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(object_label="", before={}, after={}, salt="")
    assert found() == [(Tampering.CONTENT_CHANGED, 4)]


def test_each_of_many_is_named() -> None:
    made = entries()
    Entry.objects.filter(pk=made[1].pk).update(object_label="Nothing")
    Entry.objects.filter(pk=made[6].pk).update(verb="undid")
    assert found() == [(Tampering.CONTENT_CHANGED, 2), (Tampering.ROW_CHANGED, 7)]


def test_walk_may_begin_behind_a_known_link() -> None:
    made = entries()
    Entry.objects.filter(pk=made[1].pk).update(object_label="Nothing")
    assert findings(since=4) == []


def test_verify_keeps_what_it_found() -> None:
    victim = entries()[3]
    Entry.objects.filter(pk=victim.pk).update(verb="undid")
    kept = verify()
    assert (kept.links, kept.broken) == (9, 1)
    assert kept.findings == [f"link 4, entry {victim.pk}: who, what, which or when was changed, or its link was"]


def _rewrite(victim: Entry) -> None:
    """A change, and everything of the chain in the database made to suit it."""
    forged = content_digest(salt=victim.salt, label="Nothing", before={}, after={})
    Entry.objects.filter(pk=victim.pk).update(object_label="Nothing", after={}, content_digest=forged)
    made_anew()
    last = Link.objects.get(number=9)
    Head.objects.update(number=9, digest=last.digest)


def _without_foreign_keys(statement: str) -> None:
    from django.db import connection

    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
