"""A continuation or an infilled passage beside what was really there, and beside its prompt.

Beside what was there (`reference`, the same bars):

- **Note F1** is in `matching`.
- **Entropy difference** (PCHE, bits, lower is nearer): |H(estimate) - H(reference)|, H the entropy
  of pitch classes (`tonality`). Composer's Assistant's; drums are left out as there.
- **Groove agreement** (0 to 1, higher is nearer): 1 minus the exclusive-or distance between the
  onset vectors of the same bar in both, divided by its steps, averaged over bars.
- **Chroma similarity** (0 to 1, higher is nearer): the cosine of the pitch-class counts of the same
  bar in both, averaged over bars with pitched notes in either; 0 for a bar that one has empty.
- **Contour agreement** (-1 to 1, higher is nearer): of an instrument, the contour is the mean pitch
  of the notes that begin in each quarter of a bar. It is the correlation of both contours over the
  quarters in which both begin notes, `CONTOUR_QUARTERS` at least, averaged over pitched instruments
  by how many such quarters each has. Where only the reference moves it is 0; where the reference
  stays on one pitch, there is none.

Beside the prompt, where no value is right and the *distance of real music from its own past* is
what to compare with:

- **Chroma at the seam** (0 to 1): the cosine of the pitch-class counts of the prompt's last bar
  with pitched notes and the first such bar of what follows.
- **Leap at the seam** (semitones): between the mean pitch of what begins last before the seam and
  of what begins first after it. Meant for one track.
- **Tonal distance** (0 to about 3): Euclidean distance between the tonal centroids of the prompt
  and of what follows. The centroid maps the shares of the pitch classes onto the circles of fifths,
  of minor and of major thirds, with radii 1, 1 and 0.5, (6,).
- **Rhythmic distance** (0 to 1): half the sum of absolute differences between the shares of notes
  on each step of the bar, so 0 for the same distribution and 1 where no step is common.

Where one side has no notes of the kind, a measure is undefined and None. *Traps:* PCHE is small for
any two passages of ordinary music; groove agreement is high for any two sparse bars; a literal
repetition of the prompt has the best possible seam. Contour agreement does not see in which octave
or key a line is, and a few quarters agree by chance.

Sources: M. Malandro, "Composer's Assistant" (ISMIR 2023); C. Harte et al., "Detecting harmonic
change in musical audio" (2006) for the tonal centroid, used by MuseGAN; S.-L. Wu and Y.-H. Yang,
"MuseMorphose" (2021) for chroma and groove of bars.
"""

from typing import Final

import numpy as np

from segue.metrics.rhythm import onset_vectors
from segue.metrics.table import STEPS_PER_QUARTER, FloatArray, Music, NoteTable, as_table
from segue.metrics.tonality import pitch_class_counts, pitch_class_entropy

__all__ = [
    "chroma_similarity",
    "contour_agreement",
    "entropy_difference",
    "groove_agreement",
    "rhythmic_distance",
    "seam_chroma_similarity",
    "seam_leap",
    "tonal_distance",
]

CONTOUR_QUARTERS: Final = 6
_CIRCLES: Final = ((7, 1.0), (3, 1.0), (4, 0.5))
"""Semitones of a step on each circle, in twelfths of a turn, and its radius."""


def entropy_difference(*, reference: Music, estimate: Music) -> float | None:
    """PCHE difference in bits; None if either has no pitched note."""
    tables = [as_table(music).pitched() for music in (reference, estimate)]
    if not all(len(table) for table in tables):
        return None
    return abs(pitch_class_entropy(tables[0]) - pitch_class_entropy(tables[1]))


def groove_agreement(*, reference: Music, estimate: Music) -> float | None:
    """Share of steps on which both begin a note or neither does; None without common bars."""
    ours, theirs = as_table(reference), as_table(estimate)
    bars = min(ours.n_bars, theirs.n_bars)
    if not bars:
        return None
    steps = np.maximum(ours.bar_steps[:bars], theirs.bar_steps[:bars])
    width = int(steps.max())
    vectors = [_padded(onset_vectors(table)[:bars], width) for table in (ours, theirs)]
    differing = (vectors[0] != vectors[1]).sum(axis=1)
    return float(1 - (differing / steps).mean())


