"""The designer's, translator's and approver's pages, driven as a browser does."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from campaign.posters import checks, drafting, review, sources, writing
from campaign.posters.forms import PictureForm, SourceForm
from campaign.posters.models import Design, Invitation, Review, Sheet, TextSet
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import page_texts
from tests.campaign.posters.people import SOURCE, Office, few_posters, office, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Office:
    return office()


ENDLESS = "#for i in range(1000000) { for j in range(1000000) { let x = i * j } }"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, *args: object, **query: str) -> str:
    return reverse(f"admin:campaign_{name}", args=args, query=query or None)


def upload(source: str | bytes = SOURCE) -> SimpleUploadedFile:
    content = source.encode() if isinstance(source, str) else source
    return SimpleUploadedFile("plain.typ", content)


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def typed(texts: TextSet, **changed: str) -> dict[str, str]:
    """What the form of a draft sends, with some fields typed anew."""
    english = writing.compared_with(texts)
    sent = {
        f"{key}-{index}": line
        for key, block in texts.blocks.items()
        for index, line in enumerate(checks.strings(block))
    }
    return sent | {"english": str(english.pk)} | changed


# Designs


def test_designer_adds_a_design_and_a_second_person_approves_it(people: Office) -> None:
    few_posters()
    designer = browser(people.designer)
    page = designer.post(at("design_new"), {"upload": upload()}, follow=True)
    design = Design.objects.get(slug="plain-sheet")
    assert "Being tried on every sheet and language" in page.content.decode()
    assert tried(design).has_passed
    page = designer.post(at("design_do", design.pk, "submit"), follow=True)
    assert "another person approves it" in page.content.decode()
    designer.post(at("design_do", design.pk, "approve"))
    design.refresh_from_db()
    assert design.state == Review.IN_REVIEW
    page = browser(people.approver).post(at("design_do", design.pk, "approve"), follow=True)
    assert "Approved. It can be printed." in page.content.decode()
    design.refresh_from_db()
    assert (design.state, design.approved_by) == (Review.APPROVED, people.approver)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (b"a" * (sources.MOST_BYTES + 1), "larger than 200 KB"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (SOURCE + '#read("/etc/passwd")\n', "“read”"),
        (SOURCE.replace('name = "Plain sheet"', 'name = ""'), "needs a name"),
    ],
)
def test_upload_that_is_no_design_is_told_why(people: Office, content: str | bytes, said: str) -> None:
    page = browser(people.designer).post(at("design_new"), {"upload": upload(content)})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not Design.objects.filter(slug="plain-sheet").exists()


class Endless(io.BytesIO):
    """A file of 100 MB that notes the most that was ever read of it."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 <= size <= 11 * 1024**2, "The whole file was read."
        self.most = max(self.most, size)
        return b"a" * size


def test_file_of_100_mb_is_never_read_whole() -> None:
    for form, name in ((SourceForm, "upload"), (PictureForm, "picture")):
        file = Endless()
        sent = UploadedFile(file, "large.typ", "text/plain", size=100 * 1024**2)
        filled = form({"slot": "window"}, MultiValueDict({name: [sent]}))
        assert not filled.is_valid()
        assert "larger than" in str(filled.errors[name])
        assert file.most


@given(content=st.binary(max_size=300))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_uploaded_are_answered(people: Office, content: bytes) -> None:
    page = browser(people.designer).post(at("design_new"), {"upload": upload(content)})
    assert page.status_code == 200
    assert "poster-card" in page.content.decode()


def test_trial_that_failed_is_shown_and_blocks(people: Office) -> None:
    few_posters()
    design = drafting.add_design(source=SOURCE.replace("  code(page, words)\n", ""), by=people.designer)
    tried(design)
    page = text_of(browser(people.designer), at("design_change", design.pk))
    assert "Cannot be submitted." in page
    assert "The code cannot be read in its box" in page
    assert "Letter: English, Spanish" in page
    assert "Submit for review" not in page
    browser(people.designer).post(at("design_do", design.pk, "submit"))
    design.refresh_from_db()
    assert design.state == Review.DRAFT


