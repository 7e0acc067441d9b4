"""The whole report of an evaluation as a folder: page, figures, piano rolls, JSON."""

from collections.abc import Sequence
from pathlib import Path

from segue.evaluation.comparison.benchmark import Benchmark
from segue.evaluation.report.own_rolls import draw_own_rolls
from segue.evaluation.report.page import write_page
from segue.evaluation.report.prompt_rolls import draw_prompt_rolls
from segue.generation.composer import load

__all__ = ["write_folder"]


def write_folder(benchmark: Benchmark, out: Path, *, models: Sequence[str], songs: bool) -> Path:
    """Write it; returns the page's path.

    Args:
        benchmark: what was measured.
        out: made if it is not there.
        models: the first of them continues Segue's own examples on the page.
        songs: whether the page shows what the sets hold, which is music of the reference.

    Raises:
        InputError: `out` cannot be written.
    """
    rolls = [
        roll
        for name in models[:1]
        for roll in draw_own_rolls(
            load(name), out, name=Path(name).name, seed=benchmark.settings.seed
        )
    ]
    heard = draw_prompt_rolls(benchmark, out) if songs else []
    return write_page(benchmark, out, rolls=rolls, prompt_rolls=heard)
