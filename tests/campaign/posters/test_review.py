"""Draft → in review → approved → retired: two persons, one moment, one trail."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaign.posters import drafting, invitations, review, writing
from campaign.posters.history import history
from campaign.posters.languages import UnknownLanguage
from campaign.posters.models import Design, Review, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import writers
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.campaign.posters.people import SOURCE, Office, few_posters, office, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Office:
    return office()


@pytest.fixture
def vietnamese(people: Office) -> TextSet:
    """A draft in Vietnamese of a translator's own."""
    return writing.revise_texts(language="vi", by=people.translator)


def english() -> TextSet:
    return TextSet.objects.approved().get(language="en")


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(NotAllowed) as caught:
        call()
    return str(caught.value)


def verbs(row: Design | TextSet) -> list[str]:
    entries = Entry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk)).order_by("id")
    return list(entries.values_list("verb", flat=True))


def new_english(people: Office, **changed: object) -> TextSet:
    """The office approves another English."""
    draft = writing.revise_texts(language="en", by=people.translator)
    writing.save_blocks(texts=draft, blocks=draft.blocks | changed, english=english(), by=people.translator)
    review.submit(of=draft, by=people.translator)
    draft.refresh_from_db()
    review.approve(of=draft, by=people.approver)
    draft.refresh_from_db()
    return draft


def test_text_goes_from_draft_to_print(people: Office, vietnamese: TextSet) -> None:
    changed = vietnamese.blocks | {"call_note": "Miễn phí. Hãy nói tên tiếng của bạn."}
    assert writing.save_blocks(texts=vietnamese, blocks=changed, english=english(), by=people.translator) == []
    review.submit(of=vietnamese, by=people.translator)
    vietnamese.refresh_from_db()
    review.approve(of=vietnamese, by=people.translator_too)
    vietnamese.refresh_from_db()
    assert (vietnamese.state, vietnamese.reviewed_by) == (Review.APPROVED, people.translator_too)
    assert isinstance(vietnamese.reviewed_on, dt.date)
    assert vietnamese in TextSet.objects.printable()
    assert verbs(vietnamese) == ["revised", "changed", "submitted", "approved"]


def test_nobody_signs_what_they_did_not_see(people: Office, vietnamese: TextSet) -> None:
    """Its author takes it back, rewrites and submits it while the reviewer's page stands open."""
    review.submit(of=vietnamese, by=people.translator)
    seen = TextSet.objects.get(pk=vietnamese.pk)
    review.send_back(of=vietnamese, reason="One more word.", by=people.translator)
    changed = vietnamese.blocks | {"call_note": "Miễn phí. Hãy nói tên tiếng của bạn."}
    writing.save_blocks(texts=vietnamese, blocks=changed, english=english(), by=people.translator)
    review.submit(of=vietnamese, by=people.translator)
    vietnamese.refresh_from_db()
    assert "changed after you opened" in refused(lambda: review.approve(of=seen, by=people.approver))
    assert "changed after you opened" in refused(lambda: review.sign_off(texts=[seen], by=people.approver))
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.IN_REVIEW
    review.approve(of=vietnamese, by=people.approver)


def test_author_never_signs_their_own(people: Office, vietnamese: TextSet) -> None:
    review.submit(of=vietnamese, by=people.translator)
    assert "another person" in refused(lambda: review.approve(of=vietnamese, by=people.translator))
    with pytest.raises(IntegrityError), transaction.atomic():
        TextSet.objects.filter(pk=vietnamese.pk).update(state=Review.APPROVED, reviewed_by=people.translator)
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.IN_REVIEW


def test_whoever_revises_a_draft_takes_its_words_from_nobody(people: Office, vietnamese: TextSet) -> None:
    first, other = people.translator, people.translator_too
    mended = writing.revise_texts(language="vi", by=other, source=vietnamese)
    again = writing.revise_texts(language="vi", by=other, source=mended)
    review.submit(of=again, by=other)
    assert "a version that this one was made from" in refused(lambda: review.approve(of=again, by=first))
    assert not review.may_sign(again, first, written_by=writers(again))
    assert "another person invites" in refused(
        lambda: invitations.invite(
            texts=again, name="Robin Hale", email="robin@example.org", by=first, address="https://x.example"
        )
    )
    review.approve(of=again, by=people.approver)
    # What was approved is everybody's: who wrote it may sign what another makes of it.
    next_one = writing.revise_texts(language="vi", by=other)
    review.submit(of=next_one, by=other)
    review.approve(of=next_one, by=first)


