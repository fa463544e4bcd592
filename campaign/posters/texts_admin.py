"""Texts in the admin: every version in every language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.posters import texts_views as views
from campaign.posters import writing
from campaign.posters.design_admin import STATES, shown_state, signed_by, waiting_first
from campaign.posters.models import TextSet
from portal.audit.admin import ReadOnlyAdmin, may


@admin.register(TextSet)
class TextSetAdmin(ReadOnlyAdmin):
    """The words of each language, what waits for a person first. Their pages are drawn by ``texts_views``."""

    list_display_links = ["name"]
    list_filter = [("state", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["author", "reviewed_by"]
    list_per_page = 50
    search_fields = ["language"]
    search_help_text = "Code of the language: vi, zh-Hans"
    actions_list = ["sign_texts", "write_texts"]

    has_review_permission = may("campaign.review_texts")
    has_write_permission = may("campaign.write_texts")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(views.new), name="campaign_textset_new"),
            path("sign-off/", wrap(views.sign_off), name="campaign_textset_sign_off"),
            path("<int:pk>/change/", wrap(views.page), name="campaign_textset_change"),
            path("<int:pk>/edit/", wrap(views.edit), name="campaign_textset_edit"),
            path("<int:pk>/do/<slug:verb>/", wrap(views.do), name="campaign_textset_do"),
            path("<int:pk>/invite/", wrap(views.invite), name="campaign_textset_invite"),
            path(
                "<int:pk>/invitations/<int:invitation>/withdraw/",
                wrap(views.withdraw),
                name="campaign_textset_withdraw",
            ),
            path("<int:pk>/picture.png", wrap(views.picture, cacheable=True), name="campaign_textset_picture"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TextSet]:
        return TextSet.objects.defer("blocks")

    def get_ordering(self, request: HttpRequest) -> Sequence[object]:
        return [waiting_first(), "language", "-version"]

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[..., object]]:
        """The columns; the English is read once for all rows."""
        english = TextSet.objects.approved().filter(language=writing.ENGLISH).defer("blocks").first()

        @display(description="English", label={"stale": "danger", "fresh": ""})
        def freshness(texts: TextSet) -> tuple[str, str]:
            if english is None or texts.language == writing.ENGLISH:
                return "fresh", "–"
            if not writing.is_stale(texts, english):
                return "fresh", "As it is now"
            since = english.reviewed_on or english.created_at
            return "stale", f"● Stale: English changed on {since:%d %B %Y}".replace(" 0", " ")

        return ["name", "language", "version", "standing", freshness, "written_by", "signed"]

    @display(description="Language", ordering="language")
    def name(self, texts: TextSet) -> str:
        return texts.language_name

    @display(description="State", ordering="state", label=STATES)
    def standing(self, texts: TextSet) -> tuple[str, str]:
        return shown_state(texts.state)

    @display(description="Written by", ordering="author")
    def written_by(self, texts: TextSet) -> str:
        return str(texts.author or "The release")

    @display(description="Reviewed by")
    def signed(self, texts: TextSet) -> str:
        return signed_by(texts.approved_by_release, texts.reviewed_by, texts.reviewer)

    @action(description="Sign off texts", url_path="sign-texts", permissions=["review"])
    def sign_texts(self, request: HttpRequest) -> HttpResponse:
        """Leads to the sheet that all texts are signed on."""
        return redirect("admin:campaign_textset_sign_off")

    @action(description="Write a new version", url_path="write-texts", permissions=["write"])
    def write_texts(self, request: HttpRequest) -> HttpResponse:
        """Leads to the choice of a language."""
        return redirect("admin:campaign_textset_new")
