"""What a model is to do, whatever the musician called it: a region of a piece to be written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from torch import Tensor

from segue.encoding.controls import N_CONTROLS, Control, cell_controls
from segue.encoding.events import Field
from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import N_PARTS, IntArray
from segue.errors import InputError
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.window import Region, cut_window, parts_of
from segue.score import Score

_DENSITY_STEPS: Final = {"sparser": -2, "same": 0, "denser": 2}
_N_DENSITIES: Final = 8

LatentsOf = Callable[[Sequence[int]], Tensor]
"""Numbers of takes -> z of each written bar, (takes, bars, Z)."""


CellsOf = Callable[[int], BoolArray]
"""The number of a take -> some cells of the region, (bars, N_PARTS)."""


@dataclass(frozen=True)
class Task:
    """One call, but for what `Request` says."""

    name: str
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
    """Who plays where: exactly these parts in exactly these bars; None leaves it to the model."""
    details: dict[str, Any] = field(default_factory=dict)
    """What else was asked, for the provenance."""


def palette_of(score: Score) -> IntArray:
    """The parts of a piece."""
    return np.unique(parts_of(score))


def allowed_parts(task: Task, options: Options) -> BoolArray:
    """The parts that may be written, (N_PARTS,).

    Raises:
        InputError: instruments are asked of tracks that have theirs.
    """
    allowed = np.zeros(N_PARTS, bool)
    if task.region.tracks is not None:
        if options.instruments is not None or options.new_instruments:
            raise InputError("a track keeps its instrument: name tracks or instruments, not both")
        allowed[parts_of(task.score)[list(task.region.tracks)]] = True
    elif options.instruments is not None:
        allowed[list(options.instruments)] = True
    elif options.new_instruments or not len(task.palette):
        allowed[:] = True
    else:
        allowed[task.palette] = True
    return allowed


def asked_controls(task: Task, options: Options, *, events: int, max_bars: int) -> IntArray:
    """What is asked of each part, (N_PARTS, N_CONTROLS): the density of its bars, or some other.

    `events` and `max_bars` say how far around the region a part's bars are looked at.
    """
    asked = np.zeros((N_PARTS, N_CONTROLS), np.int64)
    if options.density is None:
        return asked
    window = cut_window(task.score, task.region, events=events, max_bars=max_bars)
    table = np.concatenate([window.visible, window.hidden])
    table = table[np.lexsort((table[:, Field.PART], table[:, Field.BAR]))]
    classes = cell_controls(table)[:, Control.DENSITY]
    cells = np.unique(np.c_[table[:, [Field.PART, Field.BAR]], classes], axis=0)
    for part in np.unique(cells[:, 0]):
        usual = int(np.median(cells[cells[:, 0] == part, 2]))
        step = _DENSITY_STEPS[options.density]
        asked[part, Control.DENSITY] = min(_N_DENSITIES, max(1, usual + step))
    return asked
