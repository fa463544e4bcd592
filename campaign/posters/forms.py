"""What designers, translators and approvers fill in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms import BoundField
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaign.posters import checks, sources
from campaign.posters.header import BadDesign, Header
from campaign.posters.invitations import PAGE_LANGUAGES
from campaign.posters.languages import LANGUAGES, PosterLanguage
from campaign.posters.models import Design, Sheet, TextSet
from campaign.posters.review import MOST_COMMENT
from portal.files.pictures import BadPicture, content_of

_LINE_BREAK: Final = re.compile(r"\s*[\r\n]+\s*")


class SourceForm(forms.Form):
    """A design's file, judged as it comes in."""

    upload = forms.FileField(
        label="Design",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".typ,text/plain"}),
        help_text="One .typ file: a header, then Typst on the kit, as docs/designs.md tells. At most 200 KB.",
        allow_empty_file=True,
    )

    def clean_upload(self) -> str:
        """The source; never more than a little over the limit is read."""
        try:
            source = sources.source_of(self.cleaned_data["upload"].read(sources.MOST_BYTES + 1))
            sources.checked(source)
        except BadDesign as bad:
            raise forms.ValidationError(list(bad.problems)) from bad
        return source


class ColoursForm(forms.Form):
    """A colour for each slot of a design's header."""

    def __init__(self, design: Design, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        header = design.header
        needs = {
            slot: [
                f"at least {pair.least:g} to 1 with {pair.on if slot == pair.text else pair.text}"
                for pair in header.contrasts
                if slot in {pair.text, pair.on}
            ]
            for slot in header.colours
        }
        for slot, colour in header.painted(design.colours).items():
            self.fields[slot] = forms.CharField(
                label=checks.called(slot),
                initial=colour,
                max_length=20,
                help_text="; ".join(needs[slot]),
                widget=forms.TextInput(attrs={"type": "color", "class": "poster-colour"}),
            )

    @property
    def colours(self) -> dict[str, str]:
        """The chosen colours by slot."""
        return {slot: self.cleaned_data[slot].lower() for slot in self.fields}


class PictureForm(forms.Form):
    """A picture for one slot of a design."""

    slot = forms.CharField(widget=forms.HiddenInput, max_length=40)
    picture = forms.FileField(
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, at most 10 MB. Its place and camera are removed.",
        allow_empty_file=True,
    )

    @classmethod
    def for_slots(cls, header: Header) -> dict[str, PictureForm]:
        """An empty form for each slot."""
        return {slot: cls(initial={"slot": slot}, auto_id=f"{slot}-%s") for slot in header.pictures}

    def clean_picture(self) -> bytes:
        """The file as it came; the verb cleans it."""
        try:
            return content_of(self.cleaned_data["picture"])
        except BadPicture as bad:
            raise forms.ValidationError(str(bad)) from bad


class CommentForm(forms.Form):
    """A few words; with “Send back” the reason."""

    body = forms.CharField(
        label="Comment",
        max_length=MOST_COMMENT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="About the poster, never about anybody's situation.",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A block of the form: the English lines, each beside its field."""

    key: str
    name: str
    pairs: list[tuple[str, BoundField]]
    problems: list[str]


class TextsForm(forms.Form):
    """All blocks of a text, one field a line, beside the English."""

    def __init__(self, *args: Any, texts: TextSet, english: TextSet, language: PosterLanguage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.english = english
        self._lists = {key for key, block in english.blocks.items() if not isinstance(block, str)}
        self._lines = {key: checks.strings(block) for key, block in english.blocks.items()}
        attributes = {"rows": 2, "lang": language.code, "dir": language.direction, "class": "poster-words"}
        for key, lines in self._lines.items():
            written = checks.strings(texts.blocks.get(key, ""))
            for index, line in enumerate(lines):
                self.fields[f"{key}-{index}"] = forms.CharField(
                    label=f"{checks.called(key)}: {line}",
                    required=False,
                    initial=written[index] if index < len(written) else "",
                    widget=forms.Textarea(attrs=attributes),
                )

    @property
    def blocks(self) -> dict[str, object]:
        """What was typed, in the form of the English."""
        found: dict[str, object] = {}
        for key, lines in self._lines.items():
            typed = [_plain(self.cleaned_data[f"{key}-{index}"]) for index in range(len(lines))]
            found[key] = typed if key in self._lists else typed[0]
        return found

    def blame(self, problems: Iterable[checks.Problem]) -> None:
        """Puts each problem beside the first line of its block."""
        for problem in problems:
            name = f"{problem.key}-0"
            self.add_error(name if name in self.fields else None, problem.sentence)

    def rows(self, problems: Iterable[checks.Problem]) -> list[Row]:
        """The blocks in their order; problems that do not stop a draft stand with them."""
        said: dict[str, list[str]] = {}
        for problem in problems:
            said.setdefault(problem.key, []).append(problem.sentence)
        return [
            Row(
                key,
                checks.called(key),
                [(line, self[f"{key}-{index}"]) for index, line in enumerate(lines)],
                said.get(key, []),
            )
            for key, lines in self._lines.items()
        ]


class LanguageForm(forms.Form):
    """Which language a new version is in."""

    language = forms.ChoiceField(
        label="Language",
        choices=[(code, str(language)) for code, language in LANGUAGES.items()],
        widget=UnfoldAdminSelectWidget,
        help_text="The version that is approved now is taken over, or the newest there is.",
    )


class InviteForm(forms.Form):
    """Whom to ask for a review."""

    name = forms.CharField(
        label="Name and office",
        min_length=3,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text="As the record of the review shows it: “Lan Nguyen, County Health Office”.",
    )
    email = forms.EmailField(label="E-mail", widget=UnfoldAdminEmailInputWidget)
    language = forms.ChoiceField(
        label="Language of the mail and the page",
        choices=[(code, str(LANGUAGES[code])) for code in PAGE_LANGUAGES],
        widget=UnfoldAdminSelectWidget,
    )


class SheetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A size of paper within what is printed anywhere."""

    class Meta:
        model = Sheet
        fields = ["name", "slug", "unit", "width", "height", "bleed", "safe", "is_press", "position"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._check(cleaned)
        return cleaned

    def _check(self, cleaned: Mapping[str, Any]) -> None:
        if not {"unit", "width", "height", "bleed", "safe"} <= cleaned.keys():
            return
        inch = 1.0 if cleaned["unit"] == Sheet.Unit.INCH else 25.4
        unit = "in" if inch == 1.0 else "mm"
        width, height, bleed, safe = (float(cleaned[name]) for name in ("width", "height", "bleed", "safe"))
        for name, length in (("width", width), ("height", height)):
            if not inch <= length <= 100 * inch:
                self.add_error(name, f"Between {inch:g} and {100 * inch:g} {unit} (1 to 100 inches).")
        if bleed > inch:
            self.add_error("bleed", f"At most {inch:g} {unit}: print shops ask for an eighth of an inch.")
        if safe > min(width, height) / 4:
            self.add_error("safe", f"At most a quarter of the shorter side, {min(width, height) / 4:g} {unit}.")


def _plain(text: str) -> str:
    """One line in composed letters (NFC), as the fonts have them."""
    return unicodedata.normalize("NFC", _LINE_BREAK.sub(" ", text))
