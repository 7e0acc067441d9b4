"""Windows for tests: the events of a score, and what of it is masked."""

from dataclasses import dataclass
from enum import Enum
from random import Random

import numpy as np
from hypothesis import strategies as st

from segue.encoding.grid import event_grid
from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars, BoolArray, Sequence, build_sequence
from segue.encoding.table import Field, encode
from segue.encoding.vocabulary import N_NUMERATORS, IntArray
from segue.score import Score
from tests.strategies import SEEDS, scores

TOO_MANY_BARS = 60
"""Windows have fewer; a score of 1/64 bars would make thousands."""


class Task(Enum):
    """What is asked of the model."""

    CONTINUE = "the last bars"
    INFILL = "bars in the middle"
    REDO_TRACKS = "all bars of some tracks"
    COMPOSE = "everything"


@dataclass(frozen=True)
class Masked:
    """The events of a score with what of them is to be written."""

    task: Task
    table: IntArray
    roster: Roster
    bars: Bars
    masked: BoolArray
    written: BoolArray

    def sequence(self) -> Sequence:
        """As the model reads it."""
        return build_sequence(self.table, self.roster, self.bars, self.masked, self.written)


@st.composite
def masked_windows(draw: st.DrawFn, *, max_notes: int = 12) -> Masked:
    """Any score with few enough bars, masked for any task."""
    few_bars = scores(ticks_per_quarter=(24, 96, 480), max_tick=3000, max_notes=max_notes)
    score = draw(few_bars.filter(lambda s: event_grid(s).n_bars < TOO_MANY_BARS))
    return masked_window(score, draw(st.sampled_from(Task)), Random(draw(SEEDS)))


def masked_window(score: Score, task: Task, random: Random) -> Masked:
    """A whole score, masked at random for a task."""
    roster, bars = Roster.of_score(score), bars_of_score(score)
    table = encode(score, roster)
    n_bars = len(bars)
    first, last, parts = 0, n_bars, set(range(len(roster)))
    if task in (Task.CONTINUE, Task.INFILL):
        first = random.randrange(n_bars)
    if task is Task.INFILL:
        last = random.randint(first + 1, n_bars)
    if task is Task.REDO_TRACKS:
        parts = {part for part in parts if random.random() < 0.5}
    written = (np.arange(n_bars) >= first) & (np.arange(n_bars) < last)
    masked = written[table[:, Field.BAR]] & np.isin(table[:, Field.PART], list(parts))
    return Masked(task=task, table=table, roster=roster, bars=bars, masked=masked, written=written)


def bars_of_score(score: Score) -> Bars:
    """What is known of a score's bars, with made-up tempi and keys."""
    grid = event_grid(score)
    number = np.arange(grid.n_bars)
    return Bars(
        lengths=grid.lengths,
        numerators=np.clip(grid.numerators, 1, N_NUMERATORS - 1),
        tempi=number % 17,
        keys=number % 25,
    )
