"""Asks whoever runs a line whether its value reaches them, by a link that answers once.

    link = invite(channel=line, name="…", email="…", by=user, address="https://…")
    found = open_link(token)                                # looks, changes nothing
    answer(token=token, result=Result.REACHES)              # once

The link's token is the person's authority. Only its hash is kept, so that nobody who reads the database can answer
in their place. Whoever typed a value chooses nobody for it.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach.channels import checking
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.checking import NotPossible, Result, mailbox
from outreach.channels.models import BY_LAW, Channel
from portal.audit import trail
from portal.mail import outbox
from portal.people.links import LASTS, LinkClosed, LinkState, Opened, hashed, new_token
from portal.people.models import User


@transaction.atomic
def invite(*, channel: Channel, name: str, email: str, by: User, address: str) -> CheckInvitation:
    """Mails a person a link to the one question. ``address``: scheme and host of this portal. Raises ``NotPossible``."""
    rows = checking.locked(channel.pk)
    line = next(row for row in rows if row.pk == channel.pk)
    if line.value_key in BY_LAW:
        raise NotPossible(f"Law fixes {line.value}: nobody needs to check it.")
    if any(by.pk in typed_by for typed_by in checking.typists(rows).values()):
        raise NotPossible(f"You typed {line.value}, or some of its record: another person asks its operator.")
    wanted = mailbox(email)
    if by.email and mailbox(by.email) == wanted:
        raise NotPossible("That is your own address. Its operator must be another person.")
    if any(mailbox(known) == wanted for known in User.objects.exclude(email="").values_list("email", flat=True)):
        raise NotPossible("Whoever has this address has an account here. Ask them to sign in and check it there.")
    token, kept = new_token()
    invitation = CheckInvitation.objects.create(
        value_key=line.value_key,
        channel=line,
        name=" ".join(name.split()),
        email=email.strip(),
        token_sha256=kept,
        invited_by=by,
        expires_at=timezone.now() + LASTS,
    )
    trail.record(actor=by, verb="asked the operator", target=line, after={"link": invitation.pk})
    with translation.override("en"):
        link = address.rstrip("/") + reverse("channel-check", kwargs={"token": token})
    outbox.send(
        to=invitation.email,
        template="check_invited",
        context={"name": invitation.name, "value": line.value, "link": link, "until": invitation.expires_at},
        language="en",
    )
    return invitation


def open_link(token: str) -> Opened[CheckInvitation]:
    """What a link leads to. Changes nothing: mail programs follow links too."""
    invitation = CheckInvitation.objects.select_related("channel").filter(token_sha256=hashed(token)).first()
    return Opened(_state(invitation), invitation)


def answer(*, token: str, result: str, note: str = "") -> ChannelCheck:
    """Records the answer. A link answers once, whoever is first. Raises ``LinkClosed``, and ``NotPossible``."""
    with transaction.atomic():
        opened = open_link(token)
        if opened.invitation is None:
            raise LinkClosed(LinkState.UNKNOWN)
        # The records of the value are the lock, as for checks: two answers at once wait in line here.
        list(Channel.objects.select_for_update().filter(value_key=opened.invitation.value_key).order_by("pk"))
        invitation = CheckInvitation.objects.select_for_update().get(pk=opened.invitation.pk)
        if (state := _state(invitation)) is not LinkState.OPEN:
            raise LinkClosed(state)
        if result not in Result.values:
            raise NotPossible("Choose one of the answers.")
        invitation.answered_at = timezone.now()
        invitation.save(update_fields=["answered_at"])
        return checking.record_answer(invitation=invitation, result=result, note=note)


def withdraw(*, invitation: CheckInvitation, by: User) -> None:
    """Ends a link that has not answered yet; one that has stays as it is."""
    with transaction.atomic():
        row = CheckInvitation.objects.select_for_update().get(pk=invitation.pk)
        if row.answered_at is not None or row.withdrawn_at is not None:
            return
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        trail.record(actor=by, verb="withdrew a link", target=row.channel, before={"link": row.pk})


def _state(invitation: CheckInvitation | None) -> LinkState:
    if invitation is None:
        return LinkState.UNKNOWN
    if invitation.answered_at is not None:
        return LinkState.USED
    if invitation.withdrawn_at is not None:
        return LinkState.OVER
    if invitation.expires_at <= timezone.now():
        return LinkState.EXPIRED
    line = invitation.channel
    is_same = line.retired_at is None and line.value_key == invitation.value_key
    return LinkState.OPEN if is_same else LinkState.OVER
