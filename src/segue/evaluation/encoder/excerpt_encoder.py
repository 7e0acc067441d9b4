"""A small network that reads an excerpt and says in 64 numbers what music it is.

**Reading.** Time is cut into frames of a sixteenth. Each note is embedded (instrument, pitch or
drum, duration, velocity, where in the frame it begins) and added to the frame of its onset. A frame
also has its place in the bar and `_TOLD` numbers: the pitch classes that sound, the intervals
between them, how many notes begin, and which share of those did so 1, 2 and 4 bars ago. Dilated
convolutions over the frames reach a bar and four bars back and forth; the mean, the greatest and
the spread of what they say make the embedding. So order, harmony between tracks, drums and
repetition can count.

**Unit.** Embeddings are within -1 and 1. Excerpts of any number of bars are read, up to
`MAX_FRAMES` frames; the weights were trained on eight bars.

The weights are `encoder.safetensors` beside this module, with their card, `encoder.json`; how they
were trained is `training`. Sets are compared by the embeddings in `comparison`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from segue.encoding.vocabulary import DRUM_PITCH_OFFSET
from segue.evaluation.types import FloatArray, IntArray
from segue.metrics import EXCERPT_BARS
from segue.metrics.table import DRUMS, STEPS_PER_QUARTER, NoteTable, as_table
from segue.score import Score

__all__ = ["EMBEDDED", "ExcerptEncoder", "Reading", "embed", "encoder_card", "read_excerpt"]

EMBEDDED: Final = 64
MAX_FRAMES: Final = 512
WEIGHTS: Final = Path(__file__).with_name("encoder.safetensors")
CARD: Final = Path(__file__).with_name("encoder.json")
_STEPS_PER_FRAME: Final = 3
"""Of the grid of `metrics`: a frame is a sixteenth."""
_PLACES: Final = 32
"""Frames of a bar that are distinguished."""
_NOTE_WIDTH: Final = 48
_WIDTH: Final = 80
_DILATIONS: Final = (1, 4, 16, 64)
_AT_ONCE: Final = 64
_LAGS: Final = (1, 2, 4)
"""Bars ago."""
_TOLD: Final = 12 + 6 + 1 + len(_LAGS)
_N_VELOCITIES: Final = 16
_VELOCITY_STEP: Final = 8
_LONGEST_OF_DURATION: Final = np.array([1, 2, 4, 8, 16, 32])
"""Steps of the grid; longer is a class of its own."""
_SIZES: Final = (DRUMS + 1, 2 * DRUM_PITCH_OFFSET, len(_LONGEST_OF_DURATION) + 1, _N_VELOCITIES, 3)
"""Values of instrument, pitch, duration, velocity and place in the frame."""


@dataclass(frozen=True, eq=False)
class Reading:
    """An excerpt as the network reads it: N notes in T frames."""

    notes: npt.NDArray[np.int16]
    """Frame, length in frames, and the five values of `_SIZES`, (N, 7)."""
    places: npt.NDArray[np.uint8]
    """Each frame's place in its bar, (T,)."""
    told: npt.NDArray[np.float32]
    """What is known of each frame, (T, `_TOLD`), the twelve pitch classes first."""


def read_excerpt(score: Score, *, n_bars: int = EXCERPT_BARS) -> Reading:
    """The first `MAX_FRAMES` frames of an excerpt."""
    return read_table(as_table(score, n_bars=n_bars))


