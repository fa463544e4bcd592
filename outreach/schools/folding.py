"""How a school is found: its words without case and accents, in one column."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

from portal.areas.register import BY_CODE

if TYPE_CHECKING:
    from outreach.schools.models import School

LONGEST = 260
_APOSTROPHES = re.compile(r"['’ʻʼ`´]")
_NO_LETTERS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The words of a text, lower case, without accents and apostrophes, with one blank between them."""
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NO_LETTERS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


def words_of(*, name: str, city: str, state_id: str | None, source_id: str) -> str:
    """What ``find`` looks through: name, city, state in letters and in full, register's id; a blank before each word."""
    state = BY_CODE.get(state_id or "")
    end = f" {fold(f'{state.code} {state.name}')}" if state else ""
    if number := fold(source_id):
        end += f" {number}"
    return f" {fold(f'{name} {city}')}"[: LONGEST - len(end)] + end


class WordsField(models.CharField):  # type: ignore[type-arg]
    """Written with every save of its school and every ``bulk_create``; its QuerySet refuses or mends what else writes.

    Only statements past the ORM call ``words_of`` themselves, as the registers do.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        school: School = model_instance  # type: ignore[assignment]
        setattr(school, self.attname, school.words)
        return school.words

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations see a plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
