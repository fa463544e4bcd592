"""The gallery: look, take, hang. And “Make it yours”: the same with a name on it.

What is typed travels in the body of a POST alone, so that no address, log or history holds a name.
"""

import json
from base64 import b64encode
from math import ceil
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.posters import gallery, making
from campaign.posters.header import AUDIENCES
from campaign.posters.make_form import MakeForm, file_name
from campaign.posters.making import Kind, Offer
from campaign.posters.pages import Mark
from campaign.posters.words import WHERE, name_of_audience, name_of_language, name_of_sheet
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit

SHARED_SECONDS = 300
FORMATS = {"pdf": "document", "png": "picture", "preview": "preview"}
BUSY_SECONDS = 2

#: A preview costs 30 ms: whoever types gets one at every pause, and all together a third of a process's time.
PREVIEWS = Limit(name="previews of posters", per_minute=120, burst=40, ceiling_per_minute=600)
#: Each issues a code.
DOWNLOADS = Limit(name="posters made", per_minute=6, burst=5, ceiling_per_minute=60)


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def posters(request: HttpRequest) -> HttpResponse:
    """The posters that everyone may take, in the page's language unless another is asked for."""
    shelf = gallery.shelf(
        languages=[request.GET.get("language", ""), get_language() or ""],
        audience=request.GET.get("audience", ""),
        sheet=request.GET.get("size", ""),
    )
    groups = [
        {"kind": kind, "name": name_of_audience(kind), "where": WHERE.get(kind, ""), "cards": shelf.cards[kind]}
        for kind in (*AUDIENCES, "")
        if kind in shelf.cards
    ]
    context = {
        "groups": groups,
        "shelf": shelf,
        "poster_languages": [(language.code, name_of_language(language.code)) for language in shelf.languages],
        "audiences": [(kind, name_of_audience(kind)) for kind in AUDIENCES if kind in shelf.audiences],
        "sizes": [(sheet.slug, name_of_sheet(sheet)) for sheet in shelf.sheets],
        "audience": request.GET.get("audience", ""),
        "size": request.GET.get("size", ""),
    }
    return render(request, "campaign/posters/gallery.html", context)


@require_safe
def download(request: HttpRequest, digest: str, slug: str, sheet: str, language: str, form: str) -> FileResponse:
    """One file; its address names its content, so it may be kept for ever. 404 for one that was replaced."""
    found = gallery.offered().filter(slug=slug, sheet__slug=sheet, language=language)
    row = found.select_related("document", "picture", "preview").first()
    stored = getattr(row, FORMATS[form]) if row and form in FORMATS else None
    if stored is None or not stored.sha256.startswith(digest):
        raise Http404
    response = FileResponse(
        stored.open(), filename=stored.name, content_type=stored.content_type, as_attachment=form != "preview"
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@csrf_exempt  # no session stands behind it: nothing is done in anyone's name
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def make(request: HttpRequest, design: str = "") -> HttpResponse:
    """The form with its preview, and the download that comes of it. Works without JavaScript."""
    on = timezone.localdate()
    offer = making.offer(on)
    if request.method != "POST" or not offer.designs:
        return _make_page(request, MakeForm(offer=offer, initial=_initial(request, offer, design)), offer)
    kind = Kind(request.POST["do"]) if request.POST.get("do") in set(Kind) else None
    form = MakeForm(request.POST, offer=offer)
    # A form that must be mended costs no download.
    seconds = 0.0 if kind and not form.is_valid() else (DOWNLOADS if kind else PREVIEWS).allows(request)
    if seconds:
        form.add_error(None, _too_many(seconds))
        return _make_page(request, form, offer, status=429, retry_after=seconds)
    if not form.is_valid():
        return _make_page(request, form, offer, status=422)
    wish = form.wish()
    try:
        if kind is None:
            picture = making.preview(wish, on=on, mark=_mark())
            return _make_page(request, form, offer, picture=picture)
        response = HttpResponse(making.deliver(wish, kind=kind, on=on), content_type=kind.content_type)
    except making.Busy:
        form.add_error(None, _busy())
        return _make_page(request, form, offer, status=503, retry_after=BUSY_SECONDS)
    except making.CannotBeMade as error:
        form.add_error(error.field, str(error))
        return _make_page(request, form, offer, status=422)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(wish, kind)}"'
    return response


