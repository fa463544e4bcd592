"""Designs: added, revised and changed by their author alone; judged before Typst sees them; tried within limits."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from campaign.posters import drafting, shipped, sources, trials
from campaign.posters.header import BadDesign
from campaign.posters.models import Design, Review
from campaign.posters.refusals import NotAllowed
from portal.audit.models import Entry
from portal.files.pictures import BadPicture
from portal.people.models import User
from portal.people.roles import Role
from tests.campaign.posters.people import SOURCE, Office, few_posters, office, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Office:
    return office()


@pytest.fixture
def draft(people: Office) -> Design:
    return drafting.add_design(source=SOURCE, by=people.designer)


def png(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises((BadDesign, NotAllowed, BadPicture)) as caught:
        call()
    return str(caught.value)


def test_design_is_added_as_a_draft_of_its_author(people: Office, draft: Design) -> None:
    assert (draft.slug, draft.version, draft.state, draft.author) == (
        "plain-sheet",
        1,
        Review.DRAFT,
        people.designer,
    )
    assert (draft.name, draft.audience, draft.kit) == ("Plain sheet", "public", shipped.kit())
    assert draft.sha256 == draft.digest()
    entry = Entry.objects.filter(object_type="campaign.design", object_id=str(draft.pk)).get()
    assert (entry.actor, entry.verb) == (people.designer, "added")
    assert "source" not in entry.after


def test_second_upload_of_a_slug_is_its_next_version(people: Office, draft: Design) -> None:
    second = drafting.add_design(source=SOURCE, by=people.designer_too)
    assert (second.slug, second.version, second.author) == ("plain-sheet", 2, people.designer_too)


def test_revision_copies_source_colours_and_pictures_onto_the_newest_kit(people: Office, draft: Design) -> None:
    drafting.set_picture(design=draft, slot="window", content=png(), by=people.designer)
    drafting.set_colours(design=draft, colours={"ground": "#ffffff"}, by=people.designer)
    Design.objects.filter(pk=draft.pk).update(kit="// an old kit")
    draft.refresh_from_db()
    mine = drafting.revise(design=draft, by=people.designer_too)
    assert (mine.version, mine.author, mine.kit) == (2, people.designer_too, shipped.kit())
    assert (mine.source, mine.colours) == (draft.source, {"ground": "#ffffff"})
    assert mine.pictures.get().file.sha256 == draft.pictures.get().file.sha256
    assert mine.sha256 == mine.digest()


def test_only_the_author_changes_a_draft(people: Office, draft: Design) -> None:
    said = refusal(lambda: drafting.set_source(design=draft, source=SOURCE, by=people.designer_too))
    assert "another person's draft" in said
    assert "do not include drawing" in refusal(lambda: drafting.revise(design=draft, by=people.approver))
    draft.refresh_from_db()
    assert draft.author == people.designer


@pytest.mark.parametrize("state", [Review.IN_REVIEW, Review.RETIRED])
def test_what_is_no_draft_does_not_change(people: Office, draft: Design, state: Review) -> None:
    Design.objects.filter(pk=draft.pk).update(state=state)
    for verb in (
        lambda: drafting.set_source(design=draft, source=SOURCE + "\n", by=people.designer),
        lambda: drafting.set_colours(design=draft, colours={"ground": "#ffffff"}, by=people.designer),
        lambda: drafting.set_picture(design=draft, slot="window", content=png(), by=people.designer),
        lambda: drafting.remove_picture(design=draft, slot="window", by=people.designer),
    ):
        assert "does not change any more" in refusal(verb)
    draft.refresh_from_db()
    assert (draft.source, draft.colours, draft.sha256) == (SOURCE, {}, draft.digest())


def test_every_change_gives_another_digest_and_an_entry(people: Office, draft: Design) -> None:
    digests = [draft.sha256]
    changed = drafting.set_source(design=draft, source=SOURCE.replace("Plain sheet", "Plainer"), by=people.designer)
    digests.append(changed.sha256)
    digests.append(drafting.set_colours(design=draft, colours={"ground": "#ffffff"}, by=people.designer).sha256)
    digests.append(drafting.set_picture(design=draft, slot="window", content=png(), by=people.designer).sha256)
    digests.append(drafting.remove_picture(design=draft, slot="window", by=people.designer).sha256)
    assert len(set(digests)) == 4  # without the picture it is as before
    assert digests[2] == digests[4]
    assert changed.name == "Plainer"
    assert Entry.objects.filter(object_type="campaign.design", object_id=str(draft.pk)).count() == 5


def test_colours_within_contrast_alone(people: Office, draft: Design) -> None:
    said = refusal(lambda: drafting.set_colours(design=draft, colours={"figure": "#dddddd"}, by=people.designer))
    assert "needs 4.5" in said
    assert "1.3 to 1" in said
    said = refusal(lambda: drafting.set_colours(design=draft, colours={"border": "#dddddd"}, by=people.designer))
    assert "no colour border" in said
    draft.refresh_from_db()
    assert draft.colours == {}


def test_picture_is_judged_and_its_place_must_exist(people: Office, draft: Design) -> None:
    assert "empty" in refusal(
        lambda: drafting.set_picture(design=draft, slot="window", content=b"", by=people.designer)
    )
    assert "no place" in refusal(
        lambda: drafting.set_picture(design=draft, slot="door", content=png(), by=people.designer)
    )


def test_source_that_loses_a_slot_loses_its_picture(people: Office, draft: Design) -> None:
    drafting.set_picture(design=draft, slot="window", content=png(), by=people.designer)
    without = SOURCE.replace('[pictures.window]\nalt = "A window at dawn"\n', "")
    changed = drafting.set_source(design=draft, source=without, by=people.designer)
    assert not changed.pictures.exists()
    assert changed.sha256 == changed.digest()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('#import "@preview/cetz:0.3.0": *', "import"),
        ('#let f = read("/etc/passwd")', "read"),
        ('#std.read("x")', "std"),
        ('#let x = eval("1")', "eval"),
        ("#let s = sys.inputs", "sys"),
        ('#include "x.typ"', "include"),
        ('#let p = plugin("x.wasm")', "plugin"),
        ('#let d = json("kit.typ")', "json"),
        ("#let d = csv", "csv"),
        ("#let a = 1-read", "read"),
        ("/* read */", "read"),
        ("#std²", "std"),
        ("$²eval$", "eval"),
        ('#link("https://example.org")[Here]', "link"),
        ('#pdf.attach("kit.typ")', "attach"),
        ("#let late = datetime.today().year() > 2026", "datetime"),
    ],
)
def test_words_that_reach_out_are_refused_with_their_line(line: str, word: str) -> None:
    said = refusal(lambda: sources.checked(SOURCE + line + "\n"))
    assert f"“{word}”" in said
    assert f"Line {SOURCE.count(chr(10)) + 1} " in said


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"Two numbers and a code."', '"Two */ #import \\"@preview/cetz:0.3.0\\" /* numbers."'),
        ("[floors]", '# */ #eval("read(\\"kit.typ\\")") /*\n[floors]'),
        ("[floors]", "# /* a comment within\n[floors]"),
    ],
)
def test_header_ends_where_typst_sees_its_end(was: str, becomes: str) -> None:
    """What stands in the header is not looked through for words, so nothing of it may be drawn."""
    assert was in SOURCE
    assert "The header holds /* or */" in refusal(lambda: sources.checked(SOURCE.replace(was, becomes)))


def test_second_import_of_the_kit_is_refused() -> None:
    assert "stands 2 times" in refusal(lambda: sources.checked(SOURCE + '#import "kit.typ": *\n'))
    assert "stands 0 times" in refusal(lambda: sources.checked(SOURCE.replace('#import "kit.typ": *', "")))


def test_words_that_only_contain_them_pass() -> None:
    assert sources.checked(SOURCE + "// readable, imported, reading\n#let ready = 1\n")


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\x07", "\x00", "\ufeff", "\u200b"])
def test_invisible_characters_are_refused(character: str) -> None:
    said = refusal(lambda: sources.checked(SOURCE + f"// a{character}b\n"))
    assert f"U+{ord(character):04X}" in said


def test_all_problems_are_told_at_once() -> None:
    said = refusal(lambda: sources.checked(SOURCE.replace('name = "Plain sheet"', "") + '#read("x")\n'))
    assert "needs a name" in said
    assert "“read”" in said


def test_files_that_are_no_design() -> None:
    assert "0 bytes" in refusal(lambda: sources.source_of(b""))
    assert "larger than 200 KB" in refusal(lambda: sources.source_of(b"a" * (sources.MOST_BYTES + 1)))
    assert "not UTF-8" in refusal(lambda: sources.source_of(b"ab\n\xff"))


@pytest.mark.parametrize("slug", [slug for slug, _ in shipped.shipped_designs()])
def test_shipped_designs_pass(slug: str) -> None:
    assert sources.checked(dict(shipped.shipped_designs())[slug])


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400).map(lambda text: SOURCE.encode() + text.encode("utf-8", "replace")),
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_design_or_a_clear_refusal(content: bytes) -> None:
    try:
        header = sources.checked(sources.source_of(content))
    except BadDesign as bad:
        problems = bad.problems
    else:
        assert header.name == "Plain sheet"
        return
    assert problems
    assert all(problem.strip() and len(problem) < 500 for problem in problems)


@pytest.mark.slow
def test_trial_sets_every_sheet_and_language(draft: Design) -> None:
    trial = tried(draft)
    assert trial.has_passed
    assert trial.notes == []
    assert trial.posters == 4 * 21  # Letter, Tabloid, A4, A3


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("  code(page, words)\n", "", "cannot be read in its box"),
        (
            "  code(page, words)\n",
            "  code(page, words)\n"
            '  place(top + left, dx: 40 * u, dy: 430 * u, image(bytes(page.qr), format: "svg", width: 150pt, alt: "again"))\n',
            "may be one",
        ),
        ('way.kind in ("call", "text")', 'way.kind == "text"', "“1-888-373-7888” is not on the page"),
        ("#posters(draw", '#show regex("(?i)proof"): none\n#posters(draw', "“Proof” is not on the page"),
        ("  code(page, words)\n", "  code(page, words)\n  pagebreak()\n", "pages for 2 posters"),
        ("width: width - 80 * u, height: 120 * u", "width: width - 80 * u, height: 20 * u", "does not fit"),
        ("#let draw", "#let draw(x) = {\n#let draw", "could not be set"),
    ],
)
def test_trial_tells_what_is_wrong(people: Office, was: str, becomes: str, said: str) -> None:
    assert was in SOURCE
    few_posters()
    design = drafting.add_design(source=SOURCE.replace(was, becomes), by=people.designer)
    trial = tried(design)
    assert trial.is_done
    assert not trial.has_passed
    assert any(said in finding.sentence for finding in trial.problems), trial.problems[:3]
    assert {finding.language for finding in trial.problems} == {"English", "Spanish"}
    assert trial.notes


def test_trial_of_a_design_that_changed_is_not_its_trial(people: Office, draft: Design) -> None:
    few_posters()
    assert tried(draft).has_passed
    changed = drafting.set_colours(design=draft, colours={"ground": "#ffffff"}, by=people.designer)
    assert trials.trial_of(changed).is_running
    assert not trials.trial_of(changed).has_passed


def test_coordinator_draws_too(user_with: Callable[..., User]) -> None:
    assert drafting.add_design(source=SOURCE, by=user_with(Role.COORDINATOR)).version == 1
