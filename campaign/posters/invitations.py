"""Asks somebody without an account to review a text, by a link that answers once.

    link = invite(texts=draft, name="…", email="…", by=approver)
    found = open_link(token)                       # looks, changes nothing
    answer(token=token, is_right=True)             # signs, once

The link's token is the reviewer's authority. Only its hash is kept, so that nobody who reads the database can
sign in their place.
"""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from campaign.posters import review, writing
from campaign.posters.models import Invitation, TextSet
from campaign.posters.refusals import NotAllowed
from campaign.posters.versions import writers
from portal.audit import trail
from portal.mail import outbox
from portal.people.links import LASTS, LinkClosed, LinkState, Opened, hashed, new_token
from portal.people.models import User

PAGE_LANGUAGES: Final = ("en", "es")


@transaction.atomic
def invite(*, texts: TextSet, name: str, email: str, by: User, address: str, language: str = "en") -> Invitation:
    """Mails a person a link to the review of this version. ``address``: scheme and host of this portal.

    The mail and the page are in ``language``. Raises ``NotAllowed``: the author of a text chooses nobody for it,
    whoever has an account signs in and signs there, and nobody invites themselves.
    """
    if not (by.has_perm(review.REVIEW_TEXTS) or by.has_perm(writing.WRITE)):
        raise NotAllowed("Your roles do not include inviting reviewers. Ask a coordinator.")
    row = TextSet.objects.select_for_update().get(pk=texts.pk)
    if not review.is_signable(row):
        state = row.get_state_display().lower()
        raise NotAllowed(f"“{row}” is {state}. Invite a reviewer once it is submitted.")
    called, to = " ".join(name.split()), email.strip()
    if not called.isprintable() or not 3 <= len(called) <= 120:
        raise NotAllowed("Give the reviewer's name and office, in 3 to 120 letters: it stands in the record.")
    try:
        validate_email(to)
    except ValidationError as bad:
        raise NotAllowed("That is no e-mail address. Write it as name@example.org.") from bad
    _require_stranger(row, to, by)
    if language not in PAGE_LANGUAGES:
        raise NotAllowed("The page of reviewers is in English and Spanish.")
    token, kept = new_token()
    invitation = Invitation.objects.create(
        texts=row,
        name=called,
        email=to,
        token_sha256=kept,
        invited_by=by,
        expires_at=timezone.now() + LASTS,
    )
    trail.record(actor=by, verb="invited a reviewer", target=row, after={"reviewer": called})
    with translation.override(language):
        link = address.rstrip("/") + reverse("review-texts", kwargs={"token": token})
    outbox.send(
        to=to,
        template="review_invited",
        context={"name": called, "link": link, "language": row.language_name, "until": invitation.expires_at},
        language=language,
    )
    return invitation


def open_link(token: str) -> Opened[Invitation]:
    """What a link leads to. Changes nothing: mail programs follow links too."""
    invitation = (
        Invitation.objects.select_related("texts", "texts__author", "invited_by")
        .filter(token_sha256=hashed(token))
        .first()
    )
    return Opened(_state(invitation), invitation)


def answer(*, token: str, is_right: bool, comments: str = "") -> Invitation:
    """Signs the text off, or sends it back with the comments. A link answers once, whoever is first.

    Raises ``LinkClosed`` for a link that answers no more, and ``NotAllowed``; then it may still answer.
    """
    with transaction.atomic():
        opened = open_link(token)
        if opened.invitation is None:
            raise LinkClosed(LinkState.UNKNOWN)
        # The versions of a language are the lock, as everywhere: two answers at once wait in line here.
        review.locked_versions(opened.invitation.texts)
        invitation = Invitation.objects.select_for_update().get(pk=opened.invitation.pk)
        if (state := _state(invitation)) is not LinkState.OPEN:
            raise LinkClosed(state)
        invitation.answer = Invitation.Answer.APPROVED if is_right else Invitation.Answer.RETURNED
        invitation.answered_at = timezone.now()
        invitation.save(update_fields=["answer", "answered_at"])
        texts = TextSet.objects.get(pk=invitation.texts_id)
        if is_right:
            if comments.strip():
                review.add_comment(texts, body=comments, by=None, signed=invitation.name)
            review.approve_by_reviewer(texts, reviewer=invitation.name)
        else:
            review.return_by_reviewer(texts, reason=comments, reviewer=invitation.name)
    return invitation


def withdraw(*, invitation: Invitation, by: User) -> None:
    """Ends a link that has not answered yet. Raises ``NotAllowed``."""
    if not (by.has_perm(review.REVIEW_TEXTS) or by.has_perm(writing.WRITE)):
        raise NotAllowed("Your roles do not include withdrawing invitations. Ask a coordinator.")
    with transaction.atomic():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.answer != Invitation.Answer.NONE:
            raise NotAllowed("The invitation is answered or withdrawn already.")
        row.answer, row.answered_at = Invitation.Answer.WITHDRAWN, timezone.now()
        row.save(update_fields=["answer", "answered_at"])
        trail.record(actor=by, verb="withdrew an invitation", target=row.texts, before={"reviewer": row.name})


def _state(invitation: Invitation | None) -> LinkState:
    if invitation is None:
        return LinkState.UNKNOWN
    if invitation.answer == Invitation.Answer.WITHDRAWN:
        return LinkState.OVER
    if invitation.answer != Invitation.Answer.NONE:
        return LinkState.USED
    if invitation.expires_at <= timezone.now():
        return LinkState.EXPIRED
    return LinkState.OPEN if review.is_signable(invitation.texts) else LinkState.OVER


def _require_stranger(texts: TextSet, email: str, by: User) -> None:
    """A second person must look: not the author, not whom the author chose, not whoever invites."""
    if by.pk in writers(texts):
        raise NotAllowed("You wrote this version, or one it was made from: another person invites its reviewer.")
    wanted = _mailbox(email)
    if by.email and _mailbox(by.email) == wanted:
        raise NotAllowed("That is your own address. The reviewer must be another person.")
    if texts.author and texts.author.email and _mailbox(texts.author.email) == wanted:
        raise NotAllowed("That is the author's address. The reviewer must be another person.")
    accounts = User.objects.exclude(email="").values_list("email", flat=True)
    if any(_mailbox(account) == wanted for account in accounts):
        raise NotAllowed("Whoever has this address has an account here. Ask them to sign in, and to sign there.")


def _mailbox(email: str) -> str:
    """One mailbox however it is written: capitals and what follows a plus sign don't matter."""
    local, _, domain = email.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
