"""What people must be told before they use a line: a closed list, so that pages can say it in their own languages."""

from enum import StrEnum
from typing import Any


class Limit(StrEnum):
    """A limit of a line; the value is what channels store."""

    MINORS = "minors"
    HARM = "harm"
    RATES = "rates"
    PATCHY = "patchy"
    POLICE = "police"
    IMMIGRATION = "immigration"
    HISTORY = "history"


CODES = frozenset(limit.value for limit in Limit)


def wrong_with(codes: Any) -> list[str]:
    """What is wrong with the limits that a channel stores, in sentences for whoever typed them."""
    unknown = [str(code) for code in codes if code not in CODES] if isinstance(codes, list) else ["This"]
    if not unknown:
        return []
    return [f"{', '.join(unknown)}: no limit that pages can say. Choose among {', '.join(sorted(CODES))}."]


SAID: dict[str, dict[str, str]] = {
    "en": {
        Limit.MINORS: "They may have to tell police or child services if you are under 18 and being harmed.",
        Limit.HARM: "They may have to tell police if someone could be badly hurt soon.",
        Limit.RATES: "Text rates may apply.",
        Limit.PATCHY: "It doesn’t work everywhere.",
        Limit.POLICE: "They share what you say with police.",
        Limit.IMMIGRATION: "They may be immigration officers.",
        Limit.HISTORY: "It opens another website. Its name stays in the history of this phone.",
    },
    "es": {
        Limit.MINORS: (
            "Quizás tengan que avisar a la policía o a los servicios de menores si tienes menos de 18 años y te hacen daño."
        ),
        Limit.HARM: "Quizás tengan que avisar a la policía si alguien puede salir muy herido pronto.",
        Limit.RATES: "Tu compañía puede cobrar los mensajes.",
        Limit.PATCHY: "No funciona en todas partes.",
        Limit.POLICE: "Comparten con la policía lo que dices.",
        Limit.IMMIGRATION: "Pueden ser agentes de inmigración.",
        Limit.HISTORY: "Abre otro sitio web. Su nombre queda en el historial de este teléfono.",
    },
}
"""Sentences by language. A page in a language that is missing here brings its own words for the codes."""
