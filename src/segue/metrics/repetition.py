"""How much of a bar comes back later.

**Bar self-similarity at lag k** (0 to 1). A bar is the set of what begins in it, each thing a
(instrument, step, pitch). The similarity of two bars is their Jaccard index: what they share,
divided by what either has. The figure is the mean over all pairs of bars k apart of which at least
one is not silent. 1 is literal repetition. No such pair: 0. *Direction:* nearer to real music,
which repeats itself most at 1, 2, 4 and 8 bars; a model that loops scores higher than music.
*Trap:* velocity and duration are not compared, and a transposed repetition does not count.

**Bars in common** (0 to 1) of two pieces of as many bars, such as a prompt and what follows it: the
mean similarity of the first bar of one with the first of the other, and so on, of which at least
one is not silent. For eight bars each it is the self-similarity at a lag of 8 across the join.

**Distinct bars** (0 to 1). Different bars among those that are not silent, as a share of them; no
such bar: 0.
"""

import numpy as np

from segue.errors import InputError
from segue.metrics.table import DRUMS, IntArray, Music, NoteTable, as_table

__all__ = ["bar_similarity", "bars_in_common", "distinct_bars"]

_N_PITCHES = 128


def bar_similarity(music: Music, *, lag: int) -> float:
    """Mean Jaccard index of bars `lag` apart; see the module.

    Raises:
        InputError: `lag` is not positive.
    """
    if lag < 1:
        raise InputError(f"lag must be at least 1 bar, got {lag}")
    table = as_table(music)
    pairs = table.n_bars - lag
    if pairs < 1:
        return 0.0
    bar, content = _contents(table)
    size = np.bincount(bar, minlength=table.n_bars)
    span = int(content.max(initial=0)) + 1
    codes = bar * span + content
    later = np.isin(codes, codes + lag * span, assume_unique=True)
    shared = np.bincount(bar[later], minlength=table.n_bars)[lag:]
    return _mean_jaccard(shared, size[lag:], size[:-lag]) or 0.0


def bars_in_common(one: Music, other: Music) -> float | None:
    """Mean Jaccard index of bars of one number; None if both are silent."""
    tables = as_table(one), as_table(other)
    steps = max(int(table.bar_steps.max(initial=1)) for table in tables)
    span = (DRUMS + 1) * steps * _N_PITCHES
    (bar, content), (other_bar, other_content) = (_contents(table, steps) for table in tables)
    n_bars = max(table.n_bars for table in tables)
    both = np.isin(bar * span + content, other_bar * span + other_content, assume_unique=True)
    shared, *sizes = (np.bincount(each, minlength=n_bars) for each in (bar[both], bar, other_bar))
    return _mean_jaccard(shared, *sizes)


def distinct_bars(music: Music) -> float:
    """Share of different bars among those with onsets; see the module."""
    table = as_table(music)
    bar, content = _contents(table)
    if not len(bar):
        return 0.0
    bars = np.split(content, np.flatnonzero(np.diff(bar)) + 1)
    return len({each.tobytes() for each in bars}) / len(bars)


def _mean_jaccard(shared: IntArray, one: IntArray, other: IntArray) -> float | None:
    """The mean over pairs of bars, by what they share and what each has; None if all are silent."""
    either = one + other - shared
    sounding = either > 0
    return float((shared[sounding] / either[sounding]).mean()) if sounding.any() else None


def _contents(table: NoteTable, steps: int | None = None) -> tuple[IntArray, IntArray]:
    """What begins where: (bar, code of instrument, step and pitch), unique and sorted.

    `steps`: of the longest bar, by default the table's.
    """
    steps = steps or int(table.bar_steps.max(initial=1))
    content = (table.instrument * steps + table.step) * _N_PITCHES + table.pitch
    found = np.unique(np.stack([table.bar, content]), axis=1)
    return found[0], found[1]
