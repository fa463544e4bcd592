"""Plans as files: written whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from .model import Funnel, Plan, Unserved


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the format ``seminar-plan/1``, with what is known of each unserved request besides."""
    return {
        "format": "seminar-plan/1",
        "problem": plan.problem,
        "assignments": [
            {
                "request": row.request,
                "presenter": row.presenter,
                "start": row.start.isoformat(timespec="minutes"),
                "mode": str(row.mode),
            }
            for row in plan.assignments
        ],
        "unserved": [unserved_as_json(row) for row in plan.unserved],
        "score": round(plan.score, 4),
        "bound": None if plan.bound is None else round(plan.bound + 5e-5, 4),
        "stopped": plan.stopped,
    }


def unserved_as_json(row: Unserved) -> dict[str, Any]:
    """A request that nobody gives, and the whole truth about it."""
    return {
        "request": row.request,
        "reason_code": str(row.reason),
        "reason": row.sentence,
        "funnel": funnel_as_json(row.funnel),
        "holders": [
            {"presenter": holder.presenter, "text": holder.text, "requests": list(holder.requests)}
            for holder in row.holders
        ],
        "change": None
        if row.change is None
        else {
            "kind": row.change.kind,
            "text": row.change.text,
            "presenter": row.change.presenter,
            "mode": str(row.change.mode),
            "date": row.change.day.isoformat(),
            "miles": row.change.miles,
            "gain": round(row.change.gain, 2),
        },
    }


def funnel_as_json(funnel: Funnel) -> dict[str, int]:
    """How many presenters are left after each step."""
    return {
        "language": funnel.language,
        "topic": funnel.topic,
        "reach": funnel.reach,
        "on_a_date": funnel.on_a_date,
    }


def write_plan(plan: Plan, path: Path) -> None:
    """Writes the plan; ``.gz`` is packed. The file that stood there is replaced at the end, or kept. OSError."""
    text = (json.dumps(plan_as_json(plan), indent=1) + "\n").encode()
    if path.suffix == ".gz":
        text = gzip.compress(text, mtime=0)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