def test_of_what_an_older_version_was_made_is_taken_as_the_one_before(people: Office, vietnamese: TextSet) -> None:
    later = writing.revise_texts(
        language="vi", by=people.translator_too, source=TextSet.objects.get(language="vi", version=1)
    )
    assert writers(later) == {people.translator_too.pk}
    for entry in Entry.objects.filter(object_id=str(later.pk), verb="revised"):
        Entry.objects.filter(pk=entry.pk).update(after={})
    assert writers(later) == {people.translator.pk, people.translator_too.pk}


def test_designer_does_not_approve_what_another_made_of_their_draft(people: Office) -> None:
    few_posters()
    mine = drafting.add_design(source=SOURCE, by=people.designer)
    theirs = drafting.revise(design=mine, by=people.designer_too)
    assert writers(theirs) == {people.designer.pk, people.designer_too.pk}


def test_roles_bound_who_signs(people: Office, vietnamese: TextSet) -> None:
    review.submit(of=vietnamese, by=people.translator)
    assert "roles" in refused(lambda: review.approve(of=vietnamese, by=people.designer))
    assert "roles" in refused(lambda: writing.revise_texts(language="vi", by=people.designer))


def test_draft_of_a_person_is_submitted_first(people: Office, vietnamese: TextSet) -> None:
    assert "Its author submits it first" in refused(lambda: review.approve(of=vietnamese, by=people.approver))


def test_draft_of_the_release_is_signed_directly(people: Office) -> None:
    shipped = TextSet.objects.get(language="vi")
    review.approve(of=shipped, by=people.approver)
    shipped.refresh_from_db()
    assert (shipped.state, shipped.author, shipped.reviewed_by) == (Review.APPROVED, None, people.approver)


def test_approval_retires_the_former_version(people: Office) -> None:
    former = english()
    latest = new_english(people, call_note="Free, always. Ask for your language.")
    former.refresh_from_db()
    assert (former.state, latest.state) == (Review.RETIRED, Review.APPROVED)
    assert TextSet.objects.approved().filter(language="en").count() == 1
    assert verbs(former)[-1] == "retired"


def test_changed_english_makes_translations_stale(people: Office) -> None:
    spanish = TextSet.objects.get(language="es")
    assert not writing.is_stale(spanish, english())
    new_english(people, call_note="Free, always. Ask for your language.")
    assert writing.is_stale(spanish, english())
    assert spanish not in TextSet.objects.printable()


def test_stale_text_that_is_still_right_needs_the_second_person_again(people: Office) -> None:
    spanish = TextSet.objects.get(language="es")
    assert "not stale" in refused(lambda: writing.still_right(texts=spanish, by=people.translator))
    latest = new_english(people, call_note="Free, always. Ask for your language.")
    fresh = writing.still_right(texts=spanish, by=people.translator)
    assert (fresh.version, fresh.state, fresh.english_sha256) == (2, Review.IN_REVIEW, latest.sha256)
    assert fresh.blocks == spanish.blocks
    assert "another person" in refused(lambda: review.approve(of=fresh, by=people.translator))
    review.approve(of=fresh, by=people.translator_too)
    assert TextSet.objects.printable().filter(language="es").get() == fresh


def test_text_of_an_older_english_is_not_signed(people: Office, vietnamese: TextSet) -> None:
    review.submit(of=vietnamese, by=people.translator)
    new_english(people, call_note="Free, always. Ask for your language.")
    assert "older English" in refused(lambda: review.approve(of=vietnamese, by=people.approver))


