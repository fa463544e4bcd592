"""Pages of the admin for texts: look, write beside the English, sign off, ask somebody outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaign.posters import checks, invitations, proof_answers, proofs, review, writing
from campaign.posters.design_views import as_seen, require
from campaign.posters.forms import CommentForm, InviteForm, LanguageForm, TextsForm
from campaign.posters.history import history
from campaign.posters.languages import LANGUAGES, UnknownLanguage
from campaign.posters.models import Design, Invitation, Review, Sheet, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.trials import suited
from campaign.posters.versions import writers, writers_of
from portal.people.models import User

VIEW = "campaign.view_textset"
RELATED = ("author", "reviewed_by")


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its words beside the English, what a machine finds wrong, a proof, what was said."""
    user = require(request, VIEW)
    texts = get_object_or_404(TextSet.objects.select_related(*RELATED), pk=pk)
    english = writing.compared_with(texts)
    design, sheet = _where(request)
    return _page(
        request,
        "page",
        title=str(texts),
        texts=texts,
        rows=rows_of(texts, english),
        english=english,
        spoken=LANGUAGES.get(texts.language),
        problems=_named(writing.problems_of(texts, english)) if texts.state != Review.RETIRED else [],
        design=design,
        sheet=sheet,
        designs=list(Design.objects.approved().only("pk", "name", "version", "slug")),
        sheets=suited(design) if design else [],
        invitations=list(texts.invitations.select_related("invited_by")),
        now=timezone.now(),
        versions=list(TextSet.objects.filter(language=texts.language).select_related(*RELATED)),
        events=history(texts),
        comment=CommentForm(),
        vouch=review.VOUCH,
        **_staleness(texts, english),
        **_rights(texts, english, user),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of a draft, block by block beside the English."""
    user = require(request, writing.WRITE)
    texts = get_object_or_404(TextSet, pk=pk)
    if not writing.may_change(texts, user):
        messages.error(request, "Only its author changes a draft. Revise it: that makes a version of your own.")
        return redirect("admin:campaign_textset_change", pk)
    english = writing.compared_with(texts)
    spoken = LANGUAGES[texts.language]
    found: list[checks.Problem] = writing.problems_of(texts, english)
    form = TextsForm(request.POST or None, texts=texts, english=english, language=spoken)
    if request.method == "POST" and form.is_valid():
        seen = TextSet.objects.filter(pk=_key(request.POST.get("english", ""))).first() or english
        try:
            left = writing.save_blocks(texts=texts, blocks=form.blocks, english=seen, by=user)
        except (writing.BadTexts, NotAllowed) as refusal:
            typed = checks.problems(form.blocks, english.blocks, texts.language)
            found = [problem for problem in typed if not problem.is_unfit]
            form.blame(problem for problem in typed if problem.is_unfit)
            if isinstance(refusal, NotAllowed):
                form.add_error(None, str(refusal))
        else:
            return _after_saving(request, texts, user, len(left))
    return _page(
        request,
        "edit",
        title=f"Write {texts}",
        texts=texts,
        english=english,
        form=form,
        rows=form.rows(found),
        count=len(found),
        spoken=spoken,
        **_staleness(texts, english),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new version in a language."""
    user = require(request, writing.WRITE)
    form = LanguageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            texts = writing.revise_texts(language=form.cleaned_data["language"], by=user)
        except (NotAllowed, UnknownLanguage) as refusal:
            form.add_error("language", str(refusal))
        else:
            return redirect("admin:campaign_textset_edit", texts.pk)
    return _verb(
        request,
        title="Write a new version",
        says="It is your draft until you submit it; what is approved stays in use meanwhile.",
        button="Begin",
        form=form,
        back="admin:campaign_textset_changelist",
    )


@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest) -> HttpResponse:
    """One sheet for all texts that wait: read, tick, sign once."""
    user = require(request, review.REVIEW_TEXTS)
    waiting = [texts for texts in _waiting() if review.is_signable(texts)]
    if request.method == "POST":
        ticked = [texts for texts in waiting if str(texts.pk) in request.POST.getlist("texts")]
        try:
            count = review.sign_off(
                texts=[as_seen(copy(texts), request, f"seen-{texts.pk}") for texts in ticked], by=user
            )
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{count} text{'' if count == 1 else 's'} signed. They can be printed.")
            return redirect("admin:campaign_textset_sign_off")
    english = writing.english_now() if waiting else None
    written_by = writers_of(waiting)
    sheets = [
        {
            "texts": texts,
            "rows": rows_of(texts, beside),
            "problems": (problems := _named(writing.problems_of(texts, beside))),
            "is_stale": writing.is_stale(texts, beside),
            "is_own": user.pk in written_by[texts.pk],
            "may_sign": review.may_sign(texts, user, written_by=written_by[texts.pk])
            and not problems
            and not writing.is_stale(texts, beside),
            "is_ticked": request.method == "POST" and str(texts.pk) in request.POST.getlist("texts"),
            "spoken": LANGUAGES.get(texts.language),
        }
        for texts in waiting
        if (beside := texts if texts.language == writing.ENGLISH and texts.author_id is None else english)
    ]
    return _page(
        request,
        "sign_off",
        title="Sign off texts",
        sheets=sheets,
        can_sign=any(sheet["may_sign"] for sheet in sheets),
        vouch=review.VOUCH,
    )


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks somebody without an account."""
    user = require(request, review.REVIEW_TEXTS)
    texts = get_object_or_404(TextSet.objects.select_related("author"), pk=pk)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(texts=texts, by=user, address=request.build_absolute_uri("/"), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The link is on its way by mail. It answers once, within 14 days.")
            return redirect("admin:campaign_textset_change", pk)
    return _verb(
        request,
        title=f"Ask somebody to review {texts}",
        says="They get a link to the English and the translation, and sign or send back. They need no account.",
        button="Send the link",
        form=form,
        back="admin:campaign_textset_change",
        pk=pk,
    )


@require_POST
def withdraw(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Ends a link."""
    user = require(request, review.REVIEW_TEXTS)
    found = get_object_or_404(Invitation, pk=invitation, texts=pk)
    return _tried(
        request, pk, lambda: invitations.withdraw(invitation=found, by=user), "Withdrawn. The link answers no more."
    )


