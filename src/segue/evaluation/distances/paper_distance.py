"""The distance by which the paper judged its models: Frechet over the raw columns of notes.

Each note of a set is a row (pitch, velocity, instrument, program, onset s, duration s); all notes
of all excerpts are pooled, and the Frechet distance is taken between the two clouds of rows, with
no features, no standardisation and no shrinkage. Lower is nearer.

- *instrument* is the number of the note's track among those of the excerpt that have notes, from 0,
  as note_seq counts them; *program* is the track's MIDI program, for drums the kit's.
- *onset* and *duration* are in seconds from the excerpt's beginning, by its own tempo map.

*Traps.* The distance cannot see order, harmony, or which notes sound together: shuffling all notes
among all places leaves it as it is. Its units are those of the columns, so programs (0 to 127)
decide it and durations hardly count. The paper takes the first 300 notes of songs, where onsets
reach minutes; excerpts of eight bars are short, so its figures (about 2,450 at best, by its Figure
7) are of another scale. One version of its published code also takes both covariances from the real
notes, so that its figure sees only the means. It is here because the paper reports it.

Source: S. Rathinam, "Multi instrument music generation using VAEs", section 3.5;
github.com/saravanr/music-controllable-diffusion.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segue.encoding.paper import COLUMNS, note_table
from segue.errors import InputError
from segue.evaluation.distances.bootstrap import N_RESAMPLES, Estimate, distance_interval
from segue.evaluation.distances.frechet import Gaussian, frechet_distance
from segue.evaluation.types import FloatArray, IntArray
from segue.score import Score

__all__ = ["paper_distance"]


def paper_distance(
    real: Sequence[Score],
    generated: Sequence[Score],
    *,
    seed: int,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> Estimate:
    """The paper's distance between two sets of excerpts; see the module.

    Raises:
        InputError: fewer than two notes in a set.
    """
    ours, theirs = _Sums.of(real), _Sums.of(generated)
    return distance_interval(
        lambda a, b: frechet_distance(ours.gaussian(a), theirs.gaussian(b)),
        n_real=len(real),
        n_generated=len(generated),
        seed=seed,
        groups=groups,
        n_resamples=n_resamples,
    )


@dataclass(frozen=True, eq=False)
class _Sums:
    """Moments of each excerpt's notes, so that excerpts can be resampled without their notes."""

    count: FloatArray
    """(excerpts,)."""
    total: FloatArray
    """(excerpts, 6), from `centre`."""
    products: FloatArray
    """(excerpts, 6, 6), from `centre`."""
    centre: FloatArray
    """(6,), near the mean, so that little is lost to rounding."""

    @classmethod
    def of(cls, scores: Sequence[Score]) -> "_Sums":
        rows = [note_table(score) for score in scores]
        notes = np.concatenate(rows) if rows else np.zeros((0, len(COLUMNS)))
        if len(notes) < 2:
            raise InputError(f"the paper's distance needs at least 2 notes, got {len(notes)}")
        centre = notes.mean(axis=0)
        moved = [each - centre for each in rows]
        return cls(
            np.array([float(len(each)) for each in moved]),
            np.array([each.sum(axis=0) for each in moved]),
            np.array([each.T @ each for each in moved]),
            centre,
        )

    def gaussian(self, chosen: IntArray) -> Gaussian:
        count = max(2.0, float(self.count[chosen].sum()))
        mean = self.total[chosen].sum(axis=0) / count
        products = self.products[chosen].sum(axis=0)
        covariance = (products - count * np.outer(mean, mean)) / (count - 1)
        return Gaussian(mean=self.centre + mean, covariance=covariance)
