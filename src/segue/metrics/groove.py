"""How alike the rhythms of all bars are.

**Groove similarity** (GS, 0 to 1). 1 minus the mean exclusive-or distance between the onset vectors
of two bars, divided by their length, over *all* pairs of bars; an onset vector has a one at each of
`POSITIONS` equal parts of the bar at which any track, drums included, begins a note. *Direction:*
nearer to real music. Fewer than two bars of one length: 1. *Traps:* not MusPy's groove consistency
(`rhythm`), which compares neighbours only and on another grid. Most positions of most bars are
empty, so even unrelated rhythms come out above 0.8. MusDr samples at most 1,000 pairs; here all
are counted. Only bars of the same length are compared.

Source: S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the Front Line" (ISMIR 2020), section 4;
github.com/slSeanWU/MusDr.
"""

from typing import Final

import numpy as np

from segue.metrics.table import Music, as_table

__all__ = ["groove_similarity"]

POSITIONS: Final = 64


def groove_similarity(music: Music) -> float:
    """GS, 0 to 1; see the module."""
    table = as_table(music)
    lengths = np.diff(table.bar_starts)
    bar = np.searchsorted(table.bar_starts, table.onset, side="right") - 1
    inside = (table.onset - table.bar_starts[bar]) * POSITIONS // np.maximum(1, lengths[bar])
    vectors = np.zeros((table.n_bars, POSITIONS))
    vectors[bar, np.minimum(inside, POSITIONS - 1)] = 1
    differing = vectors @ (1 - vectors).T
    differing += differing.T
    first, second = np.triu_indices(table.n_bars, k=1)
    alike = lengths[first] == lengths[second]
    if not alike.any():
        return 1.0
    return float(1 - differing[first, second][alike].mean() / POSITIONS)
