"""Music as a stream of the model's own events, for baselines to be counted on.

A row is an event: (part, position, pitch, duration, velocity), the classes of `segue.encoding`, in
the order in which the model writes them. Of the part its instrument alone is known: that a track is
the third of its piece says nothing to counting. The beginning of a bar, and the end of the last
one, is a row whose part is `BAR` and whose other columns are 0.

Every piece (a song or a window) begins with `PADDING` rows of `START` in the place of its first
bar's beginning, which is certain, so that the context of an event never reaches into another piece.
`asked` says of which rows the probability is wanted: never of padding, and of a window only of what
the model is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.grid import event_grid
from segue.encoding.roster import Roster
from segue.encoding.sequence import (
    ATTRIBUTES,
    NOTE_EVENT,
    Bars,
    Column,
    Sequence,
    build_sequence,
)
from segue.encoding.table import encode
from segue.encoding.vocabulary import N_INSTRUMENTS
from segue.errors import InputError
from segue.evaluation.music.excerpts import Songs
from segue.evaluation.types import BoolArray, IntArray
from segue.score import Score

__all__ = ["ATTRIBUTES", "BAR", "PADDING", "START", "EventStream", "sequence_of_score"]

BAR: Final = N_INSTRUMENTS
"""The class after those of the instruments: nothing more in this bar."""
PADDING: Final = 4
START: Final = -1
_COLUMNS: Final = (
    Column.INSTRUMENT,
    Column.POSITION,
    Column.PITCH,
    Column.DURATION,
    Column.VELOCITY,
)


@dataclass(frozen=True, eq=False)
class EventStream:
    """Pieces one after the other; see the module."""

    events: IntArray
    """(E, 5), columns `ATTRIBUTES`."""
    asked: BoolArray
    """(E,)."""

    @classmethod
    def of_sequences(cls, pieces: Iterable[tuple[Sequence, BoolArray | None]]) -> "EventStream":
        """The stream of sequences as the model reads them.

        Args:
            pieces: each a sequence and which of its events after the first are asked for, (T - 1,);
                None for all of them.
        """
        events, asked = [np.zeros((0, len(ATTRIBUTES)), np.int64)], [np.zeros(0, bool)]
        padding = np.full((PADDING, len(ATTRIBUTES)), START, np.int64)
        for sequence, wanted in pieces:
            rows = sequence.columns[1:, _COLUMNS]
            rows[sequence.columns[1:, Column.KIND] != NOTE_EVENT] = (BAR, 0, 0, 0, 0)
            events += [padding, rows]
            asked += [
                np.zeros(PADDING, bool),
                np.ones(len(rows), bool) if wanted is None else wanted,
            ]
        return cls(np.concatenate(events), np.concatenate(asked))

    @classmethod
    def of_songs(
        cls, songs: Songs, *, split: str, seed: int, max_notes: int | None = None
    ) -> "EventStream":
        """The stream of whole songs of a split, in random order, up to about `max_notes` notes."""
        order = np.random.default_rng(seed).permutation(songs.split(split))

        def drawn() -> Iterable[tuple[Sequence, None]]:
            left = np.inf if max_notes is None else max_notes
            for song in order:
                if left <= 0:
                    return
                score = songs.score(int(song))
                left -= score.n_notes
                yield sequence_of_score(score), None

        return cls.of_sequences(drawn())

    def hold_out(self, *, every: int = 10) -> tuple["EventStream", "EventStream"]:
        """The stream without every tenth piece, and those pieces.

        Raises:
            InputError: there are fewer than two pieces.
        """
        is_padding = self.events[:, 0] == START
        piece = (np.cumsum(is_padding) + PADDING - 1) // PADDING  # from 1
        if not len(piece) or piece[-1] < 2:
            raise InputError("holding out pieces needs at least 2 of them; take more songs")
        every = min(every, int(piece[-1]))
        held = piece % every == 0
        return self._select(~held), self._select(held)

    def _select(self, rows: BoolArray) -> "EventStream":
        return EventStream(self.events[rows], self.asked[rows])

    @property
    def is_note(self) -> BoolArray:
        """Which rows are notes, and not padding or the beginning of a bar."""
        part = self.events[:, 0]
        return np.not_equal(part, BAR) & np.not_equal(part, START)

    @property
    def n_notes(self) -> int:
        """How many notes are asked for."""
        return int((self.is_note & self.asked).sum())

    @property
    def n_events(self) -> int:
        """How many events are asked for: notes, and bars' ends."""
        return int(self.asked.sum())


def sequence_of_score(score: Score) -> Sequence:
    """A whole score as a sequence that is all to be written."""
    grid = event_grid(score)
    roster = Roster.of_score(score)
    table = encode(score, roster, grid)
    nothing = np.zeros(grid.n_bars, np.int64)
    bars = Bars(lengths=grid.lengths, numerators=grid.numerators, tempi=nothing, keys=nothing)
    return build_sequence(
        table, roster, bars, np.ones(len(table), bool), np.ones(grid.n_bars, bool)
    )
