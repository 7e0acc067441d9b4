"""How much of the music one passage explains by coming back: structureness indicators.

**Self-similarity.** The music is cut into frames of `FRAME_S` seconds, at most `MAX_FRAMES`: longer
music has longer frames. A frame's chroma is how long each pitch class sounds (drums left out), in
the frame and those around it within `SMOOTHED_S`, as a vector of length 1; the similarity of two
frames is the product of theirs. The fifth of the matrix that is most similar is scaled to 0..1,
all else becomes `PENALTY`, and the main diagonal is 1.

**Fitness** (0 to 1; Müller, Grosche and Jiang). A passage of M frames, out of N, is matched with
the whole by the *path family* of the highest score: paths that each run through the passage from
its first frame to its last, over stretches of the music that do not overlap, in steps (1, 1),
(1, 2) and (2, 1). With S the family's score, L its cells and C the frames that it covers, the
passage's own repetition of itself taken off, `p = (S - M) / L` and `c = (C - M) / N`, and the
fitness is their harmonic mean `2 p c / (p + c)`, or 0 where either is not above 0. A passage that
never comes back has 0; one of which the music is k exact copies has 1 - 1/k.

**Structureness indicator** (0 to 1). The highest fitness of all passages whose length in seconds is
in a band: 3 to 8 s (short), 8 to 15 s (middle), 15 s and more (long). *Direction:* nearer to real
music, which has more of it than models that wander, and less than a loop. Undefined (as a function,
0) for music shorter than twice the band's least: there nothing of that length can come back.

*Traps.* Excerpts of eight bars last about 16 s, so the long band is mostly undefined for them. The
figure rises and falls with the length of the music, so compare sets of one length. Only chroma
counts: the same chords under another melody are nearly a repetition, transposed ones are none.

*Source:* S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the Front Line", ISMIR 2020, which
takes it from audio; M. Müller, P. Grosche and N. Jiang, "A Segment-based Fitness Measure for
Capturing Repetitive Structures of Music Recordings", ISMIR 2011. Against theirs, the chroma is of
notes and not of sound, similarities are not enhanced along diagonals, and passages of more than
half of the music are left out.
"""

from typing import Final

import numpy as np

from segue.errors import InputError
from segue.metrics.table import FloatArray, IntArray, Music, NoteTable, as_table

__all__ = ["FRAME_S", "LONG", "MAX_FRAMES", "MIDDLE", "SHORT", "fitness", "structureness"]

FRAME_S: Final = 0.5
MAX_FRAMES: Final = 64
SMOOTHED_S: Final = 2.0
PENALTY: Final = -2.0
SHORT: Final = (3.0, 8.0)
MIDDLE: Final = (8.0, 15.0)
LONG: Final = (15.0, float("inf"))
"""Bands of lengths in seconds, the first included and the second not."""
_KEPT: Final = 0.2
_DECIMALS: Final = 9
"""Of similarities: so that the order of tracks and the key do not decide between equal ones."""
_PITCH_CLASSES: Final = 12


