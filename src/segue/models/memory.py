"""`models.look_back` for writing: the same sets, kept up to date instead of gathered anew.

`LookBack` looks through all events for each that is to be predicted. That is cheap when a whole
window is predicted at once, and most of the cost when events are written one by one. Tests hold the
two to the same answers. What a `Memory` has read it keeps, even past the model's context.
"""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUMS,
    DURATIONS,
    MAX_POSITIONS,
    N_PART_CLASSES,
    N_PITCH_CLASSES_OF_PARTS,
    IntArray,
)
from segue.models.kept_precedents import KeptPrecedents
from segue.models.look_back import (
    BARS_AROUND,
    LAGS,
    N_CHROMA,
    N_LAGS,
    PITCH_CLASSES,
    SHARE_SCALE,
)

Float32Array = npt.NDArray[np.float32]
_LAGS = np.array(LAGS)[:, None]


class Memory:
    """What several sequences have said so far. `look_from` first, then ask; B sequences.

    Attributes:
        precedents: the same of `models.precedents`.
    """

    def __init__(self, sequences: int, n_bars: int) -> None:
        self.precedents = KeptPrecedents(sequences)
        self._rows = np.arange(sequences)
        self._n_bars = n_bars
        # A bar more than there are, always empty, stands for bars outside the window.
        self._parts = np.zeros((sequences, n_bars + 1, N_PART_CLASSES), np.float32)
        margin = n_bars + 2 * BARS_AROUND
        self._chroma = np.zeros((sequences, margin, PITCH_CLASSES), np.float32)
        self._onsets: dict[tuple[int, int, int], Float32Array] = defaultdict(_no_positions)
        self._pitches: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
        self._melody = np.zeros((3, sequences, _MELODY_NOTES), np.int64)
        self._melody_length = [0] * sequences
        self._bars = np.zeros(sequences, np.int64)
        self._part = [0] * sequences

    def read(self, sequence: int, events: IntArray) -> None:
        """Keep events of a sequence, (T, N_COLUMNS); only notes matter."""
        notes = events[events[:, Column.KIND] == NOTE_EVENT][:, _COLUMNS].tolist()
        for bar, time, part, position, pitch, duration, velocity in notes:
            self.precedents.read(sequence, bar, (part, position, pitch, duration, velocity))
            self._parts[sequence, bar, part] = 1
            self._onsets[sequence, bar, part][position] = 1
            self._pitches[sequence, bar, part, position].append(pitch)
            if part != DRUMS:
                pitch_class = pitch % PITCH_CLASSES
                self._chroma[sequence, bar + BARS_AROUND, pitch_class] += 1
                self._keep_melody(sequence, (time, time + _LENGTHS[duration], pitch_class))

    def _keep_melody(self, sequence: int, note: tuple[int, int, int]) -> None:
        at = self._melody_length[sequence]
        if at == self._melody.shape[2]:
            self._melody = np.concatenate([self._melody, np.zeros_like(self._melody)], axis=2)
        self._melody[:, sequence, at] = note
        self._melody_length[sequence] = at + 1

    def look_from(self, last: IntArray) -> "Memory":
        """Ask from after these events, (B, N_COLUMNS), from now on."""
        self._bars = last[:, Column.BAR]
        self.precedents.look_from(last)
        return self

    def parts(self) -> list[Tensor]:
        """As `LookBack.parts`, (B, 1, N_PART_CLASSES) each."""
        bars = self._bars - _LAGS
        bars[(bars < 0) | (bars > self._n_bars)] = self._n_bars
        return _by_lag(self._parts[self._rows, bars])

    def of_part(self, part: Tensor) -> "Memory":
        """Ask of this part, (B, 1), from now on."""
        self._part = part[:, 0].tolist()
        return self

    def positions(self) -> list[Tensor]:
        """As `LookBack.positions`, (B, 1, MAX_POSITIONS) each."""
        found = np.zeros((N_LAGS, len(self._rows), MAX_POSITIONS), np.float32)
        for row, (bar, part) in enumerate(zip(self._bars.tolist(), self._part, strict=True)):
            for i, lag in enumerate(LAGS):
                onsets = self._onsets.get((row, bar - lag, part))
                if onsets is not None:
                    found[i, row] = onsets
        return _by_lag(found)

    def pitches(self, position: Tensor) -> list[Tensor]:
        """As `LookBack.pitches`, (B, 1, 256) each."""
        found = np.zeros((N_LAGS, len(self._rows), N_PITCH_CLASSES_OF_PARTS), np.float32)
        places = zip(self._bars.tolist(), self._part, position[:, 0].tolist(), strict=True)
        for row, (bar, part, at) in enumerate(places):
            for i, lag in enumerate(LAGS):
                pitches = self._pitches.get((row, bar - lag, part, at))
                if pitches is not None:
                    found[i, row, pitches] = 1
        return _by_lag(found)

    def chroma(self, time: Tensor) -> Tensor:
        """As `LookBack.chroma`, (B, 1, N_CHROMA, 12)."""
        found = np.zeros((len(self._rows), 1, N_CHROMA, PITCH_CLASSES), np.float32)
        begin, end, pitch_class = self._melody[:, :, : max(self._melody_length)]
        now = time.numpy()
        sounding = np.nonzero((begin <= now) & (now < end))
        found[sounding[0], 0, 0, pitch_class[sounding]] = 1
        spans = self._bars[:, None] + np.arange(2 * BARS_AROUND + 1)
        counts = self._chroma[self._rows[:, None], spans]
        in_bar = counts[:, BARS_AROUND]
        for i, count in ((1, in_bar), (2, counts.sum(axis=1) - in_bar)):
            found[:, 0, i] = SHARE_SCALE * count / (count.sum(axis=-1, keepdims=True) + 1)
        return torch.from_numpy(found)


_COLUMNS = [
    int(column)
    for column in (
        Column.BAR,
        Column.TIME,
        Column.PART,
        Column.POSITION,
        Column.PITCH,
        Column.DURATION,
        Column.VELOCITY,
    )
]
_LENGTHS = DURATIONS.tolist()
_MELODY_NOTES = 1024
"""Room for so many at first."""


def _no_positions() -> Float32Array:
    return np.zeros(MAX_POSITIONS, np.float32)


def _by_lag(values: Float32Array) -> list[Tensor]:
    """(N_LAGS, B, n) -> (B, 1, n) of each lag."""
    return list(torch.from_numpy(values)[:, :, None].unbind(0))
