"""What a model is to do, whatever the musician called it: a region of a piece to be written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from segue.encoding.controls import N_CONTROL_CLASSES, N_CONTROLS, Control, cell_controls
from segue.encoding.roster import most_important
from segue.encoding.sequence import BoolArray
from segue.encoding.table import Field
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.errors import InputError
from segue.generation.aims import more_notes
from segue.generation.cast import Cast, cast_of, is_drawn
from segue.generation.cells import varied_cells
from segue.generation.due import due_again, due_along, due_parts, part_grid
from segue.generation.like import patterned
from segue.generation.morphing import morphed
from segue.generation.nearness import CONTINUED, FILLED, MORPHED, PATTERNED, Trust, in_turn
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.recall import Recalled, recall
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Bridge, Continue, Insert, Placed, Request
from segue.generation.showing import octaves_of
from segue.generation.thinning import SHARE, usual_notes
from segue.generation.window import Region, cut_window
from segue.models.latent_levels import Float32Array, level_of_recalled
from segue.score import Score

_STEPS: Final = {
    Control.DENSITY: {"sparser": -2, "same": 0, "denser": 2},
    Control.REGISTER: {"lower": -2, "higher": 2},
}
"""What a choice of `Options` asks of a control: so many classes from the part's usual one. The
control is named like the choice.
"""
_HIGHEST_CLASS: Final = N_CONTROL_CLASSES - 1

CellsOf = Callable[[int], BoolArray]
"""The number of a take -> some cells of the region, (bars, tracks) or (bars, P)."""
LevelsOf = Callable[[int], Float32Array | None]
"""The number of a take -> the level of the latents of each bar of the region, (bars,), as
`models.latent_levels` has it; None: none are given."""


@dataclass(frozen=True)
class Task:
    """One call, but for what `Request` says."""

    piece: Piece
    score: Score
    """The piece's, perhaps with the tempo of the join, and with bars of the region recalled."""
    region: Region
    cast: Callable[[int], Cast]
    """The number of a take -> its cast; the same one for all where nothing of it is drawn."""
    cells: CellsOf | None = None
    """The cells of the piece's tracks that it writes again; None: all of the region."""
    cells_play: bool = True
    """Whether all those cells are known to play."""
    due: CellsOf | None = None
    """The parts of a take that have to play in each bar, (bars, P); None: any may be silent."""
    levels: LevelsOf | None = None
    """What a take is told, by latents, of the cells as `score` has them."""
    toward: Score | None = None
    """The piece with the notes that those of `score` become, bar by bar; None: they stay."""
    repeats: Callable[[int], list[int | None] | None] = lambda _: None
    """The number of a take -> the bars that it repeats to the note, as musicians count them."""

    @property
    def parts_are_known(self) -> bool:
        """Whether the parts that may play are those that will."""
        return self.region.tracks is not None or (self.cells is not None and self.cells_play)


def task_of(request: Request, placed: Placed, *, by_latents: bool = False) -> Task:
    """What a request asks of a model in a place; `by_latents`: of one that reads latents.

    Raises:
        InputError: more tracks than can be written at once.
    """
    piece, score, options = placed.piece, placed.score, request.options
    region = _within_reach(score, placed.region) if placed.replaces else placed.region
    recalled = _recalled(request, piece, score, region) if by_latents else None
    pattern = _pattern(request, piece, score, region, by_latents=by_latents)
    if recalled is not None:
        score = recalled.score
    elif pattern is not None:
        score = pattern
    ends = _ends(request, piece, score, region, by_latents=by_latents)
    if ends is not None:
        score = ends[0]
    drawn = is_drawn(score, region, options)

    @cache
    def cast_number(number: int) -> Cast:
        return cast_of(piece, score, region, options, seed=request.seed, take=number)

    def cast(number: int) -> Cast:
        return cast_number(number if drawn else 1)

    match request:
        case Vary():
            cells = _varied(score, region, request)
            near = by_latents and request.amount < 1
            return Task(
                *(piece, score, region, cast),
                cells=cells,
                cells_play=request.amount < 1,
                due=_due_again(region, cells, cast),
                levels=_everywhere((request.amount,), region) if near else None,
            )
        case Infill() if recalled is not None:
            cells = _changed(score, region, recalled)
            return Task(
                *(piece, score, region, cast),
                cells=cells,
                cells_play=False,
                due=_due_in(cells, _due(region, options, cast), cast),
                levels=_trusted(recalled, FILLED),
                repeats=lambda n: recalled.repeated if in_turn(FILLED, n).repeats else None,
            )
        case Morph() if ends is not None:
            plays = _playing(ends[0], region) | _playing(ends[1], region)
            return Task(
                *(piece, score, region, cast),
                cells=lambda _: plays,
                due=lambda number: cast(number).of_cells(plays) & cast(number).allowed,
                levels=_everywhere(MORPHED, region),
                toward=ends[1],
            )
        case Accompany():
            return Task(piece, score, region, cast, due=_due_along(region, cast))
        case Infill() | Continue() | Bridge() | Insert():
            levels = None if recalled is None else _trusted(recalled, CONTINUED)
            if pattern is not None:
                levels = _everywhere(PATTERNED, region)
            return Task(piece, score, region, cast, due=_due(region, options, cast), levels=levels)
    return Task(piece, score, region, cast)


