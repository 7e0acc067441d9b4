"""What a model is to do, whatever the musician called it: a region of a piece to be written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.controls import N_CONTROL_CLASSES, N_CONTROLS, Control, cell_controls
from segue.encoding.events import Field
from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import DRUMS, N_PARTS, IntArray
from segue.generation.network import Float32Array
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.request import Placed
from segue.generation.thinning import SHARE, usual_notes
from segue.generation.window import Region, cut_window, parts_of
from segue.score import Score

_STEPS: Final = {
    Control.DENSITY: {"sparser": -2, "same": 0, "denser": 2},
    Control.REGISTER: {"lower": -2, "higher": 2},
}
"""What a choice of `Options` asks of a control: so many classes from the part's usual one. The
control is named like the choice.
"""
_HIGHEST_CLASS: Final = N_CONTROL_CLASSES - 1

LatentsOf = Callable[[Sequence[int]], Float32Array]
"""Numbers of takes -> z of each written bar, (takes, bars, Z)."""


CellsOf = Callable[[int], BoolArray]
"""The number of a take -> some cells of the region, (bars, N_PARTS)."""


@dataclass(frozen=True)
class Task:
    """One call, but for what `Request` says."""

    piece: Piece
    score: Score
    """The piece's, perhaps with the tempo of the join."""
    region: Region
    palette: IntArray
    """The parts that play where nothing else is asked; none: any may."""
    latents: LatentsOf | None = None
    cells: CellsOf | None = None
    """Those that it writes anew; None: every take writes all of the region."""
    arrangement: CellsOf | None = None
    """Who plays where: exactly these parts in exactly these bars, and others only where new
    instruments may join; None leaves it to the model."""

    @classmethod
    def of(cls, placed: Placed) -> "Task":
        """All of a region, for the parts of the piece."""
        return cls(placed.piece, placed.score, placed.region, palette_of(placed.score))


def palette_of(score: Score) -> IntArray:
    """The parts of a piece."""
    return np.unique(parts_of(score))


def allowed_parts(task: Task, options: Options) -> BoolArray:
    """The parts that may be written, (N_PARTS,)."""
    allowed = np.zeros(N_PARTS, bool)
    programs = options.programs(task.palette.tolist())
    if task.region.tracks is not None:
        allowed[parts_of(task.score)[list(task.region.tracks)]] = True
    elif programs is not None:
        allowed[list(programs)] = True
    elif options.new_instruments or not len(task.palette):
        allowed[:] = True
    else:
        allowed[task.palette] = True
    return allowed


def asked_controls(task: Task, options: Options, *, events: int, max_bars: int) -> IntArray:
    """What is asked of each part, (N_PARTS, N_CONTROLS): classes of its bars; 0 asks nothing.

    A choice is relative to the class that the part's bars usually have. `events` and `max_bars` say
    how far around the region they are looked at.
    """
    asked = np.zeros((N_PARTS, N_CONTROLS), np.int64)
    steps = _steps_of(options)
    if not steps:
        return asked
    table = _notes_around(task, events=events, max_bars=max_bars)
    classes = cell_controls(table)
    cells = np.unique(np.c_[table[:, [Field.PART, Field.BAR]], classes], axis=0)
    for part in np.unique(cells[:, 0]):
        usual = np.median(cells[cells[:, 0] == part, 2:], axis=0).astype(np.int64)
        for control, step in steps.items():
            if part != DRUMS or control != Control.REGISTER:
                asked[part, control] = min(_HIGHEST_CLASS, max(1, int(usual[control]) + step))
    return asked


def most_notes(task: Task, options: Options, *, events: int, max_bars: int) -> IntArray | None:
    """How many notes of each part a bar may have, (N_PARTS,), where sparser ones are asked for."""
    if options.density != "sparser":
        return None
    usual = usual_notes(_notes_around(task, events=events, max_bars=max_bars))
    most: IntArray = np.maximum(1, (SHARE * usual).astype(np.int64))
    return most if usual.any() else None


def _notes_around(task: Task, *, events: int, max_bars: int) -> IntArray:
    """The `NoteTable` of a region and the bars around it, by bars and parts."""
    window = cut_window(task.score, task.region, events=events, max_bars=max_bars)
    table = np.concatenate([window.visible, window.hidden])
    return table[np.lexsort((table[:, Field.PART], table[:, Field.BAR]))]


def _steps_of(options: Options) -> dict[Control, int]:
    wishes = {control: getattr(options, control.name.lower()) for control in _STEPS}
    return {control: _STEPS[control][wish] for control, wish in wishes.items() if wish is not None}
