"""What latents of cells are worth to a model that reads them, by how noisy they are.

    python -m scripts.measure_levels MODEL CORPUS [--passages N] [--temperature T]

All cells of the last 8 of 16 bars of validation songs are written again, with the bars before them
in sight, and with the latents of what was there at each level; at level 1 none are given. Note F1
with what was there (onset, pitch and track), the pitch classes of bars, and the onsets. `segue
evaluate --vary` measures the dial that musicians turn.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from segue.evaluation.music.reference import open_reference
from segue.evaluation.trials.dial import DIAL_BARS, FIGURES, measured
from segue.evaluation.trials.trial import row_of, table_of
from segue.generation.composer import Composer, load
from segue.generation.following import Following
from segue.generation.options import Options
from segue.generation.perform import perform
from segue.generation.piece import Piece
from segue.generation.replacing import Vary
from segue.generation.task import task_of
from segue.score import Score, slice_bars

LEVELS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SEED: Final = 0


def main(
    model: str,
    corpus: Path,
    passages: Annotated[int, typer.Option(min=1)] = 24,
    temperature: Annotated[float, typer.Option(help="Of what is drawn.")] = 1.0,
) -> None:
    """Print a table."""
    composer = load(model)
    if composer.network.latents_of is None:
        raise SystemExit(f"{model} reads no latents of cells")
    reference = open_reference(corpus, split="valid", n_bars=2 * DIAL_BARS, seed=_SEED)
    drawn, rows = reference.excerpts(passages), []
    for level in LEVELS:
        found = []
        for number, each in enumerate(drawn):
            before = slice_bars(each.score, DIAL_BARS, 2 * DIAL_BARS)
            after = _rewritten(composer, each.score, level, temperature, seed=number)
            found.append(measured(before, after, DIAL_BARS))
        songs = [each.song for each in drawn]
        rows.append(row_of(f"{level:g}", found, figures=FIGURES, groups=songs, seed=_SEED))
        print("  ".join(table_of(FIGURES, rows)[-1]), flush=True)
    print("columns:", "  ".join(figure.title for figure in FIGURES))


def _rewritten(
    composer: Composer, passage: Score, level: float, temperature: float, *, seed: int
) -> Score:
    """The last bars of a passage, all of their cells written again."""
    request = Vary(
        first=DIAL_BARS,
        last=2 * DIAL_BARS,
        amount=1.0,
        takes=1,
        seed=seed,
        options=Options(temperature=temperature),
    )
    task = task_of(request, request.placed(Piece.of(passage)))
    levels = np.full(DIAL_BARS, level)
    told = replace(task, levels=lambda _: levels if level < 1 else None)
    (result,) = perform(composer.network, told, request, Following(), context=composer.context)
    return slice_bars(result.score, DIAL_BARS, 2 * DIAL_BARS)


if __name__ == "__main__":
    typer.run(main)
