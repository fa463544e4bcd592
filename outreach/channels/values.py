"""Values of channels: what may be typed, how it is printed, and the key that is the same however it is written.

``clean`` judges what a person typed and asks the register of numbering plans, which costs memory, so it is loaded
then. ``key_of``, ``href_of`` and ``href`` are pure and cheap: pages use them, and they never raise.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

VOICE, SMS, RELAY, CHAT, WEB_FORM, EMAIL = "voice", "sms", "relay", "chat", "web_form", "email"
SITES = (CHAT, WEB_FORM)
REGION = "US"

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_EXTENSION = re.compile(r"(?i)[\s,;]*(?<![a-z])(?:extension|ext|x|#)\.?\s*(\d{1,7})\s*$")
_SITE_BEGINS = re.compile(r"(?i)^https?://")
_SITE = re.compile(
    r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)(?:[/?][a-z0-9._~/%?=&+-]*)?"
)
_WRITTEN_NUMBER = re.compile(r"\+?[0-9A-Z(][0-9A-Z ().-]*")
_PUBLIC_SERVICE = re.compile(r"[2-9]11|988")
"""Three digits that a phone dials as they are: 911, 711, 211, 988."""
_SHORT_CODE = re.compile(r"[2-9]\d{4,5}")
"""What a phone company gives to text to: five or six digits."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A value that somebody can dial, text or open: as it is printed, its key, and the link that opens it."""

    printed: str
    key: str
    href: str


def clean(kind: str, value: str) -> Clean:
    """Judges a typed value. Raises ``ValidationError`` with a sentence: what is wrong, and how to mend it."""
    value = " ".join(value.split())
    if not value:
        raise ValidationError("There is no value. Type it as it is printed: 1-888-373-7888, 233733, example.org/chat.")
    if kind in SITES:
        printed = _clean_site(value)
    elif kind == EMAIL:
        printed = _clean_email(value)
    else:
        printed = _clean_number(kind, value)
    key = key_of(kind, printed)
    return Clean(printed=printed, key=key, href=href_of(key, printed))


def key_of(kind: str, value: str) -> str:
    """The value whatever way it is written: ``tel:+18883737888``, ``sms:233733``, ``relay:711``, ``web:example.org``.

    An extension is part of it (``tel:+16019871671;ext=5``): it rings at another desk. Never raises.
    """
    value = value.strip()
    if kind in SITES:
        return "web:" + re.sub(r"^https?://", "", value.lower()).removeprefix("www.").rstrip("/")
    if kind == EMAIL:
        return "mail:" + value.lower()
    number, extension = _split(value)
    digits = _digits(number)
    if number.startswith("+"):
        digits = f"+{digits}"
    elif len(digits) == 10:
        digits = f"+1{digits}"
    elif len(digits) == 11 and digits.startswith("1"):
        digits = f"+{digits}"
    scheme = kind if kind in (SMS, RELAY) else "tel"
    return f"{scheme}:{digits}" + (f";ext={extension}" if extension else "")


def href_of(key: str, printed: str) -> str:
    """The link that opens a value by its key: ``tel:+18883737888``, ``sms:233733`` (an empty message), ``https://…``.

    An extension is dialled after a pause. Sites and addresses are opened as they are printed. Never raises.
    """
    scheme, _, rest = key.partition(":")
    if scheme == "web":
        return "https://" + _SITE_BEGINS.sub("", printed)
    if scheme == "mail":
        return f"mailto:{printed}"
    return f"{'sms' if scheme == 'sms' else 'tel'}:{rest.replace(';ext=', ',')}"


def href(kind: str, value: str) -> str:
    """The link that opens a value as it is printed."""
    return href_of(key_of(kind, value), value)


def _split(value: str) -> tuple[str, str]:
    """A number and its extension."""
    found = _EXTENSION.search(value)
    return (value[: found.start()], found[1]) if found else (value, "")


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number.upper().translate(_KEYPAD))


def _clean_site(value: str) -> str:
    printed = _SITE_BEGINS.sub("", value).rstrip("/")
    if not _SITE.fullmatch(printed):
        raise ValidationError(
            f"“{value}” is no address of a website. Type it as it is printed, without https:// and blanks: "
            "example.org/chat."
        )
    host, slash, path = printed.partition("/")
    return host.lower() + slash + path


def _clean_email(value: str) -> str:
    printed = re.sub(r"(?i)^mailto:", "", value)
    try:
        validate_email(printed)
        printed.encode("ascii")
    except (ValidationError, UnicodeEncodeError) as error:
        raise ValidationError(f"“{value}” is no e-mail address. Type it as help@example.org.") from error
    return printed


def _clean_number(kind: str, value: str) -> str:
    number, extension = _split(value)
    if not _WRITTEN_NUMBER.fullmatch(number.upper()):
        raise ValidationError(
            f"“{value}” holds signs that nobody can dial. Type digits as they are printed: 1-888-373-7888."
        )
    digits = _digits(number)
    if extension and (kind != VOICE or len(digits) < 10):
        raise ValidationError(
            f"“{value}” has an extension, which only a full number to call can have. Leave out {extension}."
        )
    if len(digits) < 7 and not number.startswith("+"):
        return _clean_short(kind, value, digits)
    return _clean_full(value, number, extension)


def _clean_short(kind: str, value: str, digits: str) -> str:
    if kind == SMS:
        if _PUBLIC_SERVICE.fullmatch(digits) or _SHORT_CODE.fullmatch(digits):
            return digits
        raise ValidationError(
            f"“{value}” is no short code: those have 5 or 6 digits and begin with 2 to 9, as 233733. "
            "Look it up where you found it."
        )
    if kind == VOICE and digits == "711":
        raise ValidationError("711 is the relay for deaf callers. Choose that as its kind.")
    if _PUBLIC_SERVICE.fullmatch(digits):
        return digits
    if _SHORT_CODE.fullmatch(value):
        raise ValidationError(f"{digits} is a short code, which takes texts only. Choose “Text message” as its kind.")
    raise ValidationError(f"“{value}” is too short to dial. Type the whole number with its area code: 601-987-1671.")


def _clean_full(value: str, number: str, extension: str) -> str:
    import phonenumbers  # some megabytes of numbering plans, which no page needs

    try:
        parsed = phonenumbers.parse(_digits(number) if not number.startswith("+") else number, REGION)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(
            f"“{value}” is no phone number. Type it with its area code: 601-987-1671, or 1-888-373-7888."
        ) from error
    if not phonenumbers.is_valid_number(parsed):
        digits = len(_digits(number))
        raise ValidationError(
            f"“{value}” is no number that can be dialled in the United States: it has {digits} digits, or its area "
            "code does not exist. Compare it with its source, digit by digit."
        )
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise ValidationError(f"“{value}” costs whoever calls it. Give a number that is free or an ordinary one.")
    return _written(parsed, number) + (f" ext. {extension}" if extension else "")


def _written(parsed: "PhoneNumber", number: str) -> str:
    """As it is printed: 1-888-373-7888 where it is free, 601-987-1671 elsewhere; words stay words."""
    import phonenumbers

    if parsed.country_code != 1:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    if re.search(r"(?i)[a-z]", number):
        return number.upper().strip()
    digits = str(parsed.national_number)
    plain = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    is_free = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE
    return f"1-{plain}" if is_free else plain
