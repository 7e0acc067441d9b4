"""How the excerpt encoder is trained: to tell damaged music from real, and songs from each other.

Two excerpts of eight bars of each song of a train split. Two losses, added:

- *What was done to it?* Each excerpt is there as it is and damaged in each way of `LEARNED`; a
  linear layer on the embedding names the way. The other ways of `damage.DAMAGES` are never seen:
  what the encoder makes of those says how far its hearing carries.
- *Whose is it?* InfoNCE: among all undamaged excerpts of a step, the other one of the same song has
  the nearest embedding (cosine, temperature `TEMPERATURE`). Without it the embedding would hold
  nothing but damage, and two sets of flawless music of other styles would look alike.

All pitches of an excerpt are transposed by a draw of up to six semitones, so that no key is home.
Generated music is never trained on, so no model has an advantage. AdamW, its rate rising over the
first steps and falling by a cosine; a function of the seed on the same machine.

Source of InfoNCE: A. van den Oord et al., "Representation learning with contrastive predictive
coding" (2018).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from segue.encoding.vocabulary import DRUM_PITCH_OFFSET
from segue.evaluation.encoder.excerpt_encoder import EMBEDDED, ExcerptEncoder, Reading, read_excerpt
from segue.evaluation.music.damage import damaged
from segue.evaluation.music.excerpts import Songs, active_windows, comparable
from segue.metrics import EXCERPT_BARS
from segue.metrics.table import DRUMS
from segue.score import slice_bars

__all__ = ["LEARNED", "EncoderTraining", "song_readings", "train_encoder"]

LEARNED: Final = (
    "shuffled in time",
    "bars shuffled",
    "tracks out of step",
    "tracks transposed apart",
    "a third of the tracks dropped",
)
"""The damages that the encoder is trained on; it never meets the others."""
TEMPERATURE: Final = 0.2
_MOST_SEMITONES: Final = 6
_WARM_UP: Final = 30
_WEIGHT_DECAY: Final = 0.01

SongReadings = tuple[tuple[Reading, ...], tuple[Reading, ...]]
"""Of two excerpts of a song each: as it is, then damaged in each way of `LEARNED`."""


@dataclass(frozen=True, kw_only=True)
class EncoderTraining:
    """How long and how fast."""

    steps: int = 500
    songs: int = 8
    """A step; each gives 2 excerpts, and each of those 1 + `LEARNED` readings."""
    rate: float = 2e-3
    seed: int = 1


def song_readings(songs: Songs, *, split: str, count: int, seed: int) -> Iterator[SongReadings]:
    """Readings of `count` songs of a split that have two active excerpts apart, in random order."""
    generator = np.random.default_rng(seed)
    found = 0
    for song in generator.permutation(songs.split(split)):
        if found == count:
            return
        score = songs.score(int(song))
        starts = active_windows(score, n_bars=EXCERPT_BARS)
        if not len(starts) or starts[-1] - starts[0] < EXCERPT_BARS:
            continue
        first = int(generator.choice(starts[starts <= starts[-1] - EXCERPT_BARS]))
        second = int(generator.choice(starts[starts >= first + EXCERPT_BARS]))
        pair = []
        for begin in (first, second):
            excerpt = comparable(slice_bars(score, begin, begin + EXCERPT_BARS))
            seeds = generator.integers(2**31, size=len(LEARNED))
            spoilt = [
                damaged(excerpt, name, seed=int(s)) for name, s in zip(LEARNED, seeds, strict=True)
            ]
            pair.append(tuple(read_excerpt(each) for each in (excerpt, *spoilt)))
        found += 1
        yield pair[0], pair[1]


def train_encoder(
    songs: list[SongReadings],
    options: EncoderTraining,
    on_step: Callable[[int, float, float], None] = lambda *_: None,
) -> ExcerptEncoder:
    """An encoder trained on readings of songs, on the CPU.

    `on_step` gets the step and both losses, in nats.
    """
    generator = np.random.default_rng(options.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        encoder = ExcerptEncoder()
        verdict = nn.Linear(EMBEDDED, 1 + len(LEARNED))
    weights = [*encoder.parameters(), *verdict.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=options.rate, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _rate(s, options.steps))
    for step in range(options.steps):
        chosen = generator.choice(len(songs), size=options.songs, replace=False)
        readings = [
            _transposed(each, shift)
            for index in chosen
            for excerpt in songs[int(index)]
            for shift in (int(generator.integers(-_MOST_SEMITONES, _MOST_SEMITONES + 1)),)
            for each in excerpt
        ]
        embedded = encoder(readings)
        kind = torch.arange(1 + len(LEARNED)).repeat(2 * options.songs)
        damage_loss = functional.cross_entropy(verdict(embedded), kind)
        whole = embedded.view(options.songs, 2, 1 + len(LEARNED), EMBEDDED)[:, :, 0]
        song_loss = _info_nce(whole)
        optimiser.zero_grad()
        torch.autograd.backward(damage_loss + 0.5 * song_loss)
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        on_step(step, float(damage_loss.detach()), float(song_loss.detach()))
    return encoder.eval()


def _rate(step: int, steps: int) -> float:
    rising = min(1.0, (step + 1) / _WARM_UP)
    return rising * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * step / steps))))


def _info_nce(pairs: Tensor) -> Tensor:
    """The loss over the embeddings of two excerpts of each song, (songs, 2, D)."""
    rows = functional.normalize(pairs.flatten(0, 1), dim=-1)
    alike = rows @ rows.T / TEMPERATURE
    alike = alike.masked_fill(torch.eye(len(rows), dtype=torch.bool), -1e4)
    partner = torch.arange(len(rows)) ^ 1
    return functional.cross_entropy(alike, partner)


def _transposed(reading: Reading, semitones: int) -> Reading:
    notes = reading.notes.copy()
    pitched = notes[:, 2] != DRUMS
    notes[pitched, 3] = np.clip(notes[pitched, 3] + semitones, 0, DRUM_PITCH_OFFSET - 1)
    told = reading.told.copy()
    told[:, :12] = np.roll(told[:, :12], semitones, axis=1)
    return Reading(notes, reading.places, told)
