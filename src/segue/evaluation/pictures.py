"""Piano rolls of prompts that went on, as they really did and as the model wrote: to be looked at.

Numbers mislead. The prompts and the takes are drawn at random; none is chosen for its looks.
"""

from pathlib import Path
from typing import Final

from segue.evaluation.excerpts import Songs, draw_excerpts
from segue.files import make_folder
from segue.generation.composer import Composer
from segue.metrics import EXCERPT_BARS
from segue.picture import draw_takes
from segue.score import slice_bars

LABELS: Final = ("what really came next", "a take")


def draw_continuations(
    composer: Composer, songs: Songs, folder: Path, *, split: str, count: int, seed: int
) -> list[Path]:
    """Draw `count` prompts of eight bars, each with its real and with a written continuation.

    Raises:
        InputError: the folder cannot be written, or the split has no song that is long enough.
    """
    make_folder(folder)
    excerpts = draw_excerpts(songs, split=split, count=count, seed=seed, context_bars=EXCERPT_BARS)
    paths = []
    for number, excerpt in enumerate(excerpts, 1):
        song, middle = songs.score(excerpt.song), excerpt.first_bar
        prompt = slice_bars(song, middle - EXCERPT_BARS, middle)
        real = slice_bars(song, middle - EXCERPT_BARS, middle + EXCERPT_BARS)
        (take,) = composer.continue_(prompt, bars=EXCERPT_BARS, takes=[1], seed=seed + number)
        path = folder / f"{number:02d}.png"
        draw_takes(
            prompt,
            [real, take.score],
            path,
            labels=LABELS,
            new_bars=(EXCERPT_BARS, 2 * EXCERPT_BARS),
        )
        paths.append(path)
    return paths
