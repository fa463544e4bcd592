"""Pages of the admin for designs: look, draw, compare, judge."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaign.posters import drafting, proof_answers, proofs, review, trials
from campaign.posters.forms import ColoursForm, CommentForm, PictureForm, SourceForm
from campaign.posters.header import AUDIENCES, BadDesign
from campaign.posters.history import history
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Design, Review, Sheet, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import writers
from portal.audit import trail
from portal.audit.admin import actor_of
from portal.files.pictures import BadPicture
from portal.people.models import User

VIEW = "campaign.view_design"
DIFF_LINES = 3

Reviewed = TypeVar("Reviewed", Design, TextSet)


def as_seen(row: Reviewed, request: HttpRequest, field: str = "seen") -> Reviewed:
    """The row as the page showed it that the form stood on, for ``review.approve`` to compare."""
    row.sha256 = request.POST.get(field, row.sha256)
    return row


def require(request: HttpRequest, permission: str) -> User:
    """The signed-in account, which must hold the permission."""
    user = actor_of(request)
    if user is None or not user.has_perm(permission):
        raise PermissionDenied
    return user


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: how it stands, what the trial found, its pictures (which load by themselves), what was said."""
    user = require(request, VIEW)
    design = get_object_or_404(Design.objects.select_related("author", "approved_by"), pk=pk)
    sheets = trials.suited(design)
    versions = list(Design.objects.filter(slug=design.slug).select_related("author").defer("source", "kit"))
    return _page(
        request,
        "page",
        title=str(design),
        design=design,
        audience=AUDIENCES.get(design.audience, design.audience),
        header=design.header,
        colours=design.header.painted(design.colours),
        shown=_shown(request, sheets),
        sheets=sheets,
        languages=_languages(),
        versions=versions,
        events=history(design),
        comment=CommentForm(),
        **_standing(design, user),
    )


@require_GET
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of a design's page: its trial, and what can be done now."""
    user = require(request, VIEW)
    design = get_object_or_404(Design, pk=pk)
    answer = TemplateResponse(
        request, "admin/campaign/design/_standing.html", {"design": design, **_standing(design, user)}
    )
    if not trials.trial_of(design).is_running:
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A design from a file: new, or the next version of the one of that name."""
    user = require(request, drafting.DRAW)
    form = SourceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            design = drafting.add_design(source=form.cleaned_data["upload"], by=user)
        except (BadDesign, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{design} is your draft. It is being tried on every sheet and language.")
            return redirect("admin:campaign_design_change", design.pk)
    return _page(request, "new", title="Add a design", form=form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's file, colours and pictures; each is saved by itself."""
    user = require(request, drafting.DRAW)
    design = get_object_or_404(Design, pk=pk)
    if not drafting.may_change(design, user):
        messages.error(request, "Only its author changes a draft. Revise it: that makes a version of your own.")
        return redirect("admin:campaign_design_change", pk)
    source, colours, pictures = SourceForm(), ColoursForm(design), PictureForm.for_slots(design.header)
    if request.method == "POST":
        form: SourceForm | ColoursForm | PictureForm
        match request.POST.get("what"):
            case "colours":
                form = colours = ColoursForm(design, request.POST)
            case "picture":
                form = PictureForm(request.POST, request.FILES)
                pictures[str(request.POST.get("slot"))] = form
            case "empty":
                return _saved(request, lambda: _emptied(design, request, user), pk)
            case _:
                form = source = SourceForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                _save(design, form, user)
            except (BadDesign, BadPicture) as bad:
                for problem in getattr(bad, "problems", [str(bad)]):
                    form.add_error(None, problem)
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:campaign_design_change", pk)
            else:
                messages.success(request, "Saved. It is being tried again.")
                return redirect("admin:campaign_design_edit", pk)
    filled = {picture.slot: picture.file.name for picture in design.pictures.select_related("file")}
    slots = [
        {"slot": slot, "alt": alt, "file": filled.get(slot), "form": pictures[slot]}
        for slot, alt in design.header.pictures.items()
    ]
    return _page(request, "edit", title=f"Draw {design}", design=design, source=source, colours=colours, slots=slots)