@csrf_exempt  # no session stands behind it: nothing is done in anyone's name
@require_POST
@leaves_no_trace()
def preview(request: HttpRequest) -> HttpResponse:
    """The picture alone, or JSON that says field by field what to mend. Without a name it shows a sample one."""
    if seconds := PREVIEWS.allows(request):
        return _problem({"__all__": [_too_many(seconds)]}, status=429, retry_after=seconds)
    on = timezone.localdate()
    form = MakeForm(request.POST, offer=making.offer(on), needs_name=False)
    if not form.is_valid():
        return _problem({field: [str(each) for each in errors] for field, errors in form.errors.items()}, status=422)
    try:
        picture = making.preview(form.wish(sample_name=_("Your name here")), on=on, mark=_mark())
    except making.Busy:
        return _problem({"__all__": [_busy()]}, status=503, retry_after=BUSY_SECONDS)
    except making.CannotBeMade as error:
        return _problem({error.field or "__all__": [str(error)]}, status=422)
    return HttpResponse(picture, content_type="image/png")


def _initial(request: HttpRequest, offer: Offer, design: str) -> dict[str, str]:
    """What stands in a fresh form: as the link said that led here, else the page's language and the first of each."""
    asked = {"design": design, "sheet": request.GET.get("size", ""), "language": request.GET.get("language", "")}
    chosen = next((each for each in offer.designs if each.slug == asked["design"]), next(iter(offer.designs), None))
    sheets = [sheet.slug for sheet in offer.sheets_of(chosen)] if chosen else []
    languages = [code for code in (asked["language"], get_language(), *offer.languages) if code in offer.languages]
    return {
        "design": chosen.slug if chosen else "",
        "sheet": asked["sheet"] if asked["sheet"] in sheets else next(iter(sheets), ""),
        "language": next(iter(languages), ""),
    }


def _make_page(
    request: HttpRequest,
    form: MakeForm,
    offer: Offer,
    *,
    picture: bytes | None = None,
    status: int = 200,
    retry_after: float = 0,
) -> HttpResponse:
    sizes = {design.slug: [sheet.slug for sheet in offer.sheets_of(design)] for design in offer.designs}
    context = {
        "form": form,
        "rest": [form[name] for name in ("design", "sheet", "language", "area")],
        "offer": offer,
        "sizes": json.dumps(sizes),
        "picture": _shown(form, offer, picture),
        "is_sample": making.is_sample(),
    }
    response = render(request, "campaign/posters/make.html", context, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(ceil(retry_after))
    return response


def _shown(form: MakeForm, offer: Offer, picture: bytes | None) -> dict[str, Any] | None:
    """The picture on the page: what was set just now, else the gallery's, else none."""
    values = {name: form[name].value() for name in ("design", "sheet", "language")}
    sheet = next((each for each in offer.sheets if each.slug == values["sheet"]), None)
    if sheet is None:
        return None
    width, height = making.preview_size(sheet)
    if picture:
        return {"src": f"data:image/png;base64,{b64encode(picture).decode()}", "width": width, "height": height}
    found = gallery.offered().filter(slug=values["design"], sheet=sheet, language=values["language"])
    row = found.select_related("preview").first()
    if row is None:
        return {"src": static("img/mark.svg"), "width": width, "height": height, "is_empty": True}
    address = {"digest": row.preview.sha256[:16], "slug": row.slug, "sheet": sheet.slug, "language": row.language}
    return {"src": reverse("posters-file", kwargs=address | {"form": "preview"}), "width": width, "height": height}


def _mark() -> Mark:
    """What stamps a preview, in the language of the page."""
    why = _("Preview. Not for posting. The code leads nowhere.")
    return Mark(word=_("Preview"), why=why, language=get_language() or "en")


def _too_many(seconds: float) -> str:
    wait = ceil(seconds)
    return ngettext(
        "That was fast. Please wait %(count)s second, then try again. Nothing is lost.",
        "That was fast. Please wait %(count)s seconds, then try again. Nothing is lost.",
        wait,
    ) % {"count": wait}


def _busy() -> str:
    return _("Many people are making posters right now. Please try again in a moment. Nothing is lost.")


def _problem(errors: dict[str, list[str]], *, status: int, retry_after: float = 0) -> JsonResponse:
    response = JsonResponse({"errors": errors}, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(ceil(retry_after))
    return response
