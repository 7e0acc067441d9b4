"""How evenly bars lead from the bar before them into the bar after them, by how noisy latents are.

    python -m scripts.measure_morph MODEL CORPUS [--places N] [--takes N] [--rolls DIR]

Four bars of validation songs, between two bars that differ, are written again: as a morph, told at
each level, as a hole, and as a hole in which nothing comes back. Each new bar is held against the
bar before and the bar after: note F1 (onset, pitch and track), the pitch classes and the onsets.
What was there in the song is measured, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from segue.errors import InputError
from segue.evaluation.music.reference import open_reference
from segue.evaluation.trials.dial import measured
from segue.generation.composer import Composer, load
from segue.generation.following import Following
from segue.generation.options import Options
from segue.generation.perform import perform
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Morph
from segue.generation.request import Request
from segue.generation.task import task_of
from segue.picture import draw_takes
from segue.score import Score, slice_bars

LEVELS: Final = (0.0, 0.25, 0.5)
_BARS: Final = 4
"""Written again, with as many before and after them."""
_SEED: Final = 5
_DIFFERENT: Final = 0.5
"""Two bars with a lower note F1 differ."""
_FIGURES: Final = ("note_f1", "chroma", "groove")


@dataclass(frozen=True)
class _Place:
    passage: Score
    before: Score
    after: Score

    def figures(self, score: Score) -> list[list[list[float]]]:
        """Of each figure, of each new bar: beside the bar before, and the bar after."""
        found = [
            [measured(end, slice_bars(score, bar, bar + 1), 1) for end in (self.before, self.after)]
            for bar in range(_BARS, 2 * _BARS)
        ]
        return [[[_number(each[name]) for each in bar] for bar in found] for name in _FIGURES]


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def main(
    model: str,
    corpus: Path,
    places: Annotated[int, typer.Option(min=1)] = 24,
    takes: Annotated[int, typer.Option(min=1)] = 2,
    rolls: Annotated[Path | None, typer.Option(help="A folder for pictures of takes.")] = None,
) -> None:
    """Print a table."""
    composer = load(model)
    found = list(_places(corpus, places))
    print(
        f"{len(found)} places, {takes} takes of each; {', '.join(_FIGURES)}: of bars 1 to {_BARS}"
    )
    _show("as it was", [place.figures(place.passage) for place in found])
    morph = Morph(first=_BARS, last=2 * _BARS, takes=takes)
    hole = Infill(first=_BARS, last=2 * _BARS, takes=takes)
    free = replace(hole, options=Options(repeats=False))
    asked: list[tuple[str, Request, float | None]] = [
        *((f"morph, level {level:g}", morph, level) for level in LEVELS),
        ("infill", hole, None),
        ("infill, free", free, None),
    ]
    for name, request, level in asked:
        written = [
            _written(composer, place.passage, replace(request, seed=number), level)
            for number, place in enumerate(found)
        ]
        _show(name, [p.figures(s) for p, each in zip(found, written, strict=True) for s in each])
        if rolls is not None:
            _draw(name, found, written, rolls)


def _places(corpus: Path, count: int) -> Iterator[_Place]:
    """Passages whose bars before and after the middle differ and have notes."""
    reference = open_reference(corpus, split="valid", n_bars=3 * _BARS, seed=_SEED)
    for each in reference.excerpts(4 * count):
        before, after = (slice_bars(each.score, b, b + 1) for b in (_BARS - 1, 2 * _BARS))
        try:
            Morph(first=_BARS, last=2 * _BARS).placed(Piece.of(each.score))
        except InputError:
            continue
        alike = measured(before, after, 1)["note_f1"]
        if alike is not None and alike < _DIFFERENT and count:
            count -= 1
            yield _Place(each.score, before, after)


def _written(
    composer: Composer, passage: Score, request: Request, level: float | None
) -> list[Score]:
    """The takes; `level` in the place of the usual one."""
    placed = request.placed(Piece.of(passage))  # type: ignore[attr-defined]
    task = task_of(request, placed, by_latents=True)
    if level is not None:
        told = np.full(_BARS, level, np.float32)
        task = replace(task, levels=lambda _: told)
    results = perform(composer.network, task, request, Following(), context=composer.context)
    return [result.score for result in results]


def _show(name: str, found: list[list[list[list[float]]]]) -> None:
    """A row: of each figure, beside the bar before and beside the bar after, bar by bar."""
    means = np.nanmean(np.array(found, np.float64), axis=0)
    cells = [" ".join(f"{x:.2f}" for x in end) for figure in means for end in figure.T]
    print("  ".join([f"{name:18}", *cells]), flush=True)


def _draw(name: str, found: list[_Place], written: list[list[Score]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (place, scores) in enumerate(zip(found, written, strict=True)):
        path = folder / f"{number}-{name.replace(', ', '-').replace(' ', '-')}.png"
        draw_takes(place.passage, scores, path, new_bars=(_BARS, 2 * _BARS))


if __name__ == "__main__":
    typer.run(main)
