"""What a musician can ask for, as one record a task: fields, defaults, checks, and what they mean.

The command line, the studio's API and the methods of `Composer` all build these records, and
`Composer.write` does what they ask. A record is checked when it is made; `placed` checks it against
a piece. Neither needs a model, so nobody waits for one to hear of a mistake.

Bars count from 0 here, tracks too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from segue.errors import InputError
from segue.generation.bounds import (
    ADDED,
    BARS,
    BPM,
    BRIDGE_BARS,
    SEED,
    TAKES,
    check_bars,
    numbers_of,
)
from segue.generation.cast import empty_track
from segue.generation.joins import a_tempo, join_pieces
from segue.generation.like import patterned
from segue.generation.options import Options, first_program
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.score import MetreMap, Score, TempoMap
from segue.units import DEFAULT_METRE, DEFAULT_TICKS_PER_QUARTER, US_PER_MINUTE

__all__ = [
    "Accompany",
    "Bridge",
    "Compose",
    "Continue",
    "Insert",
    "Placed",
    "Request",
]


@dataclass(frozen=True)
class Placed:
    """Where a request is to be written."""

    piece: Piece
    score: Score
    """The piece's, perhaps with the tempo of the join."""
    region: Region
    replaces: bool = False
    """Whether there is music already where it is to be written."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What every task has: which takes, from which seed, drawn how."""

    task: ClassVar[str]
    """What provenance calls it."""

    takes: int | Sequence[int] | None = None
    """How many, or the numbers of those that are wanted: [3] is the third alone; None: 4."""
    seed: int = SEED.default
    """The same seed, the same takes."""
    options: Options = field(default_factory=Options)
    drawn: int | None = None
    """How many takes are written, of which those that rank first are returned, as many as `takes`
    says; None: no more than are returned. A take keeps its number, which gives it again alone."""

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: which, and what may be asked.
        """
        numbers = numbers_of(self.takes)
        if not numbers or not TAKES.lowest <= numbers[0] <= numbers[-1] <= TAKES.highest:
            raise InputError(f"takes must be in {TAKES.lowest}..{TAKES.highest}, got {self.takes}")
        SEED.check("seed", self.seed)
        if self.drawn is None:
            return
        if self.takes is not None and not isinstance(self.takes, int):
            raise InputError("takes that are named by their numbers leave nothing to choose from")
        if not len(numbers) <= self.drawn <= TAKES.highest:
            raise InputError(
                f"drawn must be in {len(numbers)}..{TAKES.highest}, from takes on, got {self.drawn}"
            )

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the takes that are written, counted from 1, rising."""
        return numbers_of(self.drawn or self.takes)

    @property
    def shown(self) -> int:
        """How many takes are returned."""
        return len(numbers_of(self.takes))

    @property
    def details(self) -> dict[str, Any]:
        """What else was asked, for the provenance."""
        return {}

    def drawing(self, region: Region) -> Options:
        """The options that the notes of a region are drawn with."""
        del region
        return self.options

    def _fitting(self, placed: Placed) -> Placed:
        """The same, if it has a bar for every bar of chords.

        Raises:
            InputError: it has fewer.
        """
        chart = self.options.chart
        bars = placed.region.last - placed.region.first
        if chart is not None and len(chart.bars) > bars:
            raise InputError(
                f"chords: {len(chart.bars)} bars of chords for {bars} bars of music; name fewer, "
                "or put several into a bar: 'Am F | C G'"
            )
        return placed


@dataclass(frozen=True, kw_only=True)
class Continue(Request):
    """Exactly `bars` new bars after the last bar in which the piece begins a note.

    A piece without notes gives its metre and tempo, and the new bars begin at once. From bar
    `first`, if that is given: the piece is cut off there, as if it had ended with the bar before.
    """

    task: ClassVar = "continue"
    bars: int = BARS.default
    first: int | None = None
    """None: the end."""
    like: Piece | None = None
    """Another piece that the new bars are to be like, in rhythm, contour and texture."""

    def __post_init__(self) -> None:
        """As `Request`."""
        super().__post_init__()
        check_bars(self.bars)

    @property
    def details(self) -> dict[str, Any]:
        """The other piece."""
        return {} if self.like is None else {"like": self.like.name}

    def placed(self, piece: Piece) -> Placed:
        """The bars after a piece or in the place of its last ones, in the usual tempo.

        Raises:
            InputError: it does not go as far, has no music before, or cannot be like the other one.
        """
        first = piece.score.n_bars
        if self.first is not None:
            piece.require_before(self.first)
            piece = piece if self.first == first else piece.cut(self.first)
            first = self.first
        score, region = a_tempo(piece.score, first), Region(first, first + self.bars)
        if self.like is not None:
            patterned(piece, score, region, self.like)
        return self._fitting(Placed(piece, score, region))


