"""Which instruments play, and how much each of them does.

An instrument is a program or the drums, whatever the number of tracks it is written on.

**Instruments** (a count). Different instruments with notes. **Instrument entropy** (bits).
-sum p log2 p over the instruments' shares of the notes: 0 for one instrument, log2 n where n play
equally many notes. **Instrument coverage** (0 to 1). The share of the bars in which an instrument
of the music begins a note, averaged over its instruments: 1 where all play in every bar.

*Direction:* nearer to real music. No note: 0. *Trap:* drums play many notes, so they weigh much in
the entropy.
"""

import numpy as np

from segue.metrics.table import Music, as_table

__all__ = ["instrument_coverage", "instrument_entropy", "n_instruments"]


def n_instruments(music: Music) -> int:
    """How many different instruments play."""
    return len(np.unique(as_table(music).instrument))


def instrument_entropy(music: Music) -> float:
    """Entropy of the notes' instruments in bits; see the module."""
    counts = np.unique(as_table(music).instrument, return_counts=True)[1]
    if not len(counts):
        return 0.0
    shares = counts / counts.sum()
    return float(max(0.0, -(shares * np.log2(shares)).sum()))


def instrument_coverage(music: Music) -> float:
    """Mean share of the bars in which an instrument plays; see the module."""
    table = as_table(music)
    if not len(table):
        return 0.0
    pairs = np.unique(np.stack([table.instrument, table.bar]), axis=1)
    return float(pairs.shape[1] / (len(np.unique(pairs[0])) * table.n_bars))
