"""Continuations beside what really came next, and beside their prompts: means over a set.

The measures are `metrics.paired` and `metrics.matching`. Those beside the prompt have no best
value: each comes with the same measure of what really came next on the same prompts. Where a
measure is undefined for an excerpt (nothing pitched, say), the excerpt is left out of it. Intervals
resample prompts, takes of one prompt together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from segue.evaluation.distances.bootstrap import Estimate, mean_interval
from segue.metrics import (
    NoteTable,
    as_table,
    bars_in_common,
    chroma_similarity,
    entropy_difference,
    groove_agreement,
    note_f1,
    rhythmic_distance,
    seam_chroma_similarity,
    tonal_distance,
)
from segue.score import Score

__all__ = ["BESIDE_PROMPT", "BESIDE_REAL", "PairedMeasure", "Triple", "paired_measures"]


@dataclass(frozen=True, eq=False)
class Triple:
    """A prompt, what really came next, and what was written, all through `comparable`."""

    prompt: Score
    real: Score
    written: Score
    number: int
    """Of the prompt."""


@dataclass(frozen=True, kw_only=True)
class PairedMeasure:
    """The mean of a measure over a set."""

    written: Estimate | None
    """None where it is undefined for every excerpt."""
    real: Estimate | None
    """Of what really came next; None too for measures that compare with it."""
    n_defined: int


def _f1(reference: Score, estimate: Score) -> float | None:
    return note_f1(reference=reference, estimate=estimate).f1


_OfTables = Callable[[NoteTable, NoteTable], float | None]

BESIDE_REAL: Final[Mapping[str, tuple[str, _OfTables]]] = MappingProxyType(
    {
        "entropy_difference": (
            "pitch-class entropy difference, bits",
            lambda a, b: entropy_difference(reference=a, estimate=b),
        ),
        "groove_agreement": (
            "groove agreement",
            lambda a, b: groove_agreement(reference=a, estimate=b),
        ),
        "chroma_similarity": (
            "chroma similarity",
            lambda a, b: chroma_similarity(reference=a, estimate=b),
        ),
    }
)
"""Titles and functions of (real, written)."""
BESIDE_PROMPT: Final[Mapping[str, tuple[str, _OfTables]]] = MappingProxyType(
    {
        "seam_chroma_similarity": (
            "chroma similarity at the seam",
            lambda a, b: seam_chroma_similarity(prompt=a, continuation=b),
        ),
        "tonal_distance": (
            "tonal distance from the prompt",
            lambda a, b: tonal_distance(prompt=a, continuation=b),
        ),
        "rhythmic_distance": (
            "rhythmic distance from the prompt",
            lambda a, b: rhythmic_distance(prompt=a, continuation=b),
        ),
        "prompt_in_common": (
            "in common with the bars as long before",
            lambda a, b: bars_in_common(a, b),
        ),
    }
)
"""Titles and functions of (prompt, what follows)."""


def paired_measures(
    triples: Sequence[Triple], *, n_bars: int, seed: int
) -> dict[str, PairedMeasure]:
    """Every paired measure of a set by name; `note_f1` first."""
    tables = [
        [as_table(score, n_bars=n_bars) for score in (each.prompt, each.real, each.written)]
        for each in triples
    ]
    numbers = [each.number for each in triples]
    f1 = [_f1(each.real, each.written) for each in triples]
    found = {"note_f1": _measure(f1, None, numbers, seed)}
    for name, (_, measure) in BESIDE_REAL.items():
        values = [measure(real, written) for _, real, written in tables]
        found[name] = _measure(values, None, numbers, seed)
    for name, (_, measure) in BESIDE_PROMPT.items():
        values = [measure(prompt, written) for prompt, _, written in tables]
        real = [measure(prompt, real) for prompt, real, _ in tables]
        found[name] = _measure(values, real, numbers, seed)
    return found


def _measure(
    written: Sequence[float | None],
    real: Sequence[float | None] | None,
    numbers: Sequence[int],
    seed: int,
) -> PairedMeasure:
    return PairedMeasure(
        written=_interval(written, numbers, seed),
        real=None if real is None else _interval(real, numbers, seed),
        n_defined=sum(value is not None for value in written),
    )


def _interval(values: Sequence[float | None], numbers: Sequence[int], seed: int) -> Estimate | None:
    """The mean over prompts of the means of their takes."""
    of_prompt: dict[int, list[float]] = {}
    for number, value in zip(numbers, values, strict=True):
        if value is not None:
            of_prompt.setdefault(number, []).append(value)
    if not of_prompt:
        return None
    return mean_interval(np.array([np.mean(each) for each in of_prompt.values()]), seed=seed)
