"""How much of what was there comes back in bars that were written in its place.

**Content preservation** (CP, 0 to 1, higher is nearer). Time is cut into frames of a sixteenth. The
chroma of a frame counts the pitched notes that sound in it by pitch class and has length 1. It is
averaged over half a 4/4 bar around (`SMOOTHED` frames). CP is the mean over frames of the cosine
between the two sides; a frame that is silent on one side is 0. Frames that are silent on both are
left out (published code counts them as 0, so that even the original does not reach 1). None if
neither side has pitched notes.

*Traps:* it compares harmony and not melody, so any passage in the same chords is near, and it says
nothing of drums. A copy of the bars before is hard to beat where the harmony stays.

Sources: W.-T. Lu and L. Su, "Transferring the style of homophonic music using recurrent neural
networks and autoregressive models" (ISMIR 2018), as used for infilling by MIDI-RWKV (2025).
"""

from typing import Final

import numpy as np

from segue.metrics.table import FloatArray, Music, as_table

__all__ = ["content_preservation"]

FRAMES_PER_QUARTER: Final = 4
SMOOTHED: Final = 8


def content_preservation(*, reference: Music, estimate: Music) -> float | None:
    """CP of the same bars; see the module."""
    ours, theirs = _chroma(reference), _chroma(estimate)
    frames = max(len(ours), len(theirs))
    ours, theirs = (np.pad(each, ((0, frames - len(each)), (0, 0))) for each in (ours, theirs))
    either = ours.any(axis=1) | theirs.any(axis=1)
    if not either.any():
        return None
    norms = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    cosines = (ours * theirs).sum(axis=1)[either] / np.maximum(norms[either], 1e-12)
    return float(cosines.mean())


def _chroma(music: Music) -> FloatArray:
    """The smoothed chroma of every frame, (frames, 12)."""
    table = as_table(music)
    notes = table.pitched()
    frame = table.ticks_per_quarter / FRAMES_PER_QUARTER
    count = int(np.ceil(table.bar_starts[-1] / frame))
    chroma = np.zeros((count, 12))
    first = np.floor(notes.onset / frame).astype(np.int64)
    last = np.maximum(first + 1, np.ceil(notes.offset / frame).astype(np.int64))
    for pitch, begin, end in zip(notes.pitch % 12, first, last, strict=True):
        chroma[begin:end, pitch] += 1
    norm = np.linalg.norm(chroma, axis=1, keepdims=True)
    chroma = np.divide(chroma, norm, out=np.zeros_like(chroma), where=norm > 0)
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0)])
    begin = np.maximum(0, np.arange(count) - SMOOTHED // 2)
    end = np.minimum(count, np.arange(count) + SMOOTHED // 2)
    return np.asarray(total[end] - total[begin])