@require_POST
def do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of a design's life. Each asks for its own right."""
    user = require(request, VIEW)
    design = get_object_or_404(Design, pk=pk)
    words = request.POST.get("body", "")
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "submit": (lambda: review.submit(of=design, by=user), "Submitted. Another person approves it now."),
        "approve": (lambda: review.approve(of=as_seen(design, request), by=user), "Approved. It can be printed."),
        "send-back": (lambda: review.send_back(of=design, reason=words, by=user), "Sent back to its author."),
        "retire": (lambda: review.retire(of=design, by=user), "Retired. Nothing new is printed from it."),
        "comment": (lambda: review.comment(of=design, body=words, by=user), "Your comment stands below."),
        "try": (lambda: trials.start(design, by=user), "It is being tried on every sheet and language."),
    }
    if verb == "revise":
        return _revised(request, design, user)
    if verb not in verbs:
        raise Http404
    call, said = verbs[verb]
    try:
        call()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        if words:
            messages.info(request, f"You wrote: {words[: review.MOST_COMMENT]}")
    else:
        messages.success(request, said)
    return redirect("admin:campaign_design_change", pk)


@require_GET
def picture(request: HttpRequest, pk: int, sheet: str, language: str) -> HttpResponseBase:
    """A PNG of the version on a sheet in a language, stamped as a proof."""
    require(request, VIEW)
    side = proofs.SIDES.get(request.GET.get("side", ""), proofs.SIDES["small"])
    return proof_answers.picture(
        request,
        design=get_object_or_404(Design, pk=pk),
        sheet=get_object_or_404(Sheet, slug=sheet),
        texts=_texts(language),
        side=side,
    )