def test_english_that_changed_while_somebody_wrote(people: Office, vietnamese: TextSet) -> None:
    seen = english()
    new_english(people, call_note="Free, always. Ask for your language.")
    said = refused(
        lambda: writing.save_blocks(texts=vietnamese, blocks=vietnamese.blocks, english=seen, by=people.translator)
    )
    assert "stands beside yours now" in said
    writing.save_blocks(texts=vietnamese, blocks=vietnamese.blocks, english=english(), by=people.translator)
    vietnamese.refresh_from_db()
    assert vietnamese.english_sha256 == english().sha256


def test_problems_hold_a_text_up_but_not_its_draft(people: Office, vietnamese: TextSet) -> None:
    blocks = vietnamese.blocks | {"listen": "Gọi 911"}
    (problem,) = writing.save_blocks(texts=vietnamese, blocks=blocks, english=english(), by=people.translator)
    assert "digits" in problem.sentence
    assert "digits" in refused(lambda: review.submit(of=vietnamese, by=people.translator))
    vietnamese.refresh_from_db()
    assert vietnamese.blocks["listen"] == "Gọi 911"


def test_unfit_words_are_never_kept(people: Office, vietnamese: TextSet) -> None:
    before = vietnamese.blocks
    for words in ("a" * 10_000, "a\u202eb", "\x00"):
        with pytest.raises(writing.BadTexts) as caught:
            writing.save_blocks(
                texts=vietnamese, blocks=before | {"listen": words}, english=english(), by=people.translator
            )
        assert caught.value.problems[0].key == "listen"
    vietnamese.refresh_from_db()
    assert vietnamese.blocks == before


def test_another_translator_revises_instead_of_changing(people: Office, vietnamese: TextSet) -> None:
    said = refused(
        lambda: writing.save_blocks(
            texts=vietnamese, blocks=vietnamese.blocks, english=english(), by=people.translator_too
        )
    )
    assert "another person's draft" in said
    theirs = writing.revise_texts(language="vi", by=people.translator_too, source=vietnamese)
    assert (theirs.version, theirs.author, theirs.blocks) == (3, people.translator_too, vietnamese.blocks)


def test_language_that_posters_do_not_speak(people: Office) -> None:
    with pytest.raises(UnknownLanguage, match="Gurmukhi"):
        writing.revise_texts(language="pa", by=people.translator)


def test_new_language_begins_empty(people: Office) -> None:
    TextSet.objects.filter(language="so").delete()
    draft = writing.revise_texts(language="so", by=people.translator)
    assert set(draft.blocks) == set(english().blocks)
    assert "Nothing stands here yet" in refused(lambda: review.submit(of=draft, by=people.translator))


def test_sent_back_with_a_reason(people: Office, vietnamese: TextSet) -> None:
    review.submit(of=vietnamese, by=people.translator)
    assert "a few words" in refused(lambda: review.send_back(of=vietnamese, reason=" ", by=people.approver))
    review.send_back(of=vietnamese, reason="“Gọi” is too short.", by=people.approver)
    vietnamese.refresh_from_db()
    assert vietnamese.state == Review.DRAFT
    said = {(event.who, event.verb, event.body) for event in history(vietnamese)}
    assert (str(people.approver), "said", "“Gọi” is too short.") in said
    assert (str(people.approver), "sent back", "") in said


def test_comment_stands_in_the_history(people: Office, vietnamese: TextSet) -> None:
    review.comment(of=vietnamese, body="Looks good. <script>", by=people.designer)
    assert "at most 2,000" in refused(lambda: review.comment(of=vietnamese, body="a" * 2001, by=people.designer))
    assert [event.body for event in history(vietnamese) if event.body] == ["Looks good. <script>"]


def test_english_is_never_left_without_a_version(people: Office) -> None:
    assert "takes its place" in refused(lambda: review.retire(of=english(), by=people.approver))
    spanish = TextSet.objects.get(language="es")
    review.retire(of=spanish, by=people.approver)
    assert not TextSet.objects.approved().filter(language="es").exists()


