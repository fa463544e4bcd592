"""What a browser sends for the first form of a page that is saved untouched."""

from html.parser import HTMLParser
from typing import Any

NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})


class _Form(HTMLParser):
    """Collects the fields of the form that saves a record."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.inside = False
        self.select = self.area = ""
        self.chosen: list[str] = []
        self.options: list[str] = []
        self.words = ""
        self.is_multiple = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.inside = str(said.get("id", "")).endswith("_form")
        if not self.inside or "disabled" in said:
            return
        name = said.get("name") or ""
        match tag:
            case "input" if name and said.get("type", "text") not in NOT_SENT:
                if said.get("type") not in {"checkbox", "radio"} or "checked" in said:
                    self.fields.setdefault(name, []).append(said.get("value", "on" if "checked" in said else ""))
            case "select":
                self.select, self.chosen, self.options = name, [], []
                self.is_multiple = "multiple" in said
            case "option" if self.select:
                self.options.append(said.get("value", ""))
                if "selected" in said:
                    self.chosen.append(said.get("value", ""))
            case "textarea":
                self.area, self.words = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            self.fields[self.select] = self.chosen or ([] if self.is_multiple else self.options[:1])
            self.select = ""
        elif tag == "textarea" and self.area:
            self.fields[self.area] = [self.words.removeprefix("\r\n").removeprefix("\n")]
            self.area = ""


def fields_of(page: str) -> dict[str, object]:
    """Of the form that saves the record: each field with its value, or its values."""
    form = _Form()
    form.feed(page)
    # Rows that nobody filled in have no name yet.
    return {name: value for name, value in form.fields.items() if "__prefix__" not in name and value}
