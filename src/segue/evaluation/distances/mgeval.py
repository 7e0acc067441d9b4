"""MGEval's comparison of two sets: overlapping area and KL divergence of distances.

For each feature of `metrics.mgeval`, p is the density of the Euclidean distances between all pairs
of the real set, q that of the distances between a real and a generated excerpt, all pairs; both are
Gaussian kernel estimates (`overlap`).

- **OA** (0 to 1, higher is nearer): the integral of min(p, q).
- **KLD** (nats, lower is nearer): the integral of p log(p / q), with q at least `FLOOR` of a cell.

*Traps:* both see only distances: a set that is narrower than the real one, or shifted into a thin
region of it, hardly changes them. Figures of papers are of one melody; see `metrics.mgeval` for
what is read here.

Source: L.-C. Yang and A. Lerch, "On the evaluation of generative models in music" (2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist, pdist

from segue.evaluation.distances.overlap import masses
from segue.evaluation.types import FloatArray

__all__ = ["MGEvalPair", "mgeval"]

FLOOR: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class MGEvalPair:
    """The comparison by one feature."""

    overlap: float
    kl: float


def mgeval(
    real: Sequence[dict[str, FloatArray]], generated: Sequence[dict[str, FloatArray]]
) -> dict[str, MGEvalPair]:
    """By feature: OA and KLD of sets of `mgeval_features`; empty for sets without pairs."""
    if len(real) < 2 or not generated:
        return {}
    found = {}
    for name in real[0]:
        ours, theirs = (np.stack([each[name] for each in rows]) for rows in (real, generated))
        p, q = masses(pdist(ours), cdist(ours, theirs).ravel())
        ratio = np.log(np.maximum(p, FLOOR) / np.maximum(q, FLOOR))
        found[name] = MGEvalPair(
            overlap=float(np.minimum(p, q).sum()), kl=float(max(0.0, (p * ratio).sum()))
        )
    return found
