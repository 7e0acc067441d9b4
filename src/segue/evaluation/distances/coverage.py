"""Whether generated music lies among real music, and whether it reaches all of it.

A real excerpt's *neighbourhood* is the ball around it that reaches to its `NEIGHBOURS`-th nearest
real excerpt, itself not counted; a generated one's likewise among the generated.

- **Precision** (0 to 1, higher is better): the share of generated excerpts inside any real
  neighbourhood. Is what is written like music?
- **Recall** (0 to 1, higher is better): the share of real excerpts inside any generated
  neighbourhood. Is all kind of music written?
- **Density** (0 up, near 1 for real music): how many real neighbourhoods a generated excerpt lies
  in, divided by `NEIGHBOURS`, on average. Unlike precision it is not ruined by one outlier whose
  neighbourhood is huge.
- **Coverage** (0 to 1, higher is better): the share of real excerpts whose neighbourhood holds a
  generated one. For two sets of one distribution and one size about 1 - 2^-NEIGHBOURS.

A set of more than one excerpt but no more than `NEIGHBOURS` has no neighbourhoods: None. *Traps:*
all four depend on the numbers of excerpts: compare at equal ones. In many dimensions balls are
large, and precision forgives much.

Sources: T. Kynkaanniemi et al., "Improved precision and recall metric" (NeurIPS 2019); M. F. Naeem
et al., "Reliable fidelity and diversity metrics" (ICML 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from segue.evaluation.distances.bootstrap import Estimate, mean_interval
from segue.evaluation.types import FloatArray

__all__ = ["NEIGHBOURS", "Coverage", "coverage"]

NEIGHBOURS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The four figures; intervals resample the excerpts that each is a mean over."""

    precision: Estimate
    recall: Estimate
    density: Estimate
    coverage: Estimate


def coverage(
    real: FloatArray, generated: FloatArray, *, seed: int, groups: Sequence[int] | None = None
) -> Coverage | None:
    """The figures of sets of vectors, (N, F) and (M, F); None for sets too small.

    `groups`: what belongs together among the generated, (M,).
    """
    if min(len(real), len(generated)) <= NEIGHBOURS:
        return None
    between = cdist(real, generated)
    in_real = between <= _reach(real)[:, None]  # (N, M)
    in_generated = between <= _reach(generated)[None]
    of_each = {
        "precision": in_real.any(axis=0),
        "recall": in_generated.any(axis=1),
        "density": in_real.sum(axis=0) / NEIGHBOURS,
        "coverage": in_real.any(axis=1),
    }
    return Coverage(
        **{
            name: mean_interval(
                each.astype(float),
                seed=seed,
                groups=groups if name in ("precision", "density") else None,
            )
            for name, each in of_each.items()
        }
    )


def _reach(rows: FloatArray) -> FloatArray:
    """The distance of each row to its `NEIGHBOURS`-th nearest other one, (N,)."""
    reach: FloatArray = np.partition(cdist(rows, rows), NEIGHBOURS, axis=1)[:, NEIGHBOURS]
    return reach
