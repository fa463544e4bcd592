"""What is wrong with a file that someone hands us: where, how bad, and how to mend it."""

import enum
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field


class Severity(enum.StrEnum):
    """An error would falsify what we store and refuses the file; a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` counts from 1 (the header); `column` is the column's name in the header.

    Both are None where a fault has no such place: a file that is missing has no line.
    """

    file: str
    line: int | None
    column: str | None
    message: str
    severity: Severity = Severity.ERROR

    def as_json(self) -> dict[str, str | int | None]:
        """The shape that `--json` promises."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "severity": str(self.severity),
        }

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f", line {self.line}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.message}"


class Refused(Exception):
    """The input would falsify what we store. Nothing of it was saved."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.errors))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refused the file, without the warnings told beside them."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


@dataclass(slots=True)
class ProblemLog:
    """Collects problems so that a person can read them.

    The same cause is told once, at its first line; after `shown` different causes of one kind in
    one column the rest is counted, not listed.
    """

    shown: int = 20
    _problems: list[Problem] = field(default_factory=list)
    _causes: set[Hashable] = field(default_factory=set)
    _kinds: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)

    def add(
        self,
        severity: Severity,
        file: str,
        line: int | None,
        column: str | None,
        message: str,
        *,
        kind: str,
        cause: Hashable = None,
    ) -> None:
        """Note a problem of a `kind`; `cause` (default: the line) tells which ones are the same."""
        group = (file, column, kind)
        key = (group, line if cause is None else cause)
        if key in self._causes:
            return
        self._kinds[group] += 1
        if self._kinds[group] > self.shown:
            return
        self._causes.add(key)
        self._problems.append(Problem(file, line, column, message, severity))

    def error(
        self,
        file: str,
        line: int | None,
        column: str | None,
        message: str,
        *,
        kind: str,
        cause: Hashable = None,
    ) -> None:
        """Note what refuses the file."""
        self.add(Severity.ERROR, file, line, column, message, kind=kind, cause=cause)

    def warn(
        self,
        file: str,
        line: int | None,
        column: str | None,
        message: str,
        *,
        kind: str,
        cause: Hashable = None,
    ) -> None:
        """Note what is odd but falsifies nothing."""
        self.add(Severity.WARNING, file, line, column, message, kind=kind, cause=cause)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything noted so far, errors first, with a count of what was left out."""
        listed = list(self._problems)
        for (file, column, _kind), count in self._kinds.items():
            if count > self.shown:
                listed.append(
                    Problem(
                        file,
                        None,
                        column,
                        f"{count - self.shown:,} more places like the ones listed.",
                        next(p.severity for p in self._problems if (p.file, p.column) == (file, column)),
                    )
                )
        return tuple(sorted(listed, key=lambda problem: problem.severity is Severity.WARNING))

    def stop_on_errors(self) -> None:
        """Raise `Refused` where an error was noted: what follows would only be its echo."""
        if any(problem.severity is Severity.ERROR for problem in self._problems):
            raise Refused(self.problems)


def refuse(file: str, message: str, *, line: int | None = None, column: str | None = None) -> Refused:
    """A refusal with one problem, ready to raise."""
    return Refused([Problem(file, line, column, message)])
