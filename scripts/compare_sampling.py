"""Which ways of sampling bring continuations nearest to real music: the defaults' measurement.

    python scripts/compare_sampling.py CORPUS_DIR [--model MODEL] [--prompts 40]

Continues prompts of the validation split with each setting and prints its row of figures against
real excerpts of that split; the first row is real music against real music, the ceiling at this
size. The test split is not touched: what is chosen here is measured there.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from segue.corpus import CorpusStore
from segue.evaluation import comparable, compare_sets, draw_excerpts
from segue.evaluation.comparison.set_report import SetReport
from segue.generation import Options
from segue.generation.composer import Composer, load
from segue.metrics import EXCERPT_BARS
from segue.score import Score, slice_bars
from segue.theory.key import estimate_key

SPLIT: Final = "valid"
TAKES: Final = 4
SEED: Final = 31
TEMPERATURES: Final = (0.9, 1.0)
TOP_P: Final = (0.9, 0.95, 0.98)


def real_excerpts(store: CorpusStore, count: int, seed: int) -> list[Score]:
    """Excerpts that have as much music before them as a prompt."""
    drawn = draw_excerpts(store, split=SPLIT, count=count, seed=seed, context_bars=EXCERPT_BARS)
    return [comparable(excerpt.score) for excerpt in drawn]


def continuations(
    composer: Composer, store: CorpusStore, count: int, options_of: Callable[[Score], Options]
) -> tuple[list[Score], list[int]]:
    """`count` continuations of prompts of the split, and the number of the prompt of each.

    Takes of one prompt are kin, and a classifier must not profit from it.
    """
    prompts = draw_excerpts(
        store, split=SPLIT, count=-(-count // TAKES), seed=SEED, context_bars=EXCERPT_BARS
    )
    written: list[Score] = []
    numbers: list[int] = []
    for number, excerpt in enumerate(prompts):
        song, middle = store.score(excerpt.song), excerpt.first_bar
        prompt = slice_bars(song, middle - EXCERPT_BARS, middle)
        takes = composer.continue_(
            prompt,
            bars=EXCERPT_BARS,
            takes=TAKES,
            seed=SEED + number,
            options=options_of(prompt),
        )
        written += [comparable(take.new_bars) for take in takes]
        numbers += [number] * len(takes)
    return written[:count], numbers[:count]


def key_of(prompt: Score) -> int | None:
    """The key of a prompt, None where it has no pitched notes."""
    pitches = np.concatenate(
        [t.notes.pitch for t in prompt.tracks if not t.is_drum] or [np.empty(0, np.uint8)]
    )
    if not len(pitches):
        return None
    return estimate_key(np.bincount(pitches.astype(int) % 12, minlength=12).astype(np.float64))


def _always(options: Options) -> Callable[[Score], Options]:
    return lambda _: options


def settings() -> Iterator[tuple[str, Callable[[Score], Options]]]:
    """Names, and how the takes of a prompt are drawn."""
    for temperature, top_p in product(TEMPERATURES, TOP_P):
        options = Options(temperature=temperature, top_p=top_p)
        yield f"temperature {temperature:g}, top-p {top_p:g}", _always(options)
    yield "defaults, the prompt's key given", lambda prompt: Options(key=key_of(prompt))
    yield "defaults, the prompt's density given", lambda _: Options(density="same")


def compare(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    prompts: Annotated[int, typer.Option(help="Each is continued four times.")] = 40,
) -> None:
    """Print a row of figures for each setting."""
    store, composer = CorpusStore.open(corpus), load(model)
    count = TAKES * prompts
    real = real_excerpts(store, count, SEED + 1)
    rows: dict[str, SetReport] = {
        "real music": compare_sets(real, real_excerpts(store, count, SEED + 2))
    }
    console = Console(stderr=True)
    for name, options_of in settings():
        with console.status(name):
            written, numbers = continuations(composer, store, count, options_of)
            rows[name] = compare_sets(real, written, groups=numbers)
        console.print(name, rows[name].row())
    table = Table("", *next(iter(rows.values())).row())
    for name, report in rows.items():
        table.add_row(name, *report.row().values())
    Console(width=160).print(table)


if __name__ == "__main__":
    typer.run(compare)