def _recalled(request: Request, piece: Piece, score: Score, region: Region) -> Recalled | None:
    """The region with bars that may come back, where a request leaves room for them."""
    if isinstance(request, Continue) and request.like is not None:
        return None
    is_told = isinstance(request, Continue | Insert | Infill) and request.options.may_repeat
    return recall(piece, score, region) if is_told else None


def _pattern(
    request: Request, piece: Piece, score: Score, region: Region, *, by_latents: bool
) -> Score | None:
    """The region with what another piece plays, where that is to be followed.

    Raises:
        InputError: the model reads no latents.
    """
    if not isinstance(request, Continue) or request.like is None:
        return None
    if not by_latents:
        raise InputError("this model cannot follow another piece; take one such as band")
    return patterned(piece, score, region, request.like)


def _ends(
    request: Request, piece: Piece, score: Score, region: Region, *, by_latents: bool
) -> tuple[Score, Score] | None:
    """The region with what a morph begins with, and with what it ends with.

    Raises:
        InputError: the model reads no latents.
    """
    if not isinstance(request, Morph):
        return None
    if not by_latents:
        raise InputError("this model cannot morph; take one that can, such as band")
    return morphed(piece, score, region)


def _everywhere(levels: Sequence[float], region: Region) -> LevelsOf:
    """Levels for the takes in turn, in all bars of a region alike."""
    n_bars = region.last - region.first
    return lambda number: np.full(n_bars, in_turn(levels, number), np.float32)


def _trusted(recalled: Recalled, trusts: Sequence[Trust]) -> LevelsOf:
    """What takes are told of bars that may come back: how likely they are, or less."""
    expected = recalled.likeliest.expected

    def levels(number: int) -> Float32Array | None:
        share = in_turn(trusts, number).share
        return None if share is None else level_of_recalled(share * expected)

    return levels


def _within_reach(score: Score, region: Region) -> Region:
    """The region in no more tracks than a model can write at once: the busiest ones."""
    if region.tracks is not None and len(region.tracks) > MAX_PARTS:
        raise InputError(
            f"at most {MAX_PARTS} tracks can be written again at once, got {len(region.tracks)}; "
            "name fewer"
        )
    notes = np.array([len(track.notes) for track in score.tracks], np.int64)
    if region.tracks is not None or np.count_nonzero(notes) <= MAX_PARTS:
        return region
    return replace(region, tracks=tuple(most_important(notes).tolist()))


def _varied(score: Score, region: Region, request: Vary) -> CellsOf:
    plays = _playing(score, region)

    @cache
    def cells(number: int) -> BoolArray:
        amount = request.amount
        found = varied_cells(score, region, amount=amount, seed=request.seed, take=number)
        playing = found & plays
        return playing if amount < 1 and playing.any() else found

    return cells


def _playing(score: Score, region: Region) -> BoolArray:
    """The cells of a region that have notes, (bars, tracks)."""
    return part_grid(score, max(score.n_bars, region.last))[region.first : region.last]


def _due(region: Region, options: Options, cast_number: Callable[[int], Cast]) -> CellsOf:
    named = region.tracks is not None or options.instruments is not None

    @cache
    def due(number: int) -> BoolArray:
        cast = cast_number(number)
        own: BoolArray = np.asarray(cast.roster.tracks < cast.n_own)
        return due_parts(
            cast.score_of_parts(cast.score),
            cast.parts_of(region),
            allowed=cast.allowed & (own | named),
            named=named,
        )

    return due


