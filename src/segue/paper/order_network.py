"""A distance that sees order: Frechet over what a network makes of whole songs.

The network reads a song's notes as they sound and predicts the next one: a GRU (64 wide) over
embeddings of pitch and program, velocity, the time to the next onset and the duration, with heads
for the next pitch, program, gap and duration. It is trained on the real training songs alone, and
never on corrupted or generated ones. A song's features are the mean of the hidden states and the
mean surprise (nats) of each of the four predictions, 68 numbers; between sets of songs the distance
is that of `segue.evaluation.frechet.feature_frechet`, standardised by the real set and shrunk.

So notes shuffled in time, tracks transposed against each other and tracks left out change what it
expects and how far it is wrong, while the distance over raw columns cannot see the first at all.

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
from torch.nn.utils.rnn import pad_sequence

from segue.encoding.paper import N_VALUES
from segue.evaluation.types import FloatArray

__all__ = ["NextNote", "Notes", "read_notes", "song_features", "train_next_note"]

_PITCH: Final = 16
_PROGRAM: Final = 8
_HIDDEN: Final = 64
_TARGETS: Final = 4
_BATCH: Final = 32
_RATE: Final = 3e-3
_MAX_S: Final = 1e4


@dataclass(frozen=True)
class Notes:
    """A batch of songs by time, padded: B songs of at most N notes."""

    pitch: Tensor
    """(B, N), whole."""
    program: Tensor
    """(B, N), whole."""
    real: Tensor
    """Velocity over 127, log(1 + gap to the next note), log(1 + duration), (B, N, 3); seconds. The
    last note's gap is 0."""
    present: Tensor
    """Which are no padding, (B, N)."""


class NextNote(nn.Module):
    """Predicts each note from those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.pitch = nn.Embedding(N_VALUES, _PITCH)
        self.program = nn.Embedding(N_VALUES, _PROGRAM)
        self.network = nn.GRU(_PITCH + _PROGRAM + 3, _HIDDEN, batch_first=True)
        self.next_pitch = nn.Linear(_HIDDEN, N_VALUES)
        self.next_program = nn.Linear(_HIDDEN, N_VALUES)
        self.next_times = nn.Linear(_HIDDEN, 2)

    def forward(self, notes: Notes) -> tuple[Tensor, Tensor]:
        """Hidden states, (B, N, 64), and the surprise of each note after the first, (B, N-1, 4): of
        pitch and program in nats, of gap and duration half the squared error of the logarithm.
        """
        read = torch.cat([self.pitch(notes.pitch), self.program(notes.program), notes.real], -1)
        states, _ = self.network(read)
        before, rest = states[:, :-1], slice(1, None)
        surprise = [
            _cross_entropy(self.next_pitch(before), notes.pitch[:, rest]),
            _cross_entropy(self.next_program(before), notes.program[:, rest]),
            *(0.5 * (self.next_times(before) - notes.real[:, rest, 1:]).square()).unbind(-1),
        ]
        return states, torch.stack(surprise, dim=-1)


def train_next_note(tables: Sequence[FloatArray], *, steps: int, seed: int) -> NextNote:
    """A network trained on real songs, on the CPU, with Adam.

    Args:
        tables: note tables of at least two notes.
        steps: of 32 songs each.
        seed: the same seed gives the same network on the same machine.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = NextNote()
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE)
    for _ in range(steps):
        chosen = torch.randint(len(tables), (_BATCH,), generator=generator).tolist()
        notes = read_notes([tables[index] for index in chosen])
        _, surprise = network(notes)
        loss = surprise[notes.present[:, 1:]].sum(dim=-1).mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return network.eval()


@torch.no_grad()
def song_features(network: NextNote, tables: Sequence[FloatArray]) -> FloatArray:
    """What the network makes of each song, (songs, 68); songs of fewer than two notes are left
    out, since nothing follows in them.
    """
    long = [table for table in tables if len(table) >= 2]
    found = [np.zeros((0, _HIDDEN + _TARGETS))]
    for first in range(0, len(long), _BATCH):
        notes = read_notes(long[first : first + _BATCH])
        states, surprise = network(notes)
        means = [_mean(states, notes.present), _mean(surprise, notes.present[:, 1:])]
        found.append(torch.cat(means, dim=-1).double().numpy())
    return np.concatenate(found)


def read_notes(tables: Sequence[FloatArray]) -> Notes:
    """A batch of note tables, (n, 6) each, in the order of time."""
    songs = [torch.from_numpy(_by_time(table)) for table in tables]
    padded = pad_sequence(songs, batch_first=True)
    lengths = torch.tensor([len(song) for song in songs])
    return Notes(
        pitch=padded[..., 0].long(),
        program=padded[..., 1].long(),
        real=padded[..., 2:],
        present=torch.arange(padded.shape[1]) < lengths[:, None],
    )


def _by_time(table: FloatArray) -> npt.NDArray[np.float32]:
    """Pitch, program, velocity / 127, log1p of gap and of duration of each note, (n, 5)."""
    rows = np.nan_to_num(np.asarray(table, dtype=np.float64), posinf=_MAX_S, neginf=0.0)
    rows[:, :4] = np.clip(np.round(rows[:, :4]), 0, N_VALUES - 1)
    rows[:, 4:] = np.clip(rows[:, 4:], 0.0, _MAX_S)
    rows = rows[np.lexsort([rows[:, 0], rows[:, 3], rows[:, 4]])]
    gap = np.diff(rows[:, 4], append=rows[-1:, 4])
    columns = [rows[:, 0], rows[:, 3], rows[:, 1] / (N_VALUES - 1)]
    columns += [np.log1p(gap), np.log1p(rows[:, 5])]
    return np.stack(columns, axis=1).astype(np.float32)


def _cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return functional.cross_entropy(logits.transpose(1, 2), target, reduction="none")


def _mean(values: Tensor, present: Tensor) -> Tensor:
    """The mean over the notes that are there, (B, N, F) to (B, F)."""
    weight = present[..., None].float()
    return (values * weight).sum(dim=1) / weight.sum(dim=1)
