"""How real parts come and go: counts what `segue.generation.arrangement` draws from.

    python scripts/count_arrangements.py CORPUS_DIR [--songs 4000]

Counts songs of the train split and writes `src/segue/generation/arrangement.json`. How much parts
have in common is chosen so that after real bars of validation songs all of them play as often as
there. The more they have in common, the more often all do the same.
The instruments of some of the songs become `src/segue/generation/ensembles.json`.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.progress import track

from segue.corpus import CorpusStore
from segue.encoding.roster import Roster
from segue.encoding.sequence import BoolArray
from segue.files import write_bytes
from segue.generation.arrangement import HISTORY, Arranging, part_grid

OUT: Final = Path(__file__).parents[1] / "src/segue/generation/arrangement.json"
ENSEMBLES: Final = OUT.with_name("ensembles.json")
N_ENSEMBLES: Final = 600
SMALLEST, LARGEST = 2, 10
"""How many tracks an ensemble has."""
MOST_BARS: Final = 400
"""Of a song."""
BARS: Final = 8
EVERY: Final = 10
"""So many bars apart are the places that are continued to see how often all play."""
SHARES: Final = np.arange(0, 1, 0.05)


def grids(store: CorpusStore, split: str, songs: int, seed: int) -> Iterator[BoolArray]:
    """The grids of songs, one column a part that plays."""
    chosen = np.random.default_rng(seed).permutation(store.split(split))[:songs]
    for song in track(chosen.tolist(), description=split):
        score = store.score(song)
        grid = part_grid(score, min(score.n_bars, MOST_BARS))
        yield grid[:, grid.any(axis=0)]


def ensembles(store: CorpusStore, songs: int) -> list[list[int]]:
    """The instruments of songs that have neither few nor many."""
    found = []
    for song in np.random.default_rng(0).permutation(store.split("train"))[:songs].tolist():
        roster = Roster.of_score(store.score(song))
        if SMALLEST <= len(roster) <= LARGEST:
            found.append(roster.instruments.tolist())
    return found[:N_ENSEMBLES]


def full(grid: BoolArray) -> float:
    """The share of bars in which everybody plays."""
    return float(grid.all(axis=1).mean())


def nearest_share(arranging: Arranging, places: list[BoolArray]) -> float:
    """The share in common under which everybody plays as often as in real bars."""
    real = np.mean([full(place[HISTORY:]) for place in places])
    found = []
    for share in SHARES:
        random, trial = np.random.default_rng(0), replace(arranging, together=float(share))
        drawn = [trial.draw(place[:HISTORY], BARS, random) for place in places]
        found.append(np.mean([full(bars) for bars in drawn]))
    best = int(np.argmin(np.abs(np.array(found) - real)))
    print(f"all play in {real:.3f} of real bars, in {found[best]:.3f} of drawn ones")
    return round(float(SHARES[best]), 2)


def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    songs: Annotated[int, typer.Option(help="Of the train split; a quarter to validate.")] = 4000,
) -> None:
    """Count, and write what was counted."""
    store = CorpusStore.open(corpus)
    arranging = Arranging.counted(grids(store, "train", songs, 0))
    places = []
    for grid in grids(store, "valid", songs // 4, 1):
        for bar in range(HISTORY, len(grid) - BARS, EVERY):
            place = grid[bar - HISTORY : bar + BARS]
            if place[HISTORY - 1].any():  # a continuation begins where the music ends
                places.append(place[:, place[:HISTORY].any(axis=0)])
    arranging = replace(arranging, together=nearest_share(arranging, places))
    write_bytes(OUT, arranging.to_json().encode())
    lines = ",\n".join(json.dumps(ensemble) for ensemble in ensembles(store, songs))
    write_bytes(ENSEMBLES, f"[\n{lines}\n]\n".encode())
    print(f"{OUT}: of {songs:,} songs, together {arranging.together}")


if __name__ == "__main__":
    typer.run(main)