@require_POST
def do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of a text's life. Each asks for its own right."""
    user = require(request, VIEW)
    texts = get_object_or_404(TextSet, pk=pk)
    words = request.POST.get("body", "")
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "submit": (lambda: review.submit(of=texts, by=user), "Submitted. Another person signs it now."),
        "approve": (lambda: review.approve(of=as_seen(texts, request), by=user), "Signed. It can be printed."),
        "send-back": (lambda: review.send_back(of=texts, reason=words, by=user), "Sent back to its author."),
        "retire": (lambda: review.retire(of=texts, by=user), "Retired. Nothing new is printed from it."),
        "comment": (lambda: review.comment(of=texts, body=words, by=user), "Your comment stands below."),
        "still-right": (
            lambda: writing.still_right(texts=texts, by=user),
            "A new version of the same words waits for another person's signature.",
        ),
    }
    if verb == "revise":
        return _revised(request, texts, user)
    if verb not in verbs:
        raise Http404
    call, said = verbs[verb]
    return _tried(request, pk, call, said, words)


@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A PNG of a poster with the text, stamped as a proof; ``design`` and ``sheet`` choose which."""
    require(request, VIEW)
    texts = get_object_or_404(TextSet, pk=pk)
    design, sheet = _where(request)
    if design is None or sheet is None:
        raise Http404
    side = proofs.SIDES.get(request.GET.get("side", ""), proofs.SIDES["small"])
    return proof_answers.picture(request, design=design, sheet=sheet, texts=texts, side=side)


def rows_of(texts: TextSet, english: TextSet) -> list[dict[str, Any]]:
    """Each block with its English and its words."""
    return [
        {
            "key": key,
            "name": checks.called(key),
            "english": checks.strings(block),
            "words": checks.strings(texts.blocks.get(key, "")),
        }
        for key, block in english.blocks.items()
    ]


def _waiting() -> Iterable[TextSet]:
    """Texts in review, and drafts of the release that nothing newer took the place of, in the order of languages."""
    rows = TextSet.objects.select_related("author").filter(state__in=[Review.DRAFT, Review.IN_REVIEW])
    places = {code: place for place, code in enumerate(LANGUAGES)}
    newest: dict[tuple[str, str], TextSet] = {}
    for texts in rows.order_by("version"):
        newest[texts.language, texts.state] = texts
    return sorted(newest.values(), key=lambda texts: (places.get(texts.language, 99), texts.version))


def _staleness(texts: TextSet, english: TextSet) -> dict[str, Any]:
    """Whether English changed since, when, and what it said before."""
    if not writing.is_stale(texts, english):
        return {"is_stale": False}
    older = TextSet.objects.filter(language=writing.ENGLISH, sha256=texts.english_sha256).first()
    return {
        "is_stale": True,
        "stale_since": english.reviewed_on or english.created_at,
        "changed": checks.changed_blocks(older.blocks, english.blocks) if older else [],
    }


def _rights(texts: TextSet, english: TextSet, user: User) -> dict[str, bool]:
    is_mine, written_by = texts.author_id == user.pk, writers(texts)
    writes, reviews = user.has_perm(writing.WRITE), user.has_perm(review.REVIEW_TEXTS)
    is_stale = writing.is_stale(texts, english)
    return {
        "may_edit": writing.may_change(texts, user),
        "may_submit": texts.state == Review.DRAFT and is_mine and writes,
        "may_sign": review.may_sign(texts, user, written_by=written_by) and not is_stale,
        "may_invite": review.is_signable(texts) and reviews and not is_stale and user.pk not in written_by,
        "may_send_back": texts.state == Review.IN_REVIEW and (is_mine or reviews),
        "may_revise": writes,
        "may_confirm": texts.state == Review.APPROVED and is_stale and writes,
        "may_retire": (texts.state == Review.APPROVED and reviews and texts.language != writing.ENGLISH)
        or (texts.state == Review.DRAFT and is_mine),
        "waits_for_another": texts.state == Review.IN_REVIEW and user.pk in written_by,
    }


def _named(problems: Iterable[checks.Problem]) -> list[dict[str, str]]:
    return [{"name": checks.called(problem.key), "sentence": problem.sentence} for problem in problems]


def _where(request: HttpRequest) -> tuple[Design | None, Sheet | None]:
    """The design and the sheet that a text is looked at in."""
    design = Design.objects.approved().filter(slug=request.GET.get("design", "")).first() or proofs.usual_design()
    if design is None:
        return None, None
    wanted = request.GET.get("sheet", "")
    return design, next((s for s in suited(design) if s.slug == wanted), None) or proofs.usual_sheet(design)


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _after_saving(request: HttpRequest, texts: TextSet, user: User, left: int) -> HttpResponseRedirect:
    """Saved; with “Save and submit” it is submitted, where nothing is wrong with it."""
    if "submit" in request.POST and not left:
        return _tried(
            request,
            texts.pk,
            lambda: review.submit(of=texts, by=user),
            "Submitted. Another person signs it now.",
        )
    if left:
        messages.warning(request, f"Saved as your draft. {left} thing{'' if left == 1 else 's'} to mend before review.")
        return redirect("admin:campaign_textset_edit", texts.pk)
    messages.success(request, "Saved as your draft. Nothing is wrong that a machine can see.")
    return redirect("admin:campaign_textset_change", texts.pk)


def _revised(request: HttpRequest, texts: TextSet, user: User) -> HttpResponseRedirect:
    try:
        revised = writing.revise_texts(language=texts.language, by=user, source=texts)
    except (NotAllowed, UnknownLanguage) as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:campaign_textset_change", texts.pk)
    return redirect("admin:campaign_textset_edit", revised.pk)


def _tried(
    request: HttpRequest, pk: int, call: Callable[[], object], said: str, words: str = ""
) -> HttpResponseRedirect:
    try:
        call()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        if words:
            messages.info(request, f"You wrote: {words[: review.MOST_COMMENT]}")
    else:
        messages.success(request, said)
    return redirect("admin:campaign_textset_change", pk)


def _verb(request: HttpRequest, *, back: str, pk: int | None = None, **context: Any) -> HttpResponse:
    """One step, asked once."""
    return _page(request, "verb", back=redirect(back, *([] if pk is None else [pk])).url, **context)


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    each = admin.site.each_context(request)
    opts = TextSet._meta
    return TemplateResponse(request, f"admin/campaign/textset/{name}.html", {**each, "opts": opts, **context})
