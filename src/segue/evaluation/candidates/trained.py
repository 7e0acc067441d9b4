"""Baselines that were trained on the shipped model's own train split, in `segue-baselines`.

That package holds data alone, and musicians do not need it. Where it is not installed, `data_path`
says what to install.

*riffly* is the convolutional VAE of two-bar rolls of the package of that name (MIT), trained by its
own means. It reads no prompt, so what it wrote is kept, and not the network: pieces of `RIFF_BARS`
bars. benchmarks/baselines says how they were made.

The other, the paper's model, is in `segue.paper.evaluated`. `scripts/ship_baselines.py` puts them
there.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import numpy as np

from segue.errors import InputError
from segue.evaluation.candidates.baselines import repeated
from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.midi import read_document
from segue.score import Score

__all__ = [
    "PAPER_FOLDER",
    "RIFFS_NAME",
    "RiffCandidate",
    "data_path",
]

PACKAGE: Final = "segue_baselines"
PAPER_FOLDER: Final = "paper"
RIFFS_NAME: Final = "riffly.zip"
RIFF_BARS: Final = 8


class RiffCandidate(Candidate):
    """riffly's riffs."""

    name = "riffly"
    kind = "baseline"
    what = "its own riffs, looped; it reads no prompt"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        """As many riffs as are asked for, drawn, each over as many bars as are asked for.

        Raises:
            InputError: there are fewer, or `segue-baselines` is not installed.
        """
        riffs = _riffs()
        if len(riffs) < task.count:
            raise InputError(f"{len(riffs)} of its riffs are kept, and {task.count} are asked for")
        random = np.random.default_rng(task.seed)
        chosen = random.choice(len(riffs), task.count, replace=False)
        on_done(task.count)
        return self._set(
            [
                repeated(riffs[number], length=RIFF_BARS, n_bars=task.n_bars)
                for number in chosen.tolist()
            ]
        )


@lru_cache(maxsize=1)
def _riffs() -> list[Score]:
    with ZipFile(data_path(RIFFS_NAME)) as file:
        return [read_document(file.read(name)).score for name in sorted(file.namelist())]


def data_path(name: str) -> Path:
    """Where a file or folder of `segue-baselines` is.

    Raises:
        InputError: the package is not installed; the message says how to install it.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise InputError(
            "segue-baselines is not installed: pip install ./baselines in a clone of Segue"
        )
    return Path(found.origin).with_name(name)
