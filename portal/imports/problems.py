"""What was wrong with a file or with one of its rows, and how to mend it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal. ``row`` is the line of the file, the header being 1; 0 means the file as a whole."""

    row: int
    column: str
    value: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """For machine-readable reports."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.row:
            return self.message
        where = f"Line {self.row}, {self.column}" if self.column else f"Line {self.row}"
        return f"{where}: {self.message}" + (f" It holds {self.value!r}." if self.value else "")


class FileRefused(Exception):
    """Nothing of the file was taken. ``problems`` is never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
