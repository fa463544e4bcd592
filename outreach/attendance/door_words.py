"""What the script of the door's page says, in the page's language; ``{name}`` and the like are filled in on the phone."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """By the name that ``static/js/door.js`` asks for."""
    return {
        "sent": _("All is sent"),
        "sending": _("Sending"),
        "waits": _("Waits for the network: {count}"),
        "offline": _("No network. All is kept on this phone"),
        "cannot": _("This browser can’t keep anything on this phone. Go on without scripts, below."),
        "no_begin": _("There is no network. Go where there is one, and press Begin again."),
        "busy": _("Many phones at once. Wait a moment, and press Begin again."),
        "in": _("In"),
        "count": _("Count"),
        "let_in": _("Let in {count}"),
        "seat": _("1 seat"),
        "seats": _("{count} seats"),
        "class": _("Class"),
        "arrived": _("In since {time}"),
        "arrived_of": _("{count} of {seats} in since {time}"),
        "elsewhere": _("{door}, {time}"),
        "unsent": _("not sent yet"),
        "is_in": _("{name} is in"),
        "are_in": _("{name}: {count} are in"),
        "was_in": _("{name} came in before, at {time}"),
        "undone": _("Undone: {name} is not in"),
        "everyone_undone": _("Undone: {count} fewer"),
        "counted": _("{count} counted"),
        "unknown": _("This ticket is not on the list on this phone"),
        "unknown_why": _("Perhaps it was booked just now, cancelled, or is for another event. You decide."),
        "let_in_anyway": _("Let in 1 anyway"),
        "no_ticket": _("This code is no ticket of ours"),
        "conflict": _("{name}: two doors let them in"),
        "conflict_counts": _("Two phones counted the room"),
        "same_people": _("Counted once. Keep which?"),
        "keep": _("{count}, {door} at {time}"),
        "here": _("this phone"),
        "undo": _("Undo"),
        "change": _("Change"),
        "without_booking": _("People without a booking"),
        "nobody": _("Nobody on the list is called that. Look at the letters again, or count them below."),
        "first": _("Write a name, or a part of one, to see more."),
        "empty": _("Nobody has booked. Count whoever comes."),
        "camera_off": _("The camera is off. Allow it in the browser, or take a picture of the ticket."),
        "reading": _("Reading the picture"),
        "no_code": _("There is no ticket on this picture. Hold still, with more light, and closer."),
        "no_reading": _("A picture is read with the network alone. Find the name instead."),
        "of": _("of {count} booked"),
        "finish_waits": _(
            "Records that wait for the network: {count}. Stay until they are sent, or save them as a file for staff."
        ),
        "finished": _("Thank you. The names are gone from this phone."),
        "kept": _(
            "Records of this event that wait on this phone: {count}. Ask staff for a new link and open it on this phone: they are sent then. Or save them as a file."
        ),
        "none_kept": _("Nothing waits on this phone, and no names are left on it."),
        "fewer": _("One fewer"),
        "more": _("One more"),
    }
