"""Logos come in clean, permissions come with their paper, and nobody uses a logo without one."""

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency
from portal.audit import trail
from portal.files.models import StoredFile
from portal.files.pictures import MB, PNG, SVG, BadPicture, Picture, clean_logo, clean_picture
from portal.typesetting import TypesettingError, compile_png, page_count

if TYPE_CHECKING:
    from portal.people.models import User

PREVIEW_SIDE: Final = 800
"""Pixels on the longer side."""
MOST_PAGES: Final = 100
ENDS: Final = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}
_PREVIEW: Final = Path(__file__).with_name("logo_preview.typ")


class NotPermitted(Exception):
    """The logo may not be used there and then. The message is for people: why, and how to mend it."""


def use(*, logo: Logo, scope: str, on: dt.date) -> LogoPermission:
    """The permission by which a logo may be used for a ``Scope`` on that day.

    Whatever shows a logo outside the admin asks this first. Raises ``NotPermitted``.
    """
    permission = logo.permission_for(scope, on)
    if permission is None:
        raise NotPermitted(logo.refusal(scope, on))
    return permission


def upload(*, agency: Agency, name: str, alt_text: str, content: bytes, by: "User | None") -> Logo:
    """Takes in a logo (SVG or PNG). Raises ``BadPicture``, or ``ValidationError`` for its words."""
    logo = Logo(agency=agency, name=name, alt_text=alt_text, uploaded_by=by)
    picture, preview = drawn(content)
    with transaction.atomic():
        attach(logo, picture=picture, preview=preview)
        logo.full_clean()
        logo.save()
        trail.record(actor=by, verb="added", target=logo, after=trail.snapshot(logo))
    return logo


def drawn(content: bytes) -> tuple[Picture, bytes]:
    """A logo's clean form, and the PNG that our own pages show of it. Raises ``BadPicture``."""
    logo = clean_logo(content)
    if logo.content_type != SVG:
        return logo, clean_logo(logo.content, longest_side=PREVIEW_SIDE).content
    scale = PREVIEW_SIDE / max(logo.width, logo.height)
    data = {"svg": logo.content.decode(), "width": logo.width * scale, "height": logo.height * scale}
    try:
        (preview,) = compile_png(_PREVIEW, data)
    except TypesettingError as error:
        raise BadPicture(_("The drawing cannot be drawn. Export the logo again as plain SVG, or as PNG.")) from error
    return logo, preview


def attach(logo: Logo, *, picture: Picture, preview: bytes) -> None:
    """Stores both and points the logo, not saved yet, at them."""
    stem = f"{logo.agency.acronym or logo.agency.name} {logo.name}"[:150]
    logo.content_type, logo.width, logo.height = picture.content_type, picture.width, picture.height
    logo.file = StoredFile.objects.put(
        picture.content, name=f"{stem}.{ENDS[picture.content_type]}", content_type=picture.content_type
    )
    logo.preview = StoredFile.objects.put(preview, name=f"{stem}, preview.png", content_type=PNG)


class NotPossible(Exception):
    """A permission stays as it is; the message says why, and how to mend it."""


def record_permission(
    *,
    logo: Logo,
    scopes: Collection[str],
    document: bytes,
    granted_by: str,
    granted_on: dt.date,
    expires_on: dt.date,
    by: "User | None",
) -> LogoPermission:
    """Records what was allowed in writing (``document``: PDF, PNG or JPEG); it counts once a second person approved it.

    Raises ``BadPicture`` for the document, ``ValidationError`` for the rest.
    """
    content, content_type = checked_document(document)
    permission = LogoPermission(
        logo=logo,
        scopes=list(scopes),
        granted_by=granted_by,
        granted_on=granted_on,
        expires_on=expires_on,
        recorded_by=by,
    )
    with transaction.atomic():
        file_document(permission, content, content_type)
        permission.full_clean()
        permission.save()
        trail.record(actor=by, verb="added", target=permission, after=trail.snapshot(permission))
    return permission


def checked_document(content: bytes) -> tuple[bytes, str]:
    """A written permission and its type, judged by its bytes; a picture is drawn anew. Raises ``BadPicture``."""
    if not content.startswith(b"%PDF-"):
        try:
            picture = clean_picture(content)
        except BadPicture as error:
            raise BadPicture(f"A permission is taken as PDF, PNG or JPEG. {error}") from error
        return picture.content, picture.content_type
    if len(content) > 10 * MB:
        raise BadPicture("The document is larger than 10 MB. Scan it with fewer dots per inch.")
    try:
        pages = page_count(content)
    except TypesettingError as error:
        raise BadPicture(
            "The PDF cannot be opened: it is damaged or locked. Save it again without a password."
        ) from error
    if not 1 <= pages <= MOST_PAGES:
        raise BadPicture(f"The PDF has {pages} pages. Upload the permission alone, at most {MOST_PAGES} pages.")
    return content, "application/pdf"


def file_document(permission: LogoPermission, content: bytes, content_type: str) -> None:
    """Stores the paper and points the permission, not saved yet, at it."""
    name = f"Permission {permission.logo.name} {permission.granted_on}"
    permission.document = StoredFile.objects.put(
        content, name=f"{name}.{ENDS[content_type]}", content_type=content_type
    )


def cannot_approve(permission: LogoPermission, by: "User | None") -> str:
    """Why a person may not approve a permission; empty if it is possible."""
    if permission.approved_at:
        return "It is approved already."
    if permission.revoked_at:
        return "It was revoked. Record a new one."
    if by is None or by.pk == permission.recorded_by_id:
        return "You recorded it: a second person approves it."
    return ""


def approve(*, permission_id: int, by: "User | None") -> LogoPermission:
    """Lets a permission count, once a second person compared it with its paper. Raises ``NotPossible``."""
    with transaction.atomic():
        kept = LogoPermission.objects.select_for_update().get(pk=permission_id)
        if refusal := cannot_approve(kept, by):
            raise NotPossible(refusal)
        before = trail.snapshot(kept)
        kept.approved_by, kept.approved_at = by, timezone.now()
        kept.save(update_fields=["approved_by", "approved_at"])
        trail.record(actor=by, verb="approved", target=kept, before=before, after=trail.snapshot(kept))
    return kept


def revoke(*, permission: LogoPermission, why: str, by: "User | None") -> None:
    """Ends a permission at once; does nothing to one that was revoked before."""
    with transaction.atomic():
        kept = LogoPermission.objects.select_for_update().get(pk=permission.pk)
        if kept.revoked_at:
            return
        before = trail.snapshot(kept)
        kept.revoked_at, kept.revoked_by, kept.revoked_why = timezone.now(), by, why
        kept.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        trail.record(actor=by, verb="revoked", target=kept, before=before, after=trail.snapshot(kept))