@require_GET
def proof(request: HttpRequest, pk: int, sheet: str, language: str) -> HttpResponseBase:
    """The same as a PDF."""
    require(request, VIEW)
    design = get_object_or_404(Design, pk=pk)
    answer = proof_answers.document(design=design, sheet=get_object_or_404(Sheet, slug=sheet), texts=_texts(language))
    if answer.status_code == HTTPStatus.OK:
        label = f"{design}: proof on {sheet} ({language})"
        trail.record(actor=actor_of(request), verb="downloaded", target=design, label=label)
    return answer


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions beside each other, and what their source says differently."""
    require(request, VIEW)
    versions = list(Design.objects.defer("source", "kit").order_by("slug", "-version"))
    left, right = (_chosen(request.GET.get(side, "")) for side in ("left", "right"))
    sheets = [] if not left or not right else [s for s in trials.suited(left) if s in trials.suited(right)]
    wanted = request.GET.get("sheet", "")
    return _page(
        request,
        "compare",
        title="Compare two versions",
        versions=versions,
        left=left,
        right=right,
        sheets=sheets,
        sheet=next((sheet for sheet in sheets if sheet.slug == wanted), sheets[0] if sheets else None),
        languages=_languages(),
        language=request.GET.get("language", "en") if request.GET.get("language") in LANGUAGES else "en",
        colours=_colours_differing(left, right) if left and right else [],
        lines=_differing(left.source, right.source) if left and right else [],
        same_kit=left is not None and right is not None and left.kit == right.kit,
    )


def suits(design: Design, sheets: list[Sheet]) -> list[Sheet]:
    """The sheets that a design suits; none for one whose header this release cannot read."""
    try:
        return trials.suited(design, sheets)
    except BadDesign:
        return []


def _standing(design: Design, user: User) -> dict[str, Any]:
    trial = trials.trial_of(design)
    is_mine, written_by = design.author_id == user.pk, writers(design)
    return {
        "trial": trial,
        "grouped": _grouped(trial.problems),
        "grouped_notes": _grouped(trial.notes),
        "may_edit": drafting.may_change(design, user),
        "may_submit": design.state == Review.DRAFT and is_mine and user.has_perm(drafting.DRAW),
        "may_sign": review.may_sign(design, user, written_by=written_by),
        "may_send_back": design.state == Review.IN_REVIEW and (is_mine or user.has_perm(review.APPROVE_DESIGN)),
        "may_revise": user.has_perm(drafting.DRAW),
        "may_retire": (design.state == Review.APPROVED and user.has_perm(review.APPROVE_DESIGN))
        or (design.state == Review.DRAFT and is_mine),
        "waits_for_another": design.state == Review.IN_REVIEW and user.pk in written_by,
    }


def _grouped(findings: list[trials.Finding]) -> list[dict[str, str]]:
    """Each sentence once, with where it holds."""
    places: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        places.setdefault(finding.sentence, {}).setdefault(finding.sheet, []).append(finding.language)
    return [
        {
            "sentence": sentence,
            "where": "; ".join(
                f"{sheet}: {', '.join(filter(None, spoken[:6]))}{f' and {len(spoken) - 6} more' if len(spoken) > 6 else ''}"
                for sheet, spoken in by_sheet.items()
                if sheet
            ),
        }
        for sentence, by_sheet in places.items()
    ]


def _shown(request: HttpRequest, sheets: list[Sheet]) -> list[dict[str, Any]]:
    """The pictures of a page: every sheet in one language, or every language on one sheet."""
    wanted = next((sheet for sheet in sheets if sheet.slug == request.GET.get("sheet")), None)
    if wanted:
        return [{"sheet": wanted, "language": code, "called": str(spoken)} for code, spoken in LANGUAGES.items()]
    language = request.GET.get("language", "en")
    code = language if language in LANGUAGES else "en"
    return [{"sheet": sheet, "language": code, "called": sheet.name} for sheet in sheets]


def _languages() -> list[tuple[str, str]]:
    return [(code, str(language)) for code, language in LANGUAGES.items()]


def _texts(language: str) -> TextSet:
    found = next((texts for texts in trials.texts_now() if texts.language == language), None)
    if found is None:
        raise Http404
    return found


def _chosen(key: str) -> Design | None:
    return Design.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None


def _differing(left: str, right: str) -> list[tuple[str, str]]:
    """The unified difference of two sources; each line with its kind."""
    found = difflib.unified_diff(left.splitlines(), right.splitlines(), lineterm="", n=DIFF_LINES)
    kinds = {"+": "new", "-": "gone", "@": "place"}
    return [(kinds.get(line[:1], "same"), line) for line in list(found)[2:2000]]


def _colours_differing(left: Design, right: Design) -> list[tuple[str, str, str]]:
    before, after = (design.header.painted(design.colours) for design in (left, right))
    return [
        (slot, before.get(slot, "–"), after.get(slot, "–"))
        for slot in dict.fromkeys([*before, *after])
        if before.get(slot) != after.get(slot)
    ]


def _save(design: Design, form: SourceForm | ColoursForm | PictureForm, user: User) -> None:
    if isinstance(form, ColoursForm):
        drafting.set_colours(design=design, colours=form.colours, by=user)
    elif isinstance(form, PictureForm):
        slot, content = form.cleaned_data["slot"], form.cleaned_data["picture"]
        drafting.set_picture(design=design, slot=slot, content=content, by=user)
    else:
        drafting.set_source(design=design, source=form.cleaned_data["upload"], by=user)


def _emptied(design: Design, request: HttpRequest, user: User) -> None:
    drafting.remove_picture(design=design, slot=request.POST.get("slot", ""), by=user)


def _saved(request: HttpRequest, call: Callable[[], None], pk: int) -> HttpResponseRedirect:
    try:
        call()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The picture is removed.")
    return redirect("admin:campaign_design_edit", pk)


def _revised(request: HttpRequest, design: Design, user: User) -> HttpResponseRedirect:
    try:
        revised = drafting.revise(design=design, by=user)
    except (NotAllowed, BadDesign) as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:campaign_design_change", design.pk)
    messages.success(request, f"{revised} is your draft, drawn from version {design.version} on the newest kit.")
    return redirect("admin:campaign_design_edit", revised.pk)


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    each = admin.site.each_context(request)
    opts = Design._meta
    return TemplateResponse(request, f"admin/campaign/design/{name}.html", {**each, "opts": opts, **context})
