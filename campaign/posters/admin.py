"""Designs and texts in the admin: to look at. What was approved is never edited; a new version takes its place."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from unfold.decorators import display

from campaign.posters import gallery
from campaign.posters.assembly import NotReady, approved_design
from campaign.posters.models import Design, GalleryPoster, Review, TextSet
from portal.audit.admin import ReadOnlyAdmin
from portal.people.models import User

LABELS = {Review.APPROVED.label: "success", Review.IN_REVIEW.label: "info", Review.DRAFT.label: "warning"}
NO_PICTURE = "None yet: the gallery shows the approved design, and makes its posters within a minute."


@admin.register(Design)
class DesignAdmin(ReadOnlyAdmin):
    """Every version of every design."""

    list_display = ["name", "version", "standing", "sizes_shown", "approved"]
    list_filter = ["state"]
    list_select_related = ["approved_by"]
    search_fields = ["name", "slug", "description"]
    fields = [
        ("name", "version", "standing"),
        "description",
        ("sizes_shown", "approved"),
        "pictures",
        ("template", "sha256"),
    ]
    readonly_fields = ["standing", "sizes_shown", "approved", "pictures"]

    @display(description="State", ordering="state", label=LABELS)
    def standing(self, design: Design) -> str:
        return design.get_state_display()

    @display(description="Sizes")
    def sizes_shown(self, design: Design) -> str:
        return ", ".join(str(size).capitalize() for size in design.sizes) or "–"

    @display(description="Approved by")
    def approved(self, design: Design) -> str:
        return _approval(design.approved_by_release, design.approved_by)

    @display(description="As the public takes it")
    def pictures(self, design: Design) -> SafeString | str:
        try:
            is_shown = approved_design() == design
        except NotReady:
            is_shown = False
        shown = [_picture(poster) for poster in gallery.posters()] if is_shown else []
        return format_html_join(" ", "{}", ((picture,) for picture in shown)) or NO_PICTURE


@admin.register(TextSet)
class TextSetAdmin(ReadOnlyAdmin):
    """The words of each language, as they stand on the poster."""

    list_display = ["name", "language", "standing", "approved"]
    list_display_links = ["name"]
    list_filter = ["state"]
    list_select_related = ["reviewed_by"]
    search_fields = ["language"]
    fields = [("name", "standing", "approved"), "words", "picture"]
    readonly_fields = ["name", "standing", "approved", "words", "picture"]

    @display(description="Language", ordering="language")
    def name(self, texts: TextSet) -> str:
        return _language_name(texts.language)

    @display(description="State", ordering="state", label=LABELS)
    def standing(self, texts: TextSet) -> str:
        return texts.get_state_display()

    @display(description="Approved by")
    def approved(self, texts: TextSet) -> str:
        return _approval(texts.approved_by_release, texts.reviewed_by)

    @display(description="Words")
    def words(self, texts: TextSet) -> SafeString | str:
        said = (
            (key.replace("_", " ").capitalize(), text)
            for key, block in texts.blocks.items()
            for text in (block if isinstance(block, list) else [block])
        )
        row = '<div style="display:grid;grid-template-columns:10rem 1fr;padding:.25rem 0"><b>{}</b><span lang="{}">{}</span></div>'
        return format_html_join("", row, ((key, texts.language, text) for key, text in said)) or "–"

    @display(description="As the public takes it")
    def picture(self, texts: TextSet) -> SafeString | str:
        poster = next((row for row in gallery.posters() if row.language == texts.language), None)
        return _picture(poster) if poster else NO_PICTURE


def _picture(poster: GalleryPoster) -> SafeString:
    """The poster, small; it leads to the PDF."""

    def address(form: str, digest: str) -> str:
        return reverse("posters-file", kwargs={"digest": digest[:16], "language": poster.language, "form": form})

    return format_html(
        '<a href="{}" style="display:inline-block;margin:0 1rem 1rem 0">'
        '<img src="{}" width="306" height="396" alt="Poster in {}; opens the PDF"></a>',
        address("pdf", poster.document.sha256),
        address("preview", poster.preview.sha256),
        _language_name(poster.language),
    )


def _language_name(code: str) -> str:
    """In English; the code itself where Django knows no name."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def _approval(by_release: bool, person: User | None) -> str:
    return str(person) if person else "The release" if by_release else "Nobody yet"
