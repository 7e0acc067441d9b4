"""How long takes take on this machine: a prompt of real music, eight bars, 1, 4 and 8 takes."""

import time
from typing import Any, Final

import torch

from segue.evaluation.excerpts import Songs, draw_excerpts
from segue.generation.composer import Composer
from segue.score import slice_bars

BARS: Final = 8
_PROMPTS: Final = 3


def measure_speed(composer: Composer, songs: Songs, *, split: str) -> dict[str, Any]:
    """By number of takes: seconds, notes a second, seconds to the first bar; medians of prompts."""
    excerpts = draw_excerpts(
        songs, split=split, count=_PROMPTS, seed=1, n_bars=BARS, context_bars=BARS
    )
    prompts = [slice_bars(songs.score(e.song), e.first_bar - BARS, e.first_bar) for e in excerpts]
    composer.continue_(prompts[0], bars=1, takes=1)  # the first use of a model is slower
    found: dict[str, Any] = {"threads": torch.get_num_threads()}
    for takes in (1, 4, 8):
        timings = [_timed(composer, prompt, takes) for prompt in prompts]
        middle = sorted(timings, key=lambda t: t["seconds"])[len(timings) // 2]
        found[f"{takes} takes"] = middle
    return found


def _timed(composer: Composer, prompt: Any, takes: int) -> dict[str, float]:
    begun = time.perf_counter()
    first_bar: list[float] = []

    def on_bar(take: int, bars: int) -> None:
        first_bar.append(time.perf_counter() - begun)

    made = composer.continue_(prompt, bars=BARS, takes=takes, on_bar=on_bar)
    seconds = time.perf_counter() - begun
    notes = sum(take.n_new_notes for take in made)
    return {
        "seconds": seconds,
        "first_bar_s": first_bar[0],
        "notes": notes,
        "notes_per_s": notes / seconds,
    }
