"""What each figure sees: damage done to real excerpts, and the figure that comes of it.

Real excerpts are damaged in each way of `damage.DAMAGES` and compared with other real ones. Beside
stands the same comparison of `DRAWS` undamaged halves, each drawn anew from the same excerpts.
A figure *sees* a damage if it comes out worse than all undamaged draws by more than the range of
these. So the table says what an improvement of a figure can mean, and what it cannot.

The encoder was trained to tell some of the damages from music (`encoder.training.LEARNED`), others
it never met; the table marks them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.evaluation.comparison.headlines import HEADLINES, Headline, headline_figures
from segue.evaluation.comparison.measured import MeasuredSet, measure_set
from segue.evaluation.comparison.set_report import compare_measured
from segue.evaluation.distances.two_sample import N_TREES
from segue.evaluation.encoder.training import LEARNED
from segue.evaluation.music.damage import DAMAGES, damaged

__all__ = ["Sensitivity", "measure_sensitivity"]

DRAWS: Final = 4
_FEW: Final = 2
"""Resamples: the table shows values alone."""


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """The table; figures by the names of `HEADLINES`."""

    n: int
    """Excerpts in each set."""
    undamaged: list[dict[str, float | None]]
    damaged: dict[str, dict[str, float | None]]
    sees: dict[str, dict[str, bool | None]]
    """None where a figure is undefined."""
    learned: list[str]
    """Damages that the encoder was trained on."""


def measure_sensitivity(
    excerpts: MeasuredSet,
    *,
    seed: int,
    n_trees: int = N_TREES,
    workers: int = 1,
    on_damage: Callable[[int], None] = lambda _: None,
) -> Sensitivity:
    """Damage one half of real excerpts, each of another song, and compare it with the other.

    Raises:
        InputError: fewer than ten excerpts.
    """
    n = len(excerpts) // 2
    generator = np.random.default_rng(seed)
    draws = [generator.permutation(len(excerpts)).tolist() for _ in range(DRAWS)]
    undamaged = []
    for draw in draws:
        halves = excerpts.select(draw[:n]), excerpts.select(draw[n:])
        undamaged.append(_figures(*halves, seed, n_trees))
    real, others = excerpts.select(draws[0][:n]), excerpts.select(draws[0][n:])
    found: dict[str, dict[str, float | None]] = {}
    for number, name in enumerate(DAMAGES):
        harmed = [damaged(s, name, seed=seed + i) for i, s in enumerate(others.scores)]
        measured = measure_set(harmed, n_bars=excerpts.n_bars, workers=workers)
        found[name] = _figures(real, measured, seed, n_trees)
        on_damage(number + 1)
    return Sensitivity(
        n=n,
        undamaged=undamaged,
        damaged=found,
        sees={
            name: {h.name: _sees(h, [u[h.name] for u in undamaged], row[h.name]) for h in HEADLINES}
            for name, row in found.items()
        },
        learned=list(LEARNED),
    )


def _figures(
    real: MeasuredSet, generated: MeasuredSet, seed: int, n_trees: int
) -> dict[str, float | None]:
    report = compare_measured(real, generated, seed=seed, n_resamples=_FEW, n_trees=n_trees)
    figures = headline_figures(report)
    return {name: None if each is None else each.value for name, each in figures.items()}


def _sees(
    headline: Headline, undamaged: Sequence[float | None], value: float | None
) -> bool | None:
    known = [each for each in undamaged if each is not None]
    if value is None or not known:
        return None
    low, high = min(known), max(known)
    margin = high - low
    worse_above = headline.better in ("lower", "real") and value > high + margin
    worse_below = headline.better in ("higher", "real") and value < low - margin
    return worse_above or worse_below
