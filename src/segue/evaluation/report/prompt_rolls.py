"""Piano rolls of what each set holds after the same prompts, beside what really came next.

Pictures are PNG: a page has several with thousands of notes each, and as SVG they would weigh ten
times as much. They show music of the reference, so a page that is published does without them.
"""

from collections import Counter
from pathlib import Path
from typing import Final

from segue.evaluation.candidates.task import NamedSet
from segue.evaluation.comparison.benchmark import Benchmark
from segue.evaluation.music.excerpts import after_prompt
from segue.evaluation.report.page import Roll
from segue.picture import SMALL, draw_takes
from segue.score import Score

__all__ = ["draw_prompt_rolls"]

PROMPTS: Final = 3
_CONTEXT_BARS: Final = 4


def draw_prompt_rolls(benchmark: Benchmark, out: Path, *, count: int = PROMPTS) -> list[Roll]:
    """A picture of each of `count` prompts, a row a set; and one of each set without prompts.

    Of a set's takes of one prompt the first is shown, and the prompts are those that most sets
    have, the first ones of these: none is chosen for its music.

    Raises:
        InputError: `out` cannot be written.
    """
    given = [each.given for each in benchmark.sets if each.given.kind != "ceiling"]
    had = Counter(number for each in given for number in set(each.prompts or ()))
    chosen = sorted(had, key=lambda number: (-had[number], number))[:count]
    rolls = [_of_prompt(benchmark, number, given, out) for number in sorted(chosen)]
    alone = [each for each in given if each.prompts is None]
    rolls += [_unprompted(each, out / f"set-{k}.png", count) for k, each in enumerate(alone, 1)]
    return rolls


def _of_prompt(benchmark: Benchmark, number: int, given: list[NamedSet], out: Path) -> Roll:
    task = benchmark.task
    n_bars, prompt = task.n_bars, task.comparable_prompts[number]
    rows = {"what really came next": task.comparable_real[number]}
    for each in given:
        written = _first(each, number)
        if written is not None:
            rows[each.name] = written
    file = f"prompt-{number + 1}.png"
    draw_takes(
        prompt,
        [after_prompt(prompt, score, n_bars) for score in rows.values()],
        out / file,
        labels=list(rows),
        new_bars=(n_bars, 2 * n_bars),
        context_bars=_CONTEXT_BARS,
        size=SMALL,
    )
    return file, f"Prompt {number + 1}, its last bars shaded, and what each set has after it"


def _first(given: NamedSet, number: int) -> Score | None:
    prompts = list(given.prompts or ())
    return given.scores[prompts.index(number)] if number in prompts else None


def _unprompted(given: NamedSet, path: Path, count: int) -> Roll:
    """The first excerpts of a set that was written for no prompts."""
    shown = given.scores[:count]
    n_bars = max(1, *(score.n_bars for score in shown))
    draw_takes(
        shown[0],
        shown,
        path,
        labels=[f"{given.name}, {number}" for number in range(1, len(shown) + 1)],
        new_bars=(0, n_bars),
        size=SMALL,
    )
    return path.name, f"{given.name}: the first excerpts, written for no prompt of these"
