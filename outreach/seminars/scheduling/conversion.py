"""Diaries as columns and back, plans as assignments."""

from __future__ import annotations

import numpy as np

from .columns import NOBODY, Columns, width_of
from .days import HOME, Board
from .diary import SETUP, Diary, Seminar
from .instants import local_time, step_up
from .model import Assignment, Mode, Problem
from .scoring import TRAVEL_COST


def columns_of(board: Board, diary: Diary) -> Columns:
    """The days of a diary as columns."""
    days, values, rows = [], [], []
    width = width_of(board)
    for (who, number), seminars in sorted(diary.days.items()):
        day = board.day_of[who, number]
        options = [_option_of(board, day, seminar) for seminar in seminars]
        if not options or None in options:
            continue
        chosen = [option for option in options if option is not None]
        days.append(day)
        values.append(sum(float(board.value[o]) for o in chosen) - TRAVEL_COST * diary.day_travel(who, seminars))
        rows.append(chosen + [NOBODY] * (width - len(chosen)))
    if not days:
        return Columns.none(width)
    return Columns(np.array(days, dtype=np.int64), np.array(values), np.array(rows, dtype=np.int64))


def _option_of(board: Board, day: int, seminar: Seminar) -> int | None:
    """The dearest option that the seminar is."""
    best = None
    for option in range(int(board.begin[day]), int(board.begin[day + 1])):
        if not board.first[option] <= seminar.start <= board.last[option]:
            continue
        same = board.problem.requests[board.request[option]].id == seminar.request
        if same and bool(board.virtual[option]) == (seminar.mode == Mode.VIRTUAL):
            best = option if best is None or board.value[option] > board.value[best] else best
    return best


def diary_of(board: Board, columns: Columns) -> Diary:
    """The diary that columns stand for, every seminar as early as it can be."""
    diary = Diary(board.problem)
    for day, row in zip(columns.day.tolist(), columns.options.tolist(), strict=True):
        free, here = int(board.opens[day]), HOME
        for option in row:
            if option == NOBODY:
                break
            there = int(board.place[option])
            start = max(int(board.first[option]), step_up(free + int(board.drive(day, here, there)) + SETUP))
            diary.add(board.seminar(option, start), int(board.number[day]))
            free, here = start + int(board.lasts[option]), there
    return diary


def assignments_of(diary: Diary) -> tuple[Assignment, ...]:
    """What a diary holds, in the order of the requests, starts in the school's zone."""
    problem: Problem = diary.problem
    return tuple(
        Assignment(
            request.id,
            seminar.presenter,
            local_time(seminar.start, request.time_zone),
            seminar.mode,
        )
        for request in problem.requests
        if (seminar := diary.placed.get(request.id)) is not None
    )
