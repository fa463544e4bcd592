"""Certificates for adults who came: a name on paper, and a code by which anybody can ask whether the paper is true.

We keep no name: only a keyed digest of salt, name and code. Who holds a paper types its code and its name, and hears
whether they belong together. Without the key nobody can try names against the digests, and once a booking is
forgotten nobody can at all: the code then says that a certificate was issued, no more.
"""

import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from outreach.attendance import attendance
from outreach.attendance.models import Certificate
from outreach.registration import holding
from outreach.registration.models import Registration
from outreach.registration.tickets import ALPHABET
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User

LENGTH: Final = 16
"""80 random bits: nobody guesses a code, and the page that checks them is limited besides."""
SALT_BYTES: Final = 16
_SPOKEN: Final = str.maketrans("ILO", "110")
#: Marks over or under letters of these scripts are often left out; elsewhere they are part of the name.
_MARKS_LEFT_OUT: Final = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")


class Answer(Enum):
    """What a code and a name are to each other."""

    TRUE = "true"
    OTHER_NAME = "other_name"
    REVOKED = "revoked"
    FORGOTTEN = "forgotten"
    """Issued; what could tell the name is deleted."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer; the certificate only where code and name belong together."""

    answer: Answer
    certificate: Certificate | None = None


def issue(*, uid: uuid.UUID, by: User | None = None) -> Certificate:
    """The certificate of a booking, made when it is first asked for; ``by`` is None for the guest.

    Asked again it is the same one. A name that was corrected since is signed anew: papers with the old one no longer
    match. Raises ``Registration.DoesNotExist`` and ``NotPossible`` with a sentence.
    """
    with transaction.atomic():
        booking = holding.held_booking(uid)
        if refusal := why_not(booking):
            raise NotPossible(refusal)
        certificate = (
            Certificate.objects.select_for_update(of=("self",), no_key=True).filter(registration=booking).first()
        )
        if certificate is None:
            certificate = Certificate(
                code=new_code(),
                seminar=booking.seminar,
                registration=booking,
                minutes=booking.seminar.minutes,
                issued_on=timezone.localdate(),
                is_demo=booking.is_demo,
            )
            _sign(certificate, booking.name)
            certificate.save()
            trail.record(actor=by, verb="issued", target=certificate, after={"minutes": certificate.minutes})
        elif certificate.revoked_at:
            raise NotPossible(gettext("This certificate was withdrawn. Write to us if that is wrong."))
        elif not _matches(certificate, booking.name):
            _sign(certificate, booking.name)
            certificate.save(update_fields=["salt", "digest"])
            trail.record(actor=by, verb="issued anew", target=certificate)
    certificate.seminar, certificate.registration = booking.seminar, booking
    return certificate


def why_not(booking: Registration) -> str:
    """Why no certificate can be had of a booking, as a sentence; empty where one can. It comes with its ``seminar``."""
    seminar = booking.seminar
    if seminar.is_unlisted:
        return gettext("Certificates are for adults who booked.")
    if seminar.state == Seminar.State.CANCELLED:
        return gettext("The event was cancelled.")
    if seminar.ends_at > timezone.now():
        return gettext("You get your certificate here once the event is over.")
    if booking.state != Registration.State.BOOKED or not attendance.arrived(booking):
        return gettext("Nobody recorded that you came. If you did, write to us.")
    if not booking.name.strip():
        return gettext("We no longer have your name.")
    return ""


def who_came(seminar: Seminar) -> list[Registration]:
    """Bookings whose adult can have a certificate, by name."""
    came = attendance.counted(seminar).filter(people__gt=0).values("registration")
    rows = Registration.objects.filter(pk__in=came, state=Registration.State.BOOKED, forgotten_at=None)
    return list(rows.exclude(name="").select_related("seminar__area").order_by("name", "pk"))


def check(*, code: str, name: str) -> Checked:
    """Whether a paper is true. Nothing of a person is ever told that was not typed."""
    folded = read_code(code)
    certificate = folded and Certificate.objects.select_related("seminar__area").filter(code=folded).first()
    if not certificate:
        return Checked(Answer.UNKNOWN)
    if not certificate.digest:
        return Checked(Answer.FORGOTTEN)
    if not _matches(certificate, name):
        return Checked(Answer.OTHER_NAME)
    if certificate.revoked_at:
        return Checked(Answer.REVOKED)
    return Checked(Answer.TRUE, certificate)


def revoke(*, certificate_id: int, by: User) -> Certificate:
    """Withdraws a certificate: its code and name then say so. Twice is once."""
    with transaction.atomic():
        certificate = Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate_id)
        if certificate.revoked_at is None:
            certificate.revoked_at = timezone.now()
            certificate.save(update_fields=["revoked_at"])
            trail.record(actor=by, verb="revoked", target=certificate)
    return certificate


def new_code() -> str:
    """A random code, of letters and figures that nobody takes for each other."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str:
    """A code as somebody types it; empty where it can be none."""
    folded = "".join(text.split()).replace("-", "").upper().translate(_SPOKEN)
    return folded if len(folded) == LENGTH and all(letter in ALPHABET for letter in folded) else ""


def spoken(code: str) -> str:
    """As it is printed: ``7KQ2-M9XP-D4HT-C6WN``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def folded_name(name: str) -> str:
    """A name as it is compared: without case, blanks, points and hyphens, and accents that are often left out."""
    letters, base = [], ""
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()):
        kind = unicodedata.category(letter)
        if kind.startswith("M"):
            if not unicodedata.name(base or "A", "").startswith(_MARKS_LEFT_OUT):
                letters.append(letter)
        elif kind[0] in "LN":
            base = letter
            letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters))


def day(certificate: Certificate) -> str:
    """The day of the event, in words, where it took place."""
    return clocks.spoken_day(certificate.seminar.starts_at, certificate.seminar.time_zone)


def _sign(certificate: Certificate, name: str) -> None:
    certificate.salt = secrets.token_bytes(SALT_BYTES)
    certificate.digest = _digest(certificate, name, settings.SECRET_KEY)


def _matches(certificate: Certificate, name: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    # All keys, always: how long it takes tells nothing.
    fits = [hmac.compare_digest(_digest(certificate, name, key), certificate.digest) for key in keys]
    return bool(certificate.digest) and any(fits)


def _digest(certificate: Certificate, name: str, key: str | bytes) -> str:
    said = bytes(certificate.salt) + folded_name(name).encode() + b"\0" + certificate.code.encode()
    return salted_hmac("outreach.attendance.certificates", said, secret=key, algorithm="sha256").hexdigest()
