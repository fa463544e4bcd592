"""What reviews of texts keep of people without an account, and how it goes."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaign.posters.models import Comment, Invitation, TextSet
from portal.keeping import register
from portal.keeping.register import Category, Rule

REVIEWERS = Category(
    key="reviewers",
    place=21,
    name=_("People who reviewed our texts"),
    what=_("Address and a digest of the link; name and office as the reviewer signed."),
    why=_("A text is printed only once somebody who speaks its language has signed it."),
    days="reviews",
    until=_("%(days)s days after the link was made; the signature stays as long as the text, or until you ask."),
    stays=_("That the text was reviewed, and when."),
)
SOMEBODY = "A reviewer"


def forget(now: dt.datetime) -> int:
    """Blanks addresses of reviewers long after they were asked; what they signed stays signed."""
    old = Invitation.objects.filter(created_at__lt=register.due_before("reviews", now)).exclude(email="")
    return old.update(email="")


def _of(address: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email__iexact=address)


def erase(address: str) -> int:
    """Takes a reviewer's name out of what they signed, too."""
    rows = list(_of(address))
    for row in rows:
        Comment.objects.filter(texts=row.texts_id, signed=row.name).update(signed=SOMEBODY)
        TextSet.objects.filter(pk=row.texts_id, reviewer=row.name).update(reviewer=SOMEBODY)
    return Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(email="", name=SOMEBODY)


register.add(
    Rule(
        category=REVIEWERS,
        model="campaign.invitation",
        fields=frozenset({"name", "email", "token_sha256"}),
        secret=frozenset({"token_sha256"}),
        forget=forget,
        find=_of,
        erase=erase,
        order=80,
    ),
    Rule(category=REVIEWERS, model="campaign.comment", fields=frozenset({"signed", "body"}), order=81),
    Rule(category=REVIEWERS, model="campaign.textset", fields=frozenset({"reviewer"}), order=82),
)