def chroma_similarity(*, reference: Music, estimate: Music) -> float | None:
    """Mean cosine of the pitch classes of the same bars; None if neither has pitched notes."""
    ours, theirs = _bar_chroma(as_table(reference)), _bar_chroma(as_table(estimate))
    bars = min(len(ours), len(theirs))
    either = ours[:bars].any(axis=1) | theirs[:bars].any(axis=1)
    if not either.any():
        return None
    pairs = zip(ours[:bars][either], theirs[:bars][either], strict=True)
    return float(np.mean([_cosine(a, b) for a, b in pairs]))


def contour_agreement(*, reference: Music, estimate: Music) -> float | None:
    """Correlation of the mean pitches of quarters; None if no instrument has enough in both."""
    ours, theirs = as_table(reference).pitched(), as_table(estimate).pitched()
    found, weights = [], []
    for instrument in np.intersect1d(ours.instrument, theirs.instrument):
        contours = [_contour(each.select(each.instrument == instrument)) for each in (ours, theirs)]
        quarters = sorted(contours[0].keys() & contours[1].keys())
        lines = np.array([[contour[quarter] for quarter in quarters] for contour in contours])
        moves = np.ptp(lines, axis=1) > 0 if quarters else np.zeros(2, bool)
        if len(quarters) >= CONTOUR_QUARTERS and moves[0]:
            found.append(np.corrcoef(lines)[0, 1] if moves[1] else 0.0)
            weights.append(len(quarters))
    return float(np.average(found, weights=weights)) if found else None


def seam_chroma_similarity(*, prompt: Music, continuation: Music) -> float | None:
    """Cosine of the pitch classes on both sides of the seam; None if one side has none."""
    before, after = _bar_chroma(as_table(prompt)), _bar_chroma(as_table(continuation))
    before, after = before[before.any(axis=1)], after[after.any(axis=1)]
    if not len(before) or not len(after):
        return None
    return _cosine(before[-1], after[0])


def seam_leap(*, before: Music, after: Music) -> float | None:
    """Semitones over the seam; None if one side has no pitched note."""
    tables = [as_table(music).pitched() for music in (before, after)]
    if not all(len(table) for table in tables):
        return None
    last, first = tables[0].onset.max(), tables[1].onset.min()
    ends = [tables[0].pitch[tables[0].onset == last], tables[1].pitch[tables[1].onset == first]]
    return float(abs(ends[0].mean() - ends[1].mean()))


def tonal_distance(*, prompt: Music, continuation: Music) -> float | None:
    """Distance of the tonal centroids; None if one side has no pitched note."""
    counts = [pitch_class_counts(music).astype(float) for music in (prompt, continuation)]
    if not all(each.any() for each in counts):
        return None
    before, after = (_centroid(each / each.sum()) for each in counts)
    return float(np.linalg.norm(before - after))


def rhythmic_distance(*, prompt: Music, continuation: Music) -> float | None:
    """Distance of the distributions of steps in the bar; None if one side has no note."""
    tables = [as_table(music) for music in (prompt, continuation)]
    if not all(len(table) for table in tables):
        return None
    width = 1 + max(int(table.step.max()) for table in tables)
    before, after = (np.bincount(t.step, minlength=width) / len(t) for t in tables)
    return float(np.abs(before - after).sum() / 2)


def _bar_chroma(table: NoteTable) -> FloatArray:
    """Pitched notes of each pitch class in each bar, (n_bars, 12)."""
    notes = table.pitched()
    chroma = np.zeros((table.n_bars, 12))
    np.add.at(chroma, (notes.bar, notes.pitch % 12), 1.0)
    return chroma


def _contour(table: NoteTable) -> dict[tuple[int, int], float]:
    """The mean pitch of the notes that begin in each quarter, by its bar and place in the bar."""
    places = np.stack([table.bar, table.step // STEPS_PER_QUARTER], axis=1)
    quarters, which, counts = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    means = np.bincount(which.ravel(), weights=table.pitch) / counts
    return dict(zip(map(tuple, quarters.tolist()), means.tolist(), strict=True))


def _cosine(a: FloatArray, b: FloatArray) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm else 0.0


def _centroid(shares: FloatArray) -> FloatArray:
    """The tonal centroid of the shares of the pitch classes, (6,)."""
    angles = [2 * np.pi * np.arange(12) * step / 12 for step, _ in _CIRCLES]
    return np.concatenate(
        [
            radius * np.array([shares @ np.sin(angle), shares @ np.cos(angle)])
            for angle, (_, radius) in zip(angles, _CIRCLES, strict=True)
        ]
    )


def _padded(vectors: np.ndarray, width: int) -> np.ndarray:
    return np.pad(vectors, ((0, 0), (0, max(0, width - vectors.shape[1]))))[:, :width]
