"""A set of continuations of real test music, and the set of what really came next.

Eight bars of a test song are the prompt, the model writes the next eight. Both sets are then
brought into one form (`comparable`) and measured against each other by `report.compare_sets`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from segue.evaluation.excerpts import Songs, comparable, draw_excerpts
from segue.generation.composer import Composer
from segue.generation.options import Options
from segue.metrics import EXCERPT_BARS
from segue.score import Score, slice_bars

PROMPT_BARS: Final = EXCERPT_BARS


@dataclass(frozen=True)
class Continuation:
    """A prompt, what really came next, and a take of what might."""

    prompt: Score
    real: Score
    written: Score
    number: int
    """Of the prompt: takes of one prompt are kin, and a classifier must not profit from it."""


def continue_excerpts(
    composer: Composer,
    songs: Songs,
    *,
    split: str,
    count: int,
    takes: int = 4,
    seed: int = 5,
    options_of: Callable[[Score], Options] = lambda _: Options(),
    on_prompt: Callable[[int], None] = lambda _: None,
) -> list[Continuation]:
    """`count` continuations of prompts of a split, `takes` of each prompt, all at random.

    `options_of` says for each prompt how its takes are drawn.
    """
    prompts = draw_excerpts(
        songs,
        split=split,
        count=-(-count // takes),
        seed=seed,
        n_bars=EXCERPT_BARS,
        context_bars=PROMPT_BARS,
    )
    found: list[Continuation] = []
    for number, excerpt in enumerate(prompts):
        song = songs.score(excerpt.song)
        begin = excerpt.first_bar - PROMPT_BARS
        prompt = slice_bars(song, begin, excerpt.first_bar)
        written = composer.continue_(
            prompt, bars=EXCERPT_BARS, takes=takes, seed=seed + number, options=options_of(prompt)
        )
        found += [
            Continuation(prompt, comparable(excerpt.score), comparable(take.new_bars), number)
            for take in written
        ]
        on_prompt(number + 1)
    return found[:count]
