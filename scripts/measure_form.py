"""How real songs come back, change and end: writes `src/segue/generation/form_plan.json`.

    python -m scripts.measure_form CORPUS

Songs of the train split, drawn at random, of 32 bars and more, cut into sections of eight bars
(`segue.metrics.sections`). A section *comes back* if it has half of its notes in common with an
earlier one, unchanged if all its cells are the same; else it *contrasts*. `segue arrange` plans by
these numbers (`segue.generation.form_plan`).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from segue.corpus import CorpusStore
from segue.files import write_bytes
from segue.metrics.sections import SectionChange, section_changes
from segue.metrics.table import DRUMS, NoteTable, as_table

OUT: Final = Path(__file__).parents[1] / "src/segue/generation/form_plan.json"
COUNT: Final = 1500
BARS: Final = 8
LEAST_BARS: Final = 32
COMES_BACK: Final = 0.5
"""Notes in common from which on a section is one that comes back."""
MORE: Final = 1.25
FEWER: Final = 0.8
"""Times the notes of the section before: denser and sparser."""
HIGHER: Final = 2.0
"""Semitones of mean pitch: higher and lower."""
GROUPS: Final = {"drums": (DRUMS, DRUMS), "bass": (32, 39), "keys and guitars": (0, 31)}
"""Instruments whose entries are counted; all others are "others"."""


def main(corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")]) -> None:
    """Measure the songs and write what was found."""
    store = CorpusStore.open(corpus)
    changes: list[SectionChange] = []
    entries: dict[str, list[float]] = {}
    parts_at: list[list[float]] = [[] for _ in range(4)]
    together: list[bool] = []
    held: list[float] = []
    n_songs = 0
    for index in np.random.default_rng(0).permutation(store.split("train")).tolist():
        table = as_table(store.score(index))
        if not len(table) or table.n_bars - int(table.bar.min()) < LEAST_BARS:
            continue
        n_songs += 1
        changes += section_changes(table, bars=BARS)
        _note_entries(table, entries, parts_at)
        _note_end(table, together, held)
        if n_songs == COUNT:
            break
    found = _summary(changes) | {
        "songs": n_songs,
        "bars_of_a_section": BARS,
        "entries": {name: _rounded(np.mean(ranks)) for name, ranks in sorted(entries.items())},
        "instruments_by_section": [_rounded(np.mean(each)) for each in parts_at],
        "end": {"in_the_last_bar": _rounded(np.mean(together)), "held": _rounded(np.mean(held))},
    }
    write_bytes(OUT, (json.dumps(found, indent=2, sort_keys=True) + "\n").encode())
    print(json.dumps(found, indent=2, sort_keys=True))


def _summary(changes: Sequence[SectionChange]) -> dict[str, Any]:
    back = [each for each in changes if each.notes_in_common >= COMES_BACK]
    changed = [each for each in back if each.same_cells < 1]
    contrast = [each for each in changes if each.notes_in_common < COMES_BACK]
    quarters = np.quantile([1 - each.same_cells for each in changed], (0.25, 0.5, 0.75))
    by_bar = np.mean([each.changed_cells for each in changed], axis=0)
    higher = [each.higher_by for each in contrast if each.higher_by is not None]
    return {
        "sections": {
            "unchanged": _share(len(back) - len(changed), changes),
            "changed": _share(len(changed), changes),
            "contrasting": _share(len(contrast), changes),
        },
        "changed_cells": {
            "quartiles": [_rounded(value) for value in quarters],
            "by_bar": [_rounded(value) for value in by_bar],
        },
        "contrast": {
            "denser": _share(sum(each.notes > MORE for each in contrast), contrast),
            "sparser": _share(sum(each.notes < FEWER for each in contrast), contrast),
            "higher": _share(sum(by > HIGHER for by in higher), higher),
            "lower": _share(sum(by < -HIGHER for by in higher), higher),
            "more_instruments": _share(sum(each.instruments > 1 for each in contrast), contrast),
            "fewer_instruments": _share(sum(each.instruments < 1 for each in contrast), contrast),
        },
    }


def _note_entries(
    table: NoteTable, entries: dict[str, list[float]], parts_at: list[list[float]]
) -> None:
    """When each group comes in, from 0, the first, to 1; who plays in the first sections."""
    begin = int(table.bar.min())
    instruments = np.unique(table.instrument)
    first = {int(i): int(table.bar[table.instrument == i].min()) for i in instruments}
    bars = sorted(set(first.values()))
    for instrument, bar in first.items():
        names = (name for name, (low, high) in GROUPS.items() if low <= instrument <= high)
        rank = bars.index(bar) / max(1, len(bars) - 1)
        entries.setdefault(next(names, "others"), []).append(rank)
    for number, shares in enumerate(parts_at):
        inside = (table.bar - begin) // BARS == number
        shares.append(len(np.unique(table.instrument[inside])) / len(instruments))


def _note_end(table: NoteTable, together: list[bool], held: list[float]) -> None:
    """Of those who play in the last four bars: who does in the last one, and how long notes are."""
    last = table.n_bars - 1
    late = np.unique(table.instrument[table.bar > last - 4])
    at_end = table.bar == last
    together.append(len(np.unique(table.instrument[at_end])) == len(late))
    pitched = at_end & (table.instrument != DRUMS)
    if pitched.any():
        length = table.bar_starts[-1] - table.bar_starts[-2]
        held.append(float(np.median(table.duration[pitched])) / max(1, int(length)))


def _share(count: int, among: Sequence[Any]) -> float:
    return _rounded(count / max(1, len(among)))


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 3)


if __name__ == "__main__":
    typer.run(main)
