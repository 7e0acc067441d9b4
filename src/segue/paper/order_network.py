"""A distance that sees order: Frechet over what a network makes of whole songs.

The network reads a song's notes as they sound: pitch and program, velocity, the time to the next
onset, the duration, the melodic interval from the track's last note, and the interval (modulo 12)
from the last note of any other track. A bidirectional GRU, the mean and the greatest of its states,
and a layer of 32 units give the song's features. They are learned by distinguishing real training
songs from the same songs spoilt (`corruptions`): notes shuffled in time, tracks transposed against
each other, a track dropped. Generated songs are never trained on. Between sets of songs the
distance is that of `segue.evaluation.distances.frechet.feature_frechet`: standardised by the real
set, and shrunk.

It is made to see what the distance over raw columns cannot, and says nothing of loudness or of
which instruments play: the two belong beside each other.

Conventions: note tables are (n, 6) of any n; values outside MIDI are clamped, numbers that are none
count as 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from segue.encoding.paper import N_VALUES
from segue.evaluation.types import FloatArray
from segue.paper.corruptions import CORRUPTIONS

__all__ = ["Notes", "OrderNetwork", "read_notes", "song_features", "train_order_network"]

_SPOILT_BY: Final = (
    "notes shuffled in time", "tracks transposed against each other", "a track dropped",
)  # fmt: skip
_EMBEDDED: Final = 8
_HIDDEN: Final = 48
_FEATURES: Final = 32
_SONGS: Final = 8
"""Real songs a step; each is there spoilt in each way too."""
_READ_AT_ONCE: Final = 64
_RATE: Final = 3e-3
_MAX_S: Final = 1e4
_WIDEST: Final = 24
"""Semitones; wider melodic intervals count as that."""
_SIZES: Final = (N_VALUES, N_VALUES, 2 * _WIDEST + 2, 13)
"""Values of pitch, program, melodic interval and interval between tracks, the last value of either
interval for none."""


@dataclass(frozen=True)
class Notes:
    """A batch of songs by time, padded: B songs of at most N notes."""

    whole: Tensor
    """Pitch, program, melodic interval, interval between tracks; (B, N, 4), see `_SIZES`."""
    real: Tensor
    """Velocity over 127, log(1 + gap to the next note), log(1 + duration), (B, N, 3); seconds. The
    last note's gap is 0."""
    present: Tensor
    """Which are no padding, (B, N)."""


class OrderNetwork(nn.Module):
    """Tells how a song was spoilt, if it was."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(size, _EMBEDDED) for size in _SIZES)
        inputs = len(_SIZES) * _EMBEDDED + 3
        self.network = nn.GRU(inputs, _HIDDEN, batch_first=True, bidirectional=True)
        self.summary = nn.Linear(4 * _HIDDEN, _FEATURES)
        self.verdict = nn.Linear(_FEATURES, 1 + len(_SPOILT_BY))

    def features(self, notes: Notes) -> Tensor:
        """What is made of each song, within -1 and 1, (B, 32)."""
        embedded = [table(notes.whole[..., index]) for index, table in enumerate(self.embeddings)]
        lengths = notes.present.sum(dim=1)
        packed = pack_padded_sequence(  # backwards, the network would begin with the padding
            torch.cat([*embedded, notes.real], dim=-1), lengths, batch_first=True,
            enforce_sorted=False,
        )  # fmt: skip
        states, _ = pad_packed_sequence(self.network(packed)[0], batch_first=True)
        there = notes.present[..., None]
        mean = (states * there).sum(dim=1) / there.sum(dim=1)
        greatest = states.masked_fill(~there, -1.0).amax(dim=1)
        return torch.tanh(self.summary(torch.cat([mean, greatest], dim=-1)))

    def forward(self, notes: Notes) -> Tensor:
        """Logits of each song's being real, or spoilt in each way, (B, 4)."""
        logits: Tensor = self.verdict(self.features(notes))
        return logits


