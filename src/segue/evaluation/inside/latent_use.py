"""Whether latents say what music they are of, when the model writes freely.

Four bars of real music are shown, the four after them are written: once from the means of their own
posteriors, once with no latent given. If z is in use, the first are nearer to the bars that were
there. Teacher-forced likelihood cannot show this: there, the true past tells most of it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.controls import N_CONTROLS
from segue.encoding.events import Field
from segue.encoding.sequence import Column
from segue.encoding.vocabulary import DRUMS, N_PARTS, IntArray
from segue.evaluation.music.excerpts import Songs, draw_excerpts
from segue.generation.latents import latents_of
from segue.generation.network import Float32Array, Network
from segue.generation.options import Options
from segue.generation.window import Region, Window, cut_window
from segue.generation.writer import Instructions, write_takes
from segue.metrics.matching import NoteMatch

BARS: Final = 4


@dataclass(frozen=True)
class Closeness:
    """How near written bars are to those that were there, pooled or averaged over bars."""

    note_f1: float
    """Exact (bar, position, pitch, part)."""
    onset_f1: float
    """Exact (bar, position, part)."""
    chroma_similarity: float
    """Cosine of the pitch-class histograms of a bar; drums left out."""
    part_f1: float
    """Which parts play in a bar."""
    density_error: float
    """Mean absolute difference of the number of notes in a bar, as a share of the true number."""


def measure_latent_use(
    network: Network, songs: Songs, *, split: str, count: int, context: int, seed: int = 3
) -> tuple[Closeness, Closeness]:
    """(from posterior means, with no latent) over `count` excerpts of a split."""
    excerpts = draw_excerpts(
        songs, split=split, count=count, seed=seed, n_bars=BARS, context_bars=BARS
    )
    pairs: tuple[list[tuple[IntArray, IntArray]], ...] = ([], [])
    for excerpt in excerpts:
        first = excerpt.first_bar
        window = cut_window(
            songs.score(excerpt.song),
            Region(first, first + BARS),
            events=context // 2,
            max_bars=network.max_bars,
        )
        z = latents_of(network, window)[None]
        for latents, found in zip((z, None), pairs, strict=True):
            found.append((window.hidden, _write(network, window, latents, context, excerpt.song)))
    return _closeness(pairs[0]), _closeness(pairs[1])


def _write(
    network: Network, window: Window, latents: Float32Array | None, context: int, seed: int
) -> IntArray:
    instructions = Instructions(
        allowed=np.ones(N_PARTS, bool),
        told_parts=False,
        controls=np.zeros((N_PARTS, N_CONTROLS), np.int64),
        latents=latents,
    )
    rows, _ = write_takes(
        network, window, instructions, Options(), seed=seed, takes=[1], context=context
    )[0]
    columns = (Column.BAR, Column.POSITION, Column.PART, Column.PITCH)
    return rows[:, [int(c) for c in columns]]


def _closeness(pairs: list[tuple[IntArray, IntArray]]) -> Closeness:
    notes, onsets, parts = (NoteMatch(matched=0, n_reference=0, n_estimate=0) for _ in range(3))
    chroma: list[float] = []
    density: list[float] = []
    for true, written in pairs:
        truth = true[:, [Field.BAR, Field.POSITION, Field.PART, Field.PITCH]]
        notes = notes + _match(truth, written)
        onsets = onsets + _match(truth[:, :3], written[:, :3])
        parts = parts + _match(truth[:, [0, 2]], written[:, [0, 2]])
        for bar in np.unique(truth[:, 0]):
            a, b = truth[truth[:, 0] == bar], written[written[:, 0] == bar]
            density.append(abs(len(a) - len(b)) / len(a))
            if (a[:, 2] != DRUMS).any():
                chroma.append(_cosine(_histogram(a), _histogram(b)))
    return Closeness(
        note_f1=notes.f1,
        onset_f1=onsets.f1,
        chroma_similarity=float(np.mean(chroma)) if chroma else 0.0,
        part_f1=parts.f1,
        density_error=float(np.mean(density)) if density else 0.0,
    )


def _match(true: IntArray, written: IntArray) -> NoteMatch:
    a, b = {tuple(row) for row in true.tolist()}, {tuple(row) for row in written.tolist()}
    return NoteMatch(matched=len(a & b), n_reference=len(a), n_estimate=len(b))


def _histogram(rows: IntArray) -> np.ndarray:
    melodic = rows[rows[:, 2] != DRUMS]
    return np.bincount(melodic[:, 3] % 12, minlength=12).astype(np.float64)


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / max(1e-9, np.linalg.norm(a) * np.linalg.norm(b)))