def test_all_are_signed_or_none(people: Office, vietnamese: TextSet) -> None:
    review.submit(of=vietnamese, by=people.translator)
    others = list(TextSet.objects.filter(language__in=["fr", "ht"], state=Review.DRAFT))
    assert "Nothing was signed" in refused(lambda: review.sign_off(texts=[vietnamese, *others], by=people.translator))
    assert set(TextSet.objects.approved().values_list("language", flat=True)) == {"en", "es"}
    assert review.sign_off(texts=[vietnamese, *others], by=people.approver) == 3
    assert set(TextSet.objects.approved().values_list("language", flat=True)) == {"en", "es", "vi", "fr", "ht"}
    assert all(verbs(text)[-1] == "approved" for text in [vietnamese, *others])
    assert "Nothing is ticked" in refused(lambda: review.sign_off(texts=[], by=people.approver))


def test_design_waits_for_its_trial(people: Office) -> None:
    few_posters()
    design = drafting.add_design(source=SOURCE, by=people.designer)
    assert "not been tried" in refused(lambda: review.submit(of=design, by=people.designer))
    assert tried(design).has_passed
    assert "another person's draft" in refused(lambda: review.submit(of=design, by=people.designer_too))
    review.submit(of=design, by=people.designer)
    assert "roles" in refused(lambda: review.approve(of=design, by=people.designer_too))
    assert "roles" in refused(lambda: review.approve(of=design, by=people.translator))
    review.approve(of=design, by=people.approver)
    design.refresh_from_db()
    assert (design.state, design.approved_by) == (Review.APPROVED, people.approver)
    assert verbs(design) == ["added", "submitted", "approved"]


def test_design_with_problems_is_not_submitted(people: Office) -> None:
    few_posters()
    design = drafting.add_design(source=SOURCE.replace("  code(page, words)\n", ""), by=people.designer)
    assert not tried(design).has_passed
    assert "The trial found" in refused(lambda: review.submit(of=design, by=people.designer))


def in_review(people: Office) -> Design:
    """The next version of a shipped design, submitted; as the database would have it after its trial."""
    design = drafting.revise(design=Design.objects.approved().get(slug="first-light"), by=people.designer)
    Design.objects.filter(pk=design.pk).update(state=Review.IN_REVIEW)
    design.refresh_from_db()
    return design


def test_new_version_of_a_design_retires_the_former(people: Office) -> None:
    former = Design.objects.approved().get(slug="first-light")
    review.approve(of=in_review(people), by=people.approver)
    former.refresh_from_db()
    assert former.state == Review.RETIRED
    assert Design.objects.approved().get(slug="first-light").version == 2


def test_design_that_is_not_what_was_submitted(people: Office) -> None:
    design = in_review(people)
    Design.objects.filter(pk=design.pk).update(source=design.source + "\n")
    assert "not what its author submitted" in refused(lambda: review.approve(of=design, by=people.approver))


def test_author_who_is_an_approver_too_never_signs_their_own(user_with: Callable[..., User], people: Office) -> None:
    both = user_with(Role.COORDINATOR)
    design = drafting.revise(design=Design.objects.approved().get(slug="first-light"), by=both)
    Design.objects.filter(pk=design.pk).update(state=Review.IN_REVIEW)
    assert "another person" in refused(lambda: review.approve(of=design, by=both))
    review.approve(of=design, by=people.approver)
    assert Design.objects.get(pk=design.pk).state == Review.APPROVED


def test_approved_design_is_retired(people: Office) -> None:
    design = Design.objects.approved().get(slug="open-door")
    assert "roles" in refused(lambda: review.retire(of=design, by=people.designer))
    review.retire(of=design, by=people.approver)
    assert "retired already" in refused(lambda: review.retire(of=design, by=people.approver))
    assert not Design.objects.approved().filter(slug="open-door").exists()


def test_draft_is_dropped_by_its_author(people: Office) -> None:
    design = drafting.add_design(source=SOURCE, by=people.designer)
    assert "they drop it" in refused(lambda: review.retire(of=design, by=people.designer_too))
    review.retire(of=design, by=people.designer)
    assert Design.objects.get(pk=design.pk).state == Review.RETIRED
