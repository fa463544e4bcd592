"""A mail of a booking once more: not the words of then, but how the booking stands now."""

from django.db import transaction
from django.utils import timezone

from outreach.registration import mails
from outreach.registration.mails import Preview
from outreach.registration.models import Registration
from portal.audit import trail
from portal.mail import again
from portal.mail.again import NotPossible
from portal.mail.models import Mail
from portal.people.models import User

FORGOTTEN = "The booking was forgotten, as it was promised: nothing can be sent."


def preview(mail: Mail) -> Preview:
    """What would be sent now. Raises ``NotPossible``."""
    booking = _booking(mail, lock=False)
    return mails.preview(booking, template=_template(mail, booking))


def send(mail: Mail, *, key: str, by: User) -> Mail:
    """Queues it and says so in the trail; the same ``key`` again sends nothing more. Raises ``NotPossible``."""
    with transaction.atomic():
        booking = _booking(mail, lock=True)
        template = _template(mail, booking)
        whole = f"{mails.about(booking)}:again-{key}"
        if told := Mail.objects.filter(key=whole).first():
            return told
        made = mails.send(booking, template=template, key=whole, resend_of=mail, by=by)
        trail.record(actor=by, verb="mail sent again", target=booking, after={"template": template})
    return made


def _booking(mail: Mail, *, lock: bool) -> Registration:
    rows = Registration.objects.all()
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    booking = rows.filter(pk=int(mail.about.rpartition(":")[2] or 0)).first()
    if booking is None or booking.forgotten_at is not None:
        raise NotPossible(FORGOTTEN)
    return booking


def _template(mail: Mail, booking: Registration) -> str:
    now = timezone.now()
    if mail.template in mails.TEMPLATES and mails.holds(booking, mail.template, now=now):
        return mail.template
    template = mails.standing(booking, now=now)
    if template is None:
        raise NotPossible("There is nothing more to say: the event is over, or the booking is of the demo.")
    return template


again.WAYS["outreach.registration"] = again.Way(preview=preview, send=send)