def train_order_network(tables: Sequence[FloatArray], *, steps: int, seed: int) -> OrderNetwork:
    """A network trained on real songs, on the CPU, with Adam.

    Args:
        tables: note tables, one note or more each.
        steps: of eight songs each, real and spoilt in three ways.
        seed: the same seed gives the same network on the same machine.
    """
    random = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = OrderNetwork()
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE)
    truth = torch.arange(1 + len(_SPOILT_BY)).repeat_interleave(_SONGS)
    for _ in range(steps):
        songs = [tables[index] for index in random.integers(len(tables), size=_SONGS)]
        spoilt = [song for way in _SPOILT_BY for song in CORRUPTIONS[way](songs, random)]
        loss = functional.cross_entropy(network(read_notes([*songs, *spoilt])), truth)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return network.eval()


@torch.no_grad()
def song_features(network: OrderNetwork, tables: Sequence[FloatArray]) -> FloatArray:
    """What the network makes of each song, (songs, 32); songs without notes are left out."""
    there = [table for table in tables if len(table)]
    found: list[FloatArray] = [np.zeros((0, _FEATURES))]
    for first in range(0, len(there), _READ_AT_ONCE):
        notes = read_notes(there[first : first + _READ_AT_ONCE])
        found.append(network.features(notes).double().numpy())
    return np.concatenate(found)


def read_notes(tables: Sequence[FloatArray]) -> Notes:
    """A batch of note tables, (n, 6) each, n above 0, in the order of time."""
    songs = [_by_time(table) for table in tables]
    whole = pad_sequence([torch.from_numpy(song[0]) for song in songs], batch_first=True)
    real = pad_sequence([torch.from_numpy(song[1]) for song in songs], batch_first=True)
    lengths = torch.tensor([len(table) for table in tables])
    return Notes(whole, real, torch.arange(whole.shape[1]) < lengths[:, None])


def _by_time(table: FloatArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The columns of `Notes.whole` and `Notes.real` of a song, (n, 4) and (n, 3)."""
    rows = np.nan_to_num(np.asarray(table, dtype=np.float64), posinf=_MAX_S, neginf=0.0)
    rows[:, :4] = np.clip(np.round(rows[:, :4]), 0, N_VALUES - 1)
    rows[:, 4:] = np.clip(rows[:, 4:], 0.0, _MAX_S)
    rows = rows[np.lexsort([rows[:, 0], rows[:, 2], rows[:, 4]])]
    pitch, track = rows[:, 0].astype(np.int64), rows[:, 2].astype(np.int64)
    melodic, between = _intervals(pitch, track)
    gap = np.diff(rows[:, 4], append=rows[-1:, 4])
    whole = np.stack([pitch, rows[:, 3].astype(np.int64), melodic, between], axis=1)
    real = np.stack([rows[:, 1] / (N_VALUES - 1), np.log1p(gap), np.log1p(rows[:, 5])], axis=1)
    return whole, real.astype(np.float32)


def _intervals(
    pitch: npt.NDArray[np.int64], track: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """From the track's last note, and from the last note of another track, of notes by time."""
    place = np.arange(len(pitch))
    by_track = np.lexsort([place, track])
    last = np.full(len(pitch), -1)
    follows = track[by_track[1:]] == track[by_track[:-1]]
    last[by_track[1:][follows]] = by_track[:-1][follows]
    # Where the run of notes of one track begins, the note before it is another track's.
    begins = np.flatnonzero(np.diff(track, prepend=-1))
    other = np.repeat(begins, np.diff(begins, append=len(pitch))) - 1
    melodic = np.clip(pitch - pitch[last], -_WIDEST, _WIDEST) + _WIDEST
    melodic = np.where(last >= 0, melodic, 2 * _WIDEST + 1)
    return melodic, np.where(other >= 0, (pitch - pitch[other]) % 12, 12)
