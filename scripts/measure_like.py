"""How much of another piece comes back in bars that are to be like it, take by take.

    python -m scripts.measure_like MODEL CORPUS [--pairs N]

Eight bars of validation songs are continued like eight bars of other songs in the same metre.
Takes, and one that is told nothing, are held against the other piece as it was fitted to the
prompt: note F1, the pitch classes of bars, the onsets, and the contours of instruments.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from segue.errors import InputError
from segue.evaluation.music.reference import open_reference
from segue.evaluation.trials.dial import DIAL_BARS, FIGURES, measured
from segue.evaluation.trials.trial import Figure, row_of, table_of
from segue.generation.composer import load
from segue.generation.like import patterned
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.metrics import contour_agreement
from segue.score import slice_bars

_SEED: Final = 3
_TAKES: Final = 4
_ALONE: Final = "told nothing"
_FIGURES: Final = (*FIGURES, Figure(name="contour", title="contour agreement", better="higher"))


def main(
    model: str,
    corpus: Path,
    pairs: Annotated[int, typer.Option(min=1)] = 24,
) -> None:
    """Print a table."""
    composer = load(model)
    reference = open_reference(corpus, split="valid", n_bars=DIAL_BARS, seed=_SEED)
    passages = [each.score for each in reference.excerpts(2 * pairs)]
    found: dict[str, list[dict[str, float | None]]] = {}
    for number, (own, other) in enumerate(zip(passages[::2], passages[1::2], strict=True)):
        new = Region(own.n_bars, own.n_bars + DIAL_BARS)
        try:
            fitted = patterned(Piece.of(own), own, new, Piece.of(other))
        except InputError as error:
            print(f"pair {number} is left out: {error}")
            continue
        pattern = slice_bars(fitted, new.first, new.last)
        takes = composer.continue_(own, bars=DIAL_BARS, like=other, takes=_TAKES, seed=number)
        alone = composer.continue_(
            own, bars=DIAL_BARS, takes=[1], seed=number, options=Options(repeats=False)
        )
        for name, take in [*((f"take {take.number}", take) for take in takes), (_ALONE, alone[0])]:
            measures = measured(pattern, take.new_bars, DIAL_BARS)
            contour = contour_agreement(reference=pattern, estimate=take.new_bars)
            found.setdefault(name, []).append(measures | {"contour": contour})
    rows = [
        row_of(name, found[name], figures=_FIGURES, groups=range(len(found[name])), seed=_SEED)
        for name in sorted(found)
    ]
    for line in table_of(_FIGURES, rows):
        print("  ".join(line))


if __name__ == "__main__":
    typer.run(main)
