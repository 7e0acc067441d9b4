"""Whether the same notes are there: exact matches against a reference.

**Note F1** (0 to 1, higher is better). Notes are compared as (bar, position, pitch, instrument),
where position is the nearest of `steps_per_quarter` steps counted from the beginning of the bar;
velocity and duration are not compared. They are matched as multisets, so a note doubled in the
reference has to be doubled in the estimate. Precision is the share of the estimate's notes that are
matched, recall that of the reference's, F1 their harmonic mean. Both empty: all three are 1. One
empty: all three are 0.

*Traps:* an instrument is a program or the drums, so a part on another program does not match. The
grid is finer (24) than that of the other metrics, and a note is placed in its own bar and not in
the nearest step's, because both sides usually come from one grid already and near-misses are
misses.

Source: M. Malandro, "Composer's Assistant" (ISMIR 2023), which matches on (onset, pitch, track).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.metrics.table import DRUMS, IntArray
from segue.score import Score

__all__ = ["NoteMatch", "note_f1"]

MATCH_STEPS_PER_QUARTER: Final = 24


@dataclass(frozen=True, kw_only=True)
class NoteMatch:
    """How many notes of an estimate are those of its reference."""

    matched: int
    n_reference: int
    n_estimate: int

    @property
    def precision(self) -> float:
        """Share of the estimate's notes that are matched."""
        return self._share(self.n_estimate)

    @property
    def recall(self) -> float:
        """Share of the reference's notes that are matched."""
        return self._share(self.n_reference)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.n_reference + self.n_estimate
        return 2 * self.matched / total if total else 1.0

    def __add__(self, other: "NoteMatch") -> "NoteMatch":
        """The match of two pairs pooled: notes count alike, whichever pair they are of."""
        return NoteMatch(
            matched=self.matched + other.matched,
            n_reference=self.n_reference + other.n_reference,
            n_estimate=self.n_estimate + other.n_estimate,
        )

    def _share(self, of: int) -> float:
        if of:
            return self.matched / of
        return 1.0 if self.n_reference == self.n_estimate else 0.0


def note_f1(
    *, reference: Score, estimate: Score, steps_per_quarter: int = MATCH_STEPS_PER_QUARTER
) -> NoteMatch:
    """Match the notes of `estimate` with those of `reference`; see the module.

    Each score is read on its own bars and its own resolution.
    """
    wanted, n_wanted = np.unique(_places(reference, steps_per_quarter), axis=0, return_counts=True)
    found, n_found = np.unique(_places(estimate, steps_per_quarter), axis=0, return_counts=True)
    counts = {tuple(row): int(count) for row, count in zip(wanted.tolist(), n_wanted, strict=True)}
    matched = sum(
        min(counts.get(tuple(row), 0), int(count))
        for row, count in zip(found.tolist(), n_found, strict=True)
    )
    return NoteMatch(matched=matched, n_reference=reference.n_notes, n_estimate=estimate.n_notes)


def _places(score: Score, steps_per_quarter: int) -> IntArray:
    """(bar, position, pitch, instrument) of every note, (N, 4)."""
    grid = score.bar_grid()
    starts = np.asarray(grid.starts, np.int64)
    rows = [np.zeros((0, 4), np.int64)]
    for track in score.tracks:
        onset = np.asarray(track.notes.onset, np.int64)
        bar = np.searchsorted(starts, onset, side="right") - 1
        doubled = 2 * (onset - starts[bar]) * steps_per_quarter + score.ticks_per_quarter
        instrument = DRUMS if track.is_drum else track.program
        rows.append(
            np.stack(
                [
                    bar,
                    doubled // (2 * score.ticks_per_quarter),
                    track.notes.pitch.astype(np.int64),
                    np.full(len(onset), instrument),
                ],
                axis=1,
            )
        )
    return np.concatenate(rows)