def _changed(score: Score, region: Region, recalled: Recalled) -> CellsOf:
    """What takes write: all but what they repeat.

    Who is silent in a bar that is sure to come back stays silent there, but in takes that are told
    nothing.
    """
    unsure = np.repeat(~recalled.likeliest.sure[:, None], len(score.tracks), axis=1)
    plays = _playing(score, region)

    def cells(number: int) -> BoolArray:
        trust = in_turn(FILLED, number)
        if trust.repeats:
            return unsure
        return np.ones_like(unsure) if trust.share is None else unsure | plays

    return cells


def _due_in(cells: CellsOf, due: CellsOf, cast_number: Callable[[int], Cast]) -> CellsOf:
    @cache
    def due_in(number: int) -> BoolArray:
        return due(number) & cast_number(number).of_cells(cells(number))

    return due_in


def _due_again(region: Region, cells: CellsOf, cast_number: Callable[[int], Cast]) -> CellsOf:
    @cache
    def due(number: int) -> BoolArray:
        cast = cast_number(number)
        free = cast.allowed & cast.of_cells(cells(number))
        return due_again(cast.score_of_parts(cast.score), region, allowed=free)

    return due


def _due_along(region: Region, cast_number: Callable[[int], Cast]) -> CellsOf:
    @cache
    def due(number: int) -> BoolArray:
        cast = cast_number(number)
        return due_along(cast.score_of_parts(cast.score), region, allowed=cast.allowed)

    return due


# ---- controls ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Asked:
    """What the wishes of `Options` ask of each part."""

    controls: IntArray
    """Classes of its bars, (MAX_PARTS, N_CONTROLS); 0 asks nothing."""
    most_notes: IntArray | None
    """How many notes a bar may have, (MAX_PARTS,), where it is to be sparser."""
    more_notes: IntArray | None
    """How many notes a bar is to have, (MAX_PARTS,), where it is to be denser."""
    moves: IntArray | None
    """By how many semitones each part is shown elsewhere, (MAX_PARTS,); see `showing`."""


def asked_of(cast: Cast, task: Task, options: Options, *, events: int, bars: int) -> Asked:
    """What is asked of the parts of a cast, relative to what each usually does.

    `events` and `bars` say how far around the region it is looked at.
    """
    steps = _steps_of(options)
    if not steps:
        return Asked(np.zeros((MAX_PARTS, N_CONTROLS), np.int64), None, None, None)
    table = _notes_around(cast, task, events=events, bars=bars)
    controls = _controls(table, steps, cast.roster.is_drum)
    return Asked(
        controls,
        most_notes=_most_notes(table) if options.density == "sparser" else None,
        more_notes=more_notes(table) if options.density == "denser" else None,
        moves=octaves_of(table, options.register, cast.allowed),
    )


def _controls(table: IntArray, steps: dict[Control, int], is_drum: BoolArray) -> IntArray:
    """So many steps from the class that the bars of each part usually have."""
    asked = np.zeros((MAX_PARTS, N_CONTROLS), np.int64)
    classes = cell_controls(table)
    cells = np.unique(np.c_[table[:, [Field.PART, Field.BAR]], classes], axis=0)
    for part in np.unique(cells[:, 0]):
        usual = np.median(cells[cells[:, 0] == part, 2:], axis=0).astype(np.int64)
        for control, step in steps.items():
            if control != Control.REGISTER or not is_drum[part]:
                asked[part, control] = min(_HIGHEST_CLASS, max(1, int(usual[control]) + step))
    return asked


def _most_notes(table: IntArray) -> IntArray | None:
    usual = usual_notes(table)
    most: IntArray = np.maximum(1, (SHARE * usual).astype(np.int64))
    return most if usual.any() else None


def _notes_around(cast: Cast, task: Task, *, events: int, bars: int) -> IntArray:
    """The `PartTable` of a region and the bars around it, by bars and parts."""
    window = cut_window(
        cast.score_of_parts(cast.score),
        cast.roster_of_parts,
        cast.parts_of(task.region),
        events=events,
        max_bars=bars,
    )
    table = np.concatenate([window.visible, window.hidden])
    return table[np.lexsort((table[:, Field.PART], table[:, Field.BAR]))]


def _steps_of(options: Options) -> dict[Control, int]:
    wishes = {control: getattr(options, control.name.lower()) for control in _STEPS}
    steps = {control: _STEPS[control][wish] for control, wish in wishes.items() if wish is not None}
    return steps | {Control[name.upper()]: step for name, step in options.told.items()}