def read_table(table: NoteTable) -> Reading:
    """The first `MAX_FRAMES` frames of a table of notes."""
    frames = -(-table.bar_steps // _STEPS_PER_FRAME)
    first = np.concatenate([[0], np.cumsum(frames)])
    places = np.concatenate([[0][:0], *(np.arange(n) for n in frames)])[:MAX_FRAMES]
    steps = np.maximum(1, np.round(table.duration * STEPS_PER_QUARTER / table.ticks_per_quarter))
    columns = [
        first[table.bar] + table.step // _STEPS_PER_FRAME if len(table) else table.bar,
        np.maximum(1, np.round(steps / _STEPS_PER_FRAME)),
        table.instrument,
        table.pitch + DRUM_PITCH_OFFSET * table.is_drum,
        np.searchsorted(_LONGEST_OF_DURATION, steps),
        table.velocity // _VELOCITY_STEP,
        table.step % _STEPS_PER_FRAME,
    ]
    notes = np.stack([np.minimum(column, np.iinfo(np.int16).max) for column in columns], axis=1)
    kept = notes[notes[:, 0] < MAX_FRAMES].astype(np.int16)
    told = _told(kept.astype(np.int64), len(places), int(frames[0]) if len(frames) else 1)
    return Reading(kept, np.minimum(places, _PLACES - 1).astype(np.uint8), told)


class ExcerptEncoder(nn.Module):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(size, _NOTE_WIDTH) for size in _SIZES)
        self.note = nn.Linear(_NOTE_WIDTH, _NOTE_WIDTH)
        self.told = nn.Linear(_TOLD, _NOTE_WIDTH)
        self.place = nn.Embedding(_PLACES, _NOTE_WIDTH)
        self.frame = nn.Linear(_NOTE_WIDTH, _WIDTH)
        self.blocks = nn.ModuleList(_Block(dilation) for dilation in _DILATIONS)
        self.summary = nn.Linear(3 * _WIDTH, EMBEDDED)

    def forward(self, readings: Sequence[Reading]) -> Tensor:
        """The embedding of each excerpt, (B, 64)."""
        frames, present = self._frames(readings)
        x = functional.relu(self.frame(frames)) * present  # (B, T, D)
        for block in self.blocks:
            x = block(x, present)
        count = present.sum(dim=1).clamp(min=1)
        mean = (x * present).sum(dim=1) / count
        spread = (((x - mean[:, None]) * present).square().sum(dim=1) / count + 1e-6).sqrt()
        greatest = x.masked_fill(present == 0, -1e4).amax(dim=1).clamp(min=-10.0)
        return torch.tanh(self.summary(torch.cat([mean, spread, greatest], dim=-1)))

    def _frames(self, readings: Sequence[Reading]) -> tuple[Tensor, Tensor]:
        """What is in each frame, (B, T, note width), and which are there, (B, T, 1)."""
        size, longest = len(readings), max(1, max(len(each.places) for each in readings))
        counts = [len(each.notes) for each in readings]
        notes = torch.from_numpy(np.concatenate([each.notes for each in readings]).astype(np.int64))
        row = torch.from_numpy(np.repeat(np.arange(size), counts)) * longest
        embedded = torch.stack(
            [table(notes[:, 2 + i]) for i, table in enumerate(self.embeddings)]
        ).sum(dim=0)
        told = functional.relu(self.note(embedded))
        frames = torch.zeros(size * longest, _NOTE_WIDTH).index_add(0, row + notes[:, 0], told)
        facts = np.zeros((size, longest, _TOLD), np.float32)
        lengths = torch.tensor([len(each.places) for each in readings])
        places = np.zeros((size, longest), np.int64)
        for index, each in enumerate(readings):
            places[index, : len(each.places)] = each.places
            facts[index, : len(each.places)] = each.told
        x = frames.view(size, longest, _NOTE_WIDTH) + self.told(torch.from_numpy(facts))
        x = x + self.place(torch.from_numpy(places))
        present = torch.arange(longest) < lengths[:, None]
        return x, present[..., None].to(x.dtype)


class _Block(nn.Module):
    """A residual convolution over frames, and a layer on each."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(_WIDTH)
        self.wide = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=dilation, dilation=dilation)
        self.narrow = nn.Linear(_WIDTH, _WIDTH)

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        """The frames, each having heard its neighbours, (B, T, D)."""
        heard = self.wide((self.norm(x) * present).transpose(1, 2)).transpose(1, 2)
        changed: Tensor = (x + self.narrow(functional.relu(heard))) * present
        return changed


def _told(notes: IntArray, n_frames: int, bar: int) -> npt.NDArray[np.float32]:
    """What is known of each frame; `notes` as in a `Reading`, `bar` the frames of the first bar."""
    pitched = notes[notes[:, 2] != DRUMS]
    edge = np.zeros((n_frames + 1, 12), np.int64)
    np.add.at(edge, (pitched[:, 0], pitched[:, 3] % 12), 1)
    end = np.minimum(pitched[:, 0] + pitched[:, 1], n_frames)
    np.add.at(edge, (end, pitched[:, 3] % 12), -1)
    chroma = np.minimum(np.cumsum(edge, axis=0)[:-1], 3)
    chords = chroma > 0
    intervals = [(chords & np.roll(chords, k, axis=1)).sum(axis=1) for k in range(1, 7)]
    begun = np.bincount(notes[:, 0], minlength=n_frames)
    what = notes[:, 2] * 2 * DRUM_PITCH_OFFSET + notes[:, 3]
    codes = notes[:, 0] + MAX_FRAMES * what
    again = [
        np.bincount(notes[(notes[:, 0] >= lag * bar) & np.isin(codes - lag * bar, codes), 0],
                    minlength=n_frames) / np.maximum(1, begun)
        for lag in _LAGS
    ]  # fmt: skip
    columns = [*chroma.T, *intervals, np.log1p(begun), *again]
    return np.stack(columns, axis=1).astype(np.float32)


@cache
def shipped_encoder() -> ExcerptEncoder:
    """The encoder with the weights that come along."""
    encoder = ExcerptEncoder()
    weights = {name: value.float() for name, value in load_file(WEIGHTS).items()}
    encoder.load_state_dict(weights)
    return encoder.eval()


def encoder_card() -> dict[str, Any]:
    """On what and how the encoder was trained."""
    card: dict[str, Any] = json.loads(CARD.read_text(encoding="utf-8"))
    return card


@torch.inference_mode()
def embed(
    scores: Iterable[Score],
    *,
    n_bars: int = EXCERPT_BARS,
    encoder: ExcerptEncoder | None = None,
) -> FloatArray:
    """The embeddings of excerpts, (number of scores, 64), by the shipped encoder or another.

    On one thread: the layers are small, and threads that wait for each other cost more than they
    give.
    """
    encoder = encoder or shipped_encoder()
    readings = [read_excerpt(score, n_bars=n_bars) for score in scores]
    found = [np.zeros((0, EMBEDDED))]
    with _one_thread():
        for begin in range(0, len(readings), _AT_ONCE):
            found.append(encoder(readings[begin : begin + _AT_ONCE]).double().numpy())
    return np.concatenate(found)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