def structureness(music: Music, *, band: tuple[float, float]) -> float:
    """The highest fitness of passages of a band of lengths; see the module.

    Args:
        music: of any length.
        band: seconds, the first included and the second not.

    Raises:
        InputError: the band is empty, or does not begin above 0.
    """
    least, most = band
    if not 0 < least < most:
        raise InputError(f"a band of lengths is 0 < least < most seconds, got {least} and {most}")
    table = as_table(music)
    if table.seconds < 2 * least or not (~table.is_drum).any():
        return 0.0
    similarity, frame_s = _self_similarity(table)
    count = len(similarity)
    lengths = np.arange(1, count // 2 + 1)
    lengths = lengths[(lengths * frame_s >= least) & (lengths * frame_s < most)]
    starts = [np.arange(count - length + 1) for length in lengths]
    if not starts:
        return 0.0
    sizes = np.repeat(lengths, [len(each) for each in starts])
    return max(0.0, float(fitness(similarity, np.concatenate(starts), sizes).max()))


def fitness(similarity: FloatArray, start: IntArray, length: IntArray) -> FloatArray:
    """The fitness of each of K passages; see the module.

    All are matched at once, a frame of the music at a time. Beside the best score at each cell go
    how many cells its paths have, and how many frames they cover.

    Args:
        similarity: (N, N), with a main diagonal of 1.
        start: of the passages, in frames, (K,).
        length: in frames, at least 1, (K,).

    Returns:
        (K,).
    """
    count, widest = len(similarity), int(length.max())
    column = start[:, None] + np.arange(widest)  # (K, M)
    outside = np.arange(widest) >= length[:, None]
    column = np.where(outside, 0, column)
    last = length[:, None]
    # score, cells, frames; column 0 is between paths, column m in the passage's m-th frame
    now = np.zeros((3, len(start), widest + 1))
    now[0] = -np.inf
    now[0, :, 0] = 0.0
    now[:, :, 1] = _entered(now[:, :, 0], similarity[0, column[:, 0]])
    before = np.full_like(now, 0.0)
    before[0] = -np.inf
    for row in range(1, count):
        ended = np.take_along_axis(now, np.broadcast_to(last, (3, len(start), 1)), axis=2)[:, :, 0]
        here = np.empty_like(now)
        here[:, :, 0] = _better(now[:, :, 0], ended)
        cell = np.where(outside, -np.inf, similarity[row, column])
        here[:, :, 1] = _entered(here[:, :, 0], cell[:, 0])
        skipping = before[:, :, 1:-1] + np.array([0.0, 0.0, 1.0])[:, None, None]
        best = _better(now[:, :, 1:-1], skipping)
        best[:, :, 1:] = _better(best[:, :, 1:], now[:, :, 1:-2])
        here[:, :, 2:] = best + 1.0
        here[0, :, 2:] += cell[:, 1:] - 1.0
        before, now = now, here
    ended = np.take_along_axis(now, np.broadcast_to(last, (3, len(start), 1)), axis=2)[:, :, 0]
    score, cells, frames = _better(now[:, :, 0], ended)
    precise = (score - length) / np.maximum(cells, 1.0)
    covered = (frames - length) / count
    total = precise + covered
    worth = (precise > 0) & (covered > 0)
    return np.where(worth, 2 * precise * covered / np.where(worth, total, 1.0), 0.0)


def _entered(state: FloatArray, cell: FloatArray) -> FloatArray:
    """A path that begins: (3, K) before it, (K,) its first cell."""
    found: FloatArray = state + np.stack([cell, np.ones_like(cell), np.ones_like(cell)])
    return found


def _better(one: FloatArray, other: FloatArray) -> FloatArray:
    """Of two states, score first on axis 0, that of the higher score; the first of equals."""
    return np.where(one[0] >= other[0], one, other)


def _self_similarity(table: NoteTable) -> tuple[FloatArray, float]:
    """The matrix of N frames, thresholded, and the length of a frame in seconds."""
    count = min(MAX_FRAMES, max(1, round(table.seconds / FRAME_S)))
    frame_s = table.seconds / count
    chroma = _smoothed(
        _chroma(table.pitched(), count, frame_s), max(1, round(SMOOTHED_S / frame_s))
    )
    norm = np.linalg.norm(chroma, axis=1, keepdims=True)
    unit = np.divide(chroma, norm, out=np.zeros_like(chroma), where=norm > 0)
    similarity = np.round(unit @ unit.T, _DECIMALS)
    np.fill_diagonal(similarity, 1.0)
    least = np.quantile(similarity, 1 - _KEPT, method="higher")
    if least < 1.0:
        scaled = (similarity - least) / (1.0 - least)
    else:
        scaled = np.where(similarity >= 1.0, 1.0, -1.0)
    return np.where(scaled >= 0.0, scaled, PENALTY), frame_s


def _chroma(table: NoteTable, count: int, frame_s: float) -> FloatArray:
    """Seconds that each pitch class sounds in each frame, (count, 12)."""
    edges = np.arange(count + 1) * frame_s
    # Sounding time up to each edge, so that differences are of the frames: exact for any length.
    sounding = np.clip(edges[:, None] - table.onset_s, 0.0, table.offset_s - table.onset_s)
    by_class = np.zeros((len(table), _PITCH_CLASSES))
    by_class[np.arange(len(table)), table.pitch % _PITCH_CLASSES] = 1.0
    chroma: FloatArray = np.diff(sounding @ by_class, axis=0)
    return chroma


def _smoothed(chroma: FloatArray, frames: int) -> FloatArray:
    """The sum over `frames` frames around each, fewer at both ends."""
    total = np.concatenate([np.zeros((1, chroma.shape[1])), np.cumsum(chroma, axis=0)])
    at = np.arange(len(chroma))
    first = np.maximum(at - (frames - 1) // 2, 0)
    last = np.minimum(at + frames // 2 + 1, len(chroma))
    smoothed: FloatArray = total[last] - total[first]
    return smoothed
