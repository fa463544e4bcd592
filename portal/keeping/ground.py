"""What the ground keeps of people: accounts, mails, links to one's own data. Rooms above list their own."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from post_office.models import Email, Log

from portal.keeping import register
from portal.keeping.models import PersonLink
from portal.keeping.register import Category, Rule
from portal.mail import forgetting
from portal.mail.models import Mail
from portal.people import invitations, lockout, sessions
from portal.people.models import AccountInvitation, LiveSession, User

MAILS = Category(
    key="mails",
    place=5,
    name=_("Mails that we sent"),
    what=_("Your address, the text, and whether the mail came back."),
    why=_("To send it, to send it again when you ask, and to notice that an address is wrong."),
    days="mails",
    until=_("%(days)s days after we sent it; a mail about a booking goes with the booking."),
)
OWN_DATA = Category(
    key="own_data",
    place=31,
    name=_("Links to your own data"),
    what=_("Your address, and a digest of the link that we mailed to you."),
    why=_("So that nobody else can read or delete what we keep of you."),
    days="invitations",
    until=_("%(days)s days after it was made."),
)
ACCOUNTS = Category(
    key="accounts",
    place=30,
    name=_("Accounts of staff and partners"),
    what=_("Name, address, a digest of the password, roles, and what the account changed."),
    why=_("To sign in, and to know who decided what."),
    until=_("As long as the campaign’s records need to say who decided what."),
)
INVITED = Category(
    key="invited",
    place=32,
    name=_("Invitations to have an account"),
    what=_("Your address, the part that you were asked to play, and a digest of the link that we mailed to you."),
    why=_("So that the account is yours alone."),
    days="invitations",
    until=_("%(days)s days after it was made."),
)
SIGNED_IN = Category(
    key="signed_in",
    place=33,
    name=_("Where accounts are signed in"),
    what=_("When, and the family of the browser: never an address, never what the browser says of itself."),
    why=_("So that you see where you are signed in, and can end it."),
    until=_("Until you sign out, or half a day at most."),
)
TRIES = Category(
    key="tries",
    place=34,
    name=_("Tries to sign in that failed"),
    what=_("How many, and a digest of the name that nobody can turn back into it."),
    why=_("So that nobody guesses a password."),
    until=_("A day after the last one; wrong codes behind the right password, until one is right."),
)
LONGEST = dt.timedelta(days=800)
"""A mail about something that never goes is kept no longer than this."""


def forget_mails(now: dt.datetime) -> int:
    """Deletes mails that are old enough; those about rows with a rule of their own go with these."""
    old = Q(created_at__lt=register.due_before("mails", now))
    for rule in register.rules():
        if rule.mails_go_with_it:
            old &= ~Q(about__startswith=f"{rule.model}:")
    gone = forgetting.delete(Mail.objects.filter(old | Q(created_at__lt=now - LONGEST)))
    unnoted = Email.objects.filter(waypost=None, created__lt=register.due_before("mails", now))
    return gone + forgetting.delete_texts(unnoted)


def mails_to(address: str) -> QuerySet[Mail]:
    """What we noted of mails to an address."""
    return Mail.objects.filter(to__iexact=address)


def erase_mails(address: str) -> int:
    """Deletes all mails to an address, those that wait to be sent too."""
    gone = forgetting.delete(mails_to(address))
    return gone + forgetting.delete_texts(texts_to(address))


def texts_to(address: str) -> QuerySet[Any]:
    """Mails of the outbox to an address."""
    found: QuerySet[Any] = Email.objects.filter(forgetting.to(address))
    return found


def logs_of(address: str) -> QuerySet[Any]:
    """What servers answered to mails to an address."""
    found: QuerySet[Any] = Log.objects.filter(email__in=texts_to(address))
    return found


def forget_links(now: dt.datetime) -> int:
    """Deletes links to one's own data that opened long enough ago."""
    return PersonLink.objects.filter(created_at__lt=register.due_before("invitations", now)).delete()[0]


def _links(address: str) -> QuerySet[PersonLink]:
    return PersonLink.objects.filter(email__iexact=address)


def forget_invitations(now: dt.datetime) -> int:
    """Deletes invitations that ended, once they are old enough."""
    return invitations.forget(register.due_before("invitations", now))


def _invitations(address: str) -> QuerySet[AccountInvitation]:
    return AccountInvitation.objects.filter(email__iexact=address)


def _sessions(address: str) -> QuerySet[LiveSession]:
    return LiveSession.objects.filter(user__email__iexact=address)


def _accounts(address: str) -> QuerySet[User]:
    return User.objects.filter(email__iexact=address)


register.add(
    Rule(
        category=MAILS,
        model="portal.mail",
        fields=frozenset({"to", "subject", "key", "message_id", "about"}),
        secret=frozenset({"key", "about", "email", "message_id"}),
        forget=forget_mails,
        find=mails_to,
        erase=erase_mails,
        order=90,
    ),
    Rule(
        category=MAILS,
        model="post_office.email",
        fields=frozenset(
            {"to", "cc", "bcc", "subject", "message", "html_message", "message_id", "headers", "context", "from_email"}
        ),
        secret=frozenset({"context", "headers", "backend_alias", "message_id", "template"}),
        find=texts_to,
        order=89,
    ),
    Rule(category=MAILS, model="portal.enclosure", fields=frozenset({"name", "content"}), order=91),
    Rule(category=MAILS, model="post_office.attachment", fields=frozenset({"file", "name", "headers"}), order=91),
    Rule(
        category=MAILS,
        model="post_office.log",
        fields=frozenset({"message"}),
        secret=frozenset({"email"}),
        find=logs_of,
        order=88,
    ),
    Rule(
        category=OWN_DATA,
        model="portal.personlink",
        fields=frozenset({"email", "token_sha256"}),
        secret=frozenset({"token_sha256"}),
        forget=forget_links,
        find=_links,
        erase=lambda address: _links(address).delete()[0],
        order=92,
    ),
    Rule(
        category=INVITED,
        model="portal.accountinvitation",
        fields=frozenset({"email", "token_sha256", "roles", "purpose", "payload"}),
        secret=frozenset({"token_sha256", "payload", "purpose", "uid"}),
        forget=forget_invitations,
        find=_invitations,
        erase=lambda address: _invitations(address).delete()[0],
        order=93,
    ),
    Rule(
        category=SIGNED_IN,
        model="portal.livesession",
        fields=frozenset({"device"}),
        secret=frozenset({"uid"}),
        forget=sessions.forget,
        find=_sessions,
        erase=lambda address: _sessions(address).delete()[0],
        order=94,
    ),
    # An account is closed by whoever manages accounts: rows of the trail name it, and must go on doing so.
    Rule(
        category=ACCOUNTS,
        model="portal.user",
        fields=frozenset({"username", "first_name", "last_name", "email", "password"}),
        secret=frozenset({"password"}),
        find=_accounts,
        order=95,
    ),
    Rule(category=ACCOUNTS, model="account.emailaddress", fields=frozenset({"email"}), order=94),
    Rule(
        category=ACCOUNTS,
        model="mfa.authenticator",
        fields=frozenset({"data"}),
        secret=frozenset({"data"}),
        order=94,
    ),
    Rule(
        category=ACCOUNTS,
        model="socialaccount.socialaccount",
        fields=frozenset({"uid", "extra_data"}),
        secret=frozenset({"uid", "extra_data"}),
        order=94,
    ),
    Rule(
        category=TRIES,
        model="portal.tries",
        fields=frozenset({"key"}),
        secret=frozenset({"key"}),
        forget=lockout.forget,
        order=94,
    ),
)