@dataclass(frozen=True, kw_only=True)
class Insert(Request):
    """Exactly `bars` new bars before bar `first`, which lead from what is before to what follows.

    Nothing of the piece is lost: what follows comes so much later.
    """

    task: ClassVar = "insert"
    first: int
    bars: int = BRIDGE_BARS.default

    def __post_init__(self) -> None:
        """As `Request`."""
        super().__post_init__()
        check_bars(self.bars)

    def placed(self, piece: Piece) -> Placed:
        """Silent bars in a piece.

        Raises:
            InputError: there is no music before the bar, or none after it.
        """
        piece.require_before(self.first)
        if self.first == piece.score.n_bars:
            raise InputError(
                f"nothing follows bar {self.first} of {piece.name}, its last; to add bars there, "
                "continue it"
            )
        opened = piece.opened(self.first, self.bars)
        region = Region(self.first, self.first + self.bars)
        return self._fitting(Placed(opened, opened.score, region))


@dataclass(frozen=True, kw_only=True)
class Accompany(Request):
    """New tracks over the bars [first, last) of a piece, in which nothing else changes."""

    task: ClassVar = "accompany"
    add: tuple[int | str, ...]
    """What they play, a track each: programs (128 is the drums), or words for some ("bass")."""
    first: int = 0
    last: int | None = None
    """None: as far as the piece goes."""

    def __post_init__(self) -> None:
        """As `Request`; and instruments that there are, with no other wishes about them."""
        super().__post_init__()
        object.__setattr__(self, "add", tuple(self.add))
        ADDED.check(
            "the number of tracks to add", len(self.add), way_out="; add further ones later"
        )
        options = self.options
        if options.instruments is not None or options.new_instruments:
            raise InputError("what new tracks play is what is added: name no other instruments")
        if options.density is not None or options.register is not None:
            raise InputError(
                "density and register compare with what a track plays, and a new one plays nothing "
                "yet: leave them out, and vary the new track afterwards"
            )
        object.__setattr__(self, "add", tuple(first_program(each) for each in self.add))

    @property
    def programs(self) -> tuple[int, ...]:
        """What each new track plays; 128 is the drums."""
        return tuple(each for each in self.add if isinstance(each, int))

    def placed(self, piece: Piece) -> Placed:
        """New tracks, empty, after those of a piece.

        Raises:
            InputError: it does not have these bars.
        """
        n_own = len(piece.score.tracks)
        last = piece.score.n_bars if self.last is None else self.last
        bars = piece.region(self.first, last, None)
        score = piece.score.with_tracks(
            [*piece.score.tracks, *(empty_track(program) for program in self.programs)]
        )
        tracks = tuple(range(n_own, len(score.tracks)))
        return self._fitting(Placed(piece, score, Region(bars.first, bars.last, tracks)))

    @property
    def details(self) -> dict[str, Any]:
        """The instruments."""
        return {"add": list(self.programs)}


@dataclass(frozen=True, kw_only=True)
class Compose(Request):
    """`bars` bars from nothing but a tempo and a metre, and instruments where options name them."""

    task: ClassVar = "compose"
    bars: int = BARS.default
    bpm: float = BPM.default
    metre: tuple[int, int] = DEFAULT_METRE

    def __post_init__(self) -> None:
        """As `Request`, and a metre that there is."""
        super().__post_init__()
        check_bars(self.bars)
        BPM.check("bpm", self.bpm)
        object.__setattr__(self, "metre", tuple(self.metre))
        self.placed()

    def placed(self) -> Placed:
        """A score without tracks, in the tempo and metre."""
        over, under = self.metre
        empty = Score(
            ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER,
            tracks=(),
            tempo_map=TempoMap.constant(round(US_PER_MINUTE / self.bpm)),
            metre_map=MetreMap.constant(numerator=over, denominator=under),
        )
        return self._fitting(Placed(Piece.of(empty), empty, Region(0, self.bars)))

    @property
    def details(self) -> dict[str, Any]:
        """Tempo and metre."""
        return {"bpm": self.bpm, "metre": list(self.metre)}


@dataclass(frozen=True, kw_only=True)
class Bridge(Request):
    """Exactly `bars` new bars that lead from the end of one piece to the beginning of another.

    The take is both pieces and the new bars, in the start's tempo and metre, for the instruments of
    both. Tracks of one instrument, in their order, become one track.
    """

    task: ClassVar = "bridge"
    bars: int = BRIDGE_BARS.default

    def __post_init__(self) -> None:
        """As `Request`."""
        super().__post_init__()
        check_bars(self.bars)

    def placed(self, start: Piece, end: Piece) -> Placed:
        """Both pieces, and the silent bars between them.

        Raises:
            InputError: a piece without notes.
        """
        for piece in (start, end):
            if not piece.score.n_notes:
                raise InputError(f"{piece.name} has no notes, so nothing can lead to it or from it")
        first = start.score.n_bars
        joined = join_pieces(a_tempo(start.score, first), end.score, gap=self.bars)
        return self._fitting(Placed(Piece.of(joined), joined, Region(first, first + self.bars)))
