"""Which instruments play together: writes `src/segue/generation/ensembles.json`.

    python scripts/write_ensembles.py CORPUS_DIR

The instruments of songs of the train split, drawn at random, that have neither few nor many tracks.
"""

import json
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from segue.corpus import CorpusStore
from segue.encoding.roster import Roster
from segue.files import write_bytes

OUT: Final = Path(__file__).parents[1] / "src/segue/generation/ensembles.json"
COUNT: Final = 600
SMALLEST, LARGEST = 2, 10
"""How many tracks an ensemble has."""


def main(corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")]) -> None:
    """Draw the songs, and write who plays in them."""
    store, found = CorpusStore.open(corpus), []
    for song in np.random.default_rng(0).permutation(store.split("train")).tolist():
        roster = Roster.of_score(store.score(song))
        if SMALLEST <= len(roster) <= LARGEST:
            found.append(roster.instruments.tolist())
        if len(found) == COUNT:
            break
    lines = ",\n".join(json.dumps(ensemble) for ensemble in found)
    write_bytes(OUT, f"[\n{lines}\n]\n".encode())
    print(f"{OUT}: {len(found)} ensembles")


if __name__ == "__main__":
    typer.run(main)