@pytest.mark.slow
def test_what_nobody_approved_is_never_set_in_the_web_process(people: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    design = drafting.add_design(source=SOURCE.replace("#let draw", f"{ENDLESS}\n#let draw"), by=people.designer)
    monkeypatch.setattr("portal.typesetting.trial.CPU_SECONDS", 1)
    client = browser(people.designer)
    for state in (Review.DRAFT, Review.IN_REVIEW, Review.RETIRED):
        Design.objects.filter(pk=design.pk).update(state=state)
        picture = client.get(at("design_picture", design.pk, "letter", "en"))
        assert picture.headers["Content-Type"] == "image/svg+xml"
        assert "Look for a loop" in picture.content.decode()
    document = client.get(at("design_proof", design.pk, "letter", "en"))
    assert document.status_code == 409
    assert "was stopped" in document.content.decode()


def test_page_of_a_design_waits_for_no_picture(people: Office) -> None:
    design = Design.objects.approved().get(slug="first-light")
    page = text_of(browser(people.designer), at("design_change", design.pk))
    assert page.count('loading="lazy"') == 4
    everything = text_of(browser(people.designer), at("design_change", design.pk, sheet="letter"))
    assert everything.count('loading="lazy"') == 21


def test_picture_is_kept_by_the_browser_alone_until_it_changes(people: Office) -> None:
    client = browser(people.approver)
    design = Design.objects.approved().get(slug="first-light")
    address = at("design_picture", design.pk, "letter", "ar")
    first = client.get(address)
    assert first.content.startswith(b"\x89PNG")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(at("design_picture", design.pk, "letter", "xx")).status_code == 404


def test_picture_of_a_draft_that_cannot_be_set_is_its_reason(people: Office) -> None:
    design = drafting.add_design(source=SOURCE + '#panic("<b>Too</b> long.")\n', by=people.designer)
    picture = browser(people.designer).get(at("design_picture", design.pk, "letter", "en"))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "&lt;b&gt;Too" in picture.content.decode()


def test_proof_is_a_pdf_that_says_so(people: Office) -> None:
    design = Design.objects.approved().get(slug="first-light")
    answer = browser(people.approver).get(at("design_proof", design.pk, "letter", "vi"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "proof-first-light-1-letter-vi.pdf" in answer.headers["Content-Disposition"]
    assert "Not for posting" in page_texts(answer.content)[0]


def test_colours_and_pictures_are_set_in_the_form(people: Office) -> None:
    design = drafting.add_design(source=SOURCE, by=people.designer)
    client = browser(people.designer)
    page = client.post(at("design_edit", design.pk), {"what": "colours", "ground": "#fbf7f0", "figure": "#dddddd"})
    assert "has a contrast of 1.3 to 1, and needs 4.5" in page.content.decode()
    assert "#dddddd" in page.content.decode()
    client.post(at("design_edit", design.pk), {"what": "colours", "ground": "#ffffff", "figure": "#12343b"})
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    picture = SimpleUploadedFile("x.png", file.getvalue(), "image/png")
    client.post(at("design_edit", design.pk), {"what": "picture", "slot": "window", "picture": picture})
    design.refresh_from_db()
    assert design.colours == {"ground": "#ffffff"}
    assert design.pictures.get().slot == "window"
    page = client.post(
        at("design_edit", design.pk),
        {"what": "picture", "slot": "window", "picture": SimpleUploadedFile("x.svg", b"<svg onload='x()'/>")},
    )
    assert "PNG" in page.content.decode()
    client.post(at("design_edit", design.pk), {"what": "empty", "slot": "window"})
    assert not design.pictures.exists()


def test_draft_of_another_person_is_not_edited(people: Office) -> None:
    design = drafting.add_design(source=SOURCE, by=people.designer)
    page = browser(people.designer_too).post(
        at("design_edit", design.pk), {"what": "source", "upload": upload(SOURCE + "\n")}, follow=True
    )
    assert "Only its author changes a draft" in page.content.decode()
    design.refresh_from_db()
    assert design.source == SOURCE


def test_two_versions_stand_beside_each_other(people: Office) -> None:
    left = drafting.add_design(source=SOURCE, by=people.designer)
    right = drafting.add_design(source=SOURCE.replace("60 * u))", "50 * u))"), by=people.designer)
    page = text_of(
        browser(people.approver),
        at("design_compare", left=str(left.pk), right=str(right.pk), sheet="a4", language="vi"),
    )
    for design in (left, right):
        assert at("design_picture", design.pk, "a4", "vi") in page
    assert '<span class="is-gone">-' in page
    assert '<span class="is-new">+' in page
    assert "50 * u" in page
    assert text_of(browser(people.approver), at("design_compare", left="x", right="9" * 30))


def test_comments_and_steps_are_one_history(people: Office) -> None:
    design = drafting.add_design(source=SOURCE, by=people.designer)
    client = browser(people.approver)
    client.post(at("design_do", design.pk, "comment"), {"body": "<script>alert(1)</script>"})
    page = text_of(client, at("design_change", design.pk))
    assert "&lt;script&gt;alert(1)" in page
    assert f"{people.designer} added" in page
    answer = client.post(at("design_do", design.pk, "comment"), {"body": " "}, follow=True)
    assert "Write a few words" in answer.content.decode()


def test_revision_leads_to_its_form(people: Office) -> None:
    design = Design.objects.approved().get(slug="first-light")
    page = browser(people.designer).post(at("design_do", design.pk, "revise"), follow=True)
    assert page.redirect_chain == [(at("design_edit", Design.objects.get(slug="first-light", version=2).pk), 302)]


# Texts


def test_translator_writes_and_another_person_signs(people: Office) -> None:
    client = browser(people.translator)
    client.post(at("textset_new"), {"language": "vi"})
    draft = TextSet.objects.get(language="vi", version=2)
    page = text_of(client, at("textset_edit", draft.pk))
    assert "Someone will listen, day or night." in page
    assert 'lang="vi"' in page
    client.post(at("textset_edit", draft.pk), typed(draft, **{"chat_label-0": "Trò chuyện"}, submit="1"))
    draft.refresh_from_db()
    assert (draft.state, draft.blocks["chat_label"]) == (Review.IN_REVIEW, "Trò chuyện")
    assert "another person signs it" in text_of(client, at("textset_change", draft.pk))
    browser(people.translator_too).post(at("textset_do", draft.pk, "approve"))
    draft.refresh_from_db()
    assert draft.state == Review.APPROVED


def test_errors_stand_beside_their_field_and_nothing_is_lost(people: Office) -> None:
    draft = writing.revise_texts(language="vi", by=people.translator)
    client = browser(people.translator)
    long = "dài " * 2_500
    page = client.post(
        at("textset_edit", draft.pk),
        typed(draft, **{"listen-0": long, "title-0": "a\u202eb", "chat_label-0": "Mới", "call_label-0": "911"}),
    ).content.decode()
    assert "This has 9,999 characters; at most 200 fit a poster." in page
    assert "invisible character U+202E" in page
    assert "The digits here are 911, in English none" in page
    assert long.strip() in page
    assert "Mới" in page
    draft.refresh_from_db()
    assert draft.blocks["chat_label"] == "Chat"


def test_draft_is_kept_with_what_is_to_mend(people: Office) -> None:
    draft = writing.revise_texts(language="vi", by=people.translator)
    client = browser(people.translator)
    page = client.post(at("textset_edit", draft.pk), typed(draft, **{"listen-0": "Gọi 911"}), follow=True)
    assert "1 thing to mend before review" in page.content.decode()
    assert "The digits here are 911, in English none" in page.content.decode()
    draft.refresh_from_db()
    assert draft.blocks["listen"] == "Gọi 911"


def test_english_that_changed_meanwhile_stands_beside(people: Office) -> None:
    draft = writing.revise_texts(language="vi", by=people.translator)
    sent = typed(draft, **{"listen-0": "Có người nghe bạn."})
    _new_english(people)
    page = browser(people.translator).post(at("textset_edit", draft.pk), sent).content.decode()
    assert "A new English text was approved while you wrote" in page
    assert "Có người nghe bạn." in page
    assert "<ins>Free, always.</ins>" in page


STRANGE = st.one_of(
    st.text(max_size=250),
    st.sampled_from(
        ["a" * 10_000, "\x00", "\u202e", '#read("/etc/passwd")', '#import "@preview/x:0.1.0"', "$x$", "*_", "<script>"]
    ),
)


@given(words=STRANGE, field=st.sampled_from(["title-0", "listen-0", "rights-1", "headline_restroom-2", "call_note-0"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_are_kept_as_letters_or_refused(people: Office, words: str, field: str) -> None:
    TextSet.objects.filter(author=people.translator).delete()
    draft = writing.revise_texts(language="es", by=people.translator)
    page = browser(people.translator).post(at("textset_edit", draft.pk), typed(draft, **{field: words}))
    draft.refresh_from_db()
    key, _, index = field.rpartition("-")
    kept = checks.strings(draft.blocks[key])[int(index)]
    if page.status_code == 302:
        assert kept.split() == words.replace("\x00", "").split() or kept
    else:
        assert page.status_code == 200
        assert "poster-wrong" in page.content.decode()
        assert kept == checks.strings(TextSet.objects.get(language="es", version=1).blocks[key])[int(index)]


def _new_english(people: Office) -> TextSet:
    english = TextSet.objects.approved().get(language="en")
    draft = writing.revise_texts(language="en", by=people.translator_too)
    blocks = draft.blocks | {"call_note": "Free, always. Ask for your language."}
    writing.save_blocks(texts=draft, blocks=blocks, english=english, by=people.translator_too)
    review.submit(of=draft, by=people.translator_too)
    draft.refresh_from_db()
    review.approve(of=draft, by=people.approver)
    return draft


def test_stale_text_says_since_when_and_what_changed(people: Office) -> None:
    _new_english(people)
    spanish = TextSet.objects.get(language="es")
    client = browser(people.translator)
    page = text_of(client, at("textset_change", spanish.pk))
    assert "Stale: English changed on" in page
    assert "<ins>Free, always.</ins>" in page
    assert "Stale: English changed on" in text_of(client, at("textset_changelist"))
    client.post(at("textset_do", spanish.pk, "still-right"))
    fresh = TextSet.objects.get(language="es", version=2)
    assert fresh.state == Review.IN_REVIEW
    browser(people.approver).post(at("textset_sign_off"), {"texts": [fresh.pk]})
    assert TextSet.objects.printable().filter(language="es").get() == fresh


def test_three_people_sign_all_on_one_sheet(people: Office) -> None:
    mine = writing.revise_texts(language="fr", by=people.translator)
    review.submit(of=mine, by=people.translator)
    client = browser(people.translator)
    page = text_of(client, at("textset_sign_off"))
    assert "You wrote this one, or one it was made from: another person signs it." in page
    assert review.VOUCH in page
    assert page.count("Sign all that are ticked") == 1
    approver = browser(people.approver)
    waiting = [texts.pk for texts in TextSet.objects.exclude(language__in=["en", "es", "fr", "ko"])] + [mine.pk]
    answer = approver.post(at("textset_sign_off"), {"texts": waiting}, follow=True)
    assert f"{len(waiting)} texts signed." in answer.content.decode()
    assert TextSet.objects.printable().count() == len(waiting) + 2
    assert Entry.objects.filter(verb="approved", actor=people.approver).count() == len(waiting)


def test_pages_carry_what_the_person_saw(people: Office) -> None:
    design = drafting.add_design(source=SOURCE, by=people.designer)
    assert tried(design).has_passed
    review.submit(of=design, by=people.designer)
    texts = writing.revise_texts(language="vi", by=people.translator)
    review.submit(of=texts, by=people.translator)
    client = browser(people.approver)
    for row, name, sheet in ((design, "design", ""), (texts, "textset", at("textset_sign_off"))):
        assert f'name="seen" value="{row.sha256}"' in text_of(client, at(f"{name}_change", row.pk))
        answer = client.post(at(f"{name}_do", row.pk, "approve"), {"seen": "0" * 64}, follow=True)
        assert "changed after you opened the page" in answer.content.decode()
        if sheet:
            assert f'name="seen-{row.pk}" value="{row.sha256}"' in text_of(client, sheet)
            answer = client.post(sheet, {"texts": [row.pk], f"seen-{row.pk}": "0" * 64})
            assert "changed after you opened the page" in answer.content.decode()
            assert f'name="seen-{row.pk}" value="{row.sha256}"' in answer.content.decode()
        row.refresh_from_db()
        assert row.state == Review.IN_REVIEW


def test_sheet_signs_nothing_where_one_may_not_be(people: Office) -> None:
    mine = writing.revise_texts(language="fr", by=people.translator)
    review.submit(of=mine, by=people.translator)
    other = TextSet.objects.get(language="ht")
    page = browser(people.translator).post(at("textset_sign_off"), {"texts": [mine.pk, other.pk]}, follow=True)
    assert "Nothing was signed" in page.content.decode()
    assert TextSet.objects.approved().count() == 2
    page = browser(people.approver).post(at("textset_sign_off"), {}, follow=True)
    assert "Nothing is ticked" in page.content.decode()


def test_outsider_is_invited_from_the_page(people: Office) -> None:
    draft = TextSet.objects.get(language="ht")
    client = browser(people.approver)
    answer = client.post(at("textset_invite", draft.pk), {"name": "Marie", "email": "nobody", "language": "en"})
    assert "Marie" in answer.content.decode()
    assert not Invitation.objects.exists()
    client.post(
        at("textset_invite", draft.pk),
        {"name": "Marie Paul, Clinic", "email": "marie@clinic.example", "language": "es"},
    )
    invitation = Invitation.objects.get()
    page = text_of(client, at("textset_change", draft.pk))
    assert "Marie Paul, Clinic: No answer yet" in page
    assert "marie@clinic.example" not in page
    client.post(at("textset_withdraw", draft.pk, invitation.pk))
    invitation.refresh_from_db()
    assert invitation.answer == Invitation.Answer.WITHDRAWN


def test_text_is_looked_at_in_a_chosen_design(people: Office) -> None:
    draft = TextSet.objects.get(language="ar")
    client = browser(people.translator)
    page = text_of(client, at("textset_change", draft.pk, design="window-seat", sheet="car-card"))
    assert "?design=window-seat&amp;sheet=car-card" in page
    first = client.get(at("textset_picture", draft.pk, design="window-seat", sheet="car-card"))
    other = client.get(at("textset_picture", draft.pk))
    assert first.content.startswith(b"\x89PNG")
    assert first.content != other.content


# Sheets


def _sheet(**changed: str) -> dict[str, str]:
    return {
        "name": "Concourse frame",
        "slug": "concourse-frame",
        "unit": "in",
        "width": "24",
        "height": "36",
        "bleed": "0.125",
        "safe": "0.5",
        "position": "50",
    } | changed


def test_sheet_is_added_with_its_designs_and_retired(people: Office) -> None:
    client = browser(people.designer)
    client.post(at("sheet_add"), _sheet())
    sheet = Sheet.objects.get(slug="concourse-frame")
    assert Entry.objects.filter(object_type="campaign.sheet", object_id=str(sheet.pk), verb="added").exists()
    page = text_of(client, at("sheet_change", sheet.pk))
    assert "First light" in page
    client.post(at("sheet_changelist"), {"action": "retire", "_selected_action": [sheet.pk]})
    sheet.refresh_from_db()
    assert sheet.retired_at
    assert Entry.objects.filter(object_type="campaign.sheet", object_id=str(sheet.pk), verb="retired").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"width": "0.5"}, "Between 1 and 100 in"),
        ({"height": "101"}, "Between 1 and 100 in"),
        ({"unit": "mm", "width": "24", "height": "36"}, "Between 25.4 and 2540 mm"),
        ({"bleed": "2"}, "At most 1 in"),
        ({"safe": "9"}, "At most a quarter of the shorter side, 6 in"),
        ({"width": "NaN"}, "Enter a number"),
        ({"bleed": "-1"}, "greater than or equal to 0"),
        ({"slug": "letter"}, "already exists"),
    ],
)
def test_sheet_within_what_is_printed_anywhere(people: Office, changed: dict[str, str], said: str) -> None:
    page = browser(people.designer).post(at("sheet_add"), _sheet(**changed))
    assert page.status_code == 200
    assert said in page.content.decode()


# Lists


def test_lists_take_as_many_queries_for_three_as_for_one(people: Office, user_with: Callable[..., User]) -> None:
    client = browser(user_with(Role.COORDINATOR))

    def counts() -> list[int]:
        found = []
        for address in (
            at("design_changelist"),
            at("textset_changelist"),
            at("sheet_changelist"),
            at("textset_sign_off"),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    Design.objects.exclude(slug="first-light").delete()
    TextSet.objects.exclude(language="en").delete()
    Sheet.objects.exclude(slug="letter").delete()
    counts()
    one = counts()
    for number in (2, 3):
        drafting.revise(design=Design.objects.all()[0], by=people.designer)
        writing.revise_texts(language="vi" if number == 2 else "fr", by=people.translator)
        Sheet.objects.create(slug=f"sheet-{number}", name=f"Sheet {number}", width=20, height=30)
    assert counts() == one


def test_pages_take_as_many_queries_for_three_versions_as_for_one(people: Office) -> None:
    client = browser(people.approver)
    design, texts = Design.objects.get(slug="first-light"), TextSet.objects.get(language="vi")

    def counts() -> list[int]:
        found = []
        for address in (at("design_change", design.pk), at("textset_change", texts.pk)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    def more() -> None:
        drafting.revise(design=design, by=people.designer)
        writing.revise_texts(language="vi", by=people.translator)
        review.comment(of=design, body="Look.", by=people.designer)
        review.comment(of=texts, body="Look.", by=people.designer)

    more()
    counts()
    one = counts()
    more()
    more()
    assert counts() == one


def test_nobody_edits_an_approved_version(admin_client: Client) -> None:
    design = Design.objects.get(slug="first-light")
    assert admin_client.post(at("design_change", design.pk), {"name": "Another"}).status_code == 405
    assert admin_client.post(at("design_delete", design.pk)).status_code == 403
    design.refresh_from_db()
    assert (design.name, design.state) == ("First light", Review.APPROVED)
