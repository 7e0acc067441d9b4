"""The paper's model as a candidate of `segue evaluate`: excerpts of what it samples.

Of an experiment the model of the lowest unconditional distance is taken, with z ~ N(0, I). A sample
is 300 notes without metre or drums (the paper's table has no such columns), on a clock of 120
quarters a minute, so bar lines fall where they fall and kits come out as tones of their programs.
The excerpt is the first stretch of a sample that is active; samples with none give their beginning.
"""

import math
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.evaluation.candidates import WrittenElsewhere
from segue.evaluation.excerpts import active_windows
from segue.paper.data import DATA_FOLDER, open_data
from segue.paper.model_folder import load_paper_model
from segue.paper.results import Curves, read_results
from segue.paper.run import BEST_FOLDER, MODEL_FOLDER
from segue.paper.samples import Sampler
from segue.paper.sweep import open_experiment
from segue.score import Score, slice_bars

__all__ = ["paper_candidate"]

NAME: Final = "the paper's model"


def paper_candidate(experiment: Path, *, n_bars: int, seed: int) -> WrittenElsewhere:
    """Samples of the best model in the folder of `segue paper run`.

    Raises:
        InputError: there is no experiment, or none of its models has weights yet.
        CheckpointError: the model is damaged.
    """
    config = open_experiment(experiment)
    data = open_data(experiment / DATA_FOLDER, config.data)
    curves, weights = _best(experiment, read_results(experiment, config).curves)
    sampler = Sampler(
        load_paper_model(weights), data.representation, order=config.data.order, seed=seed
    )
    return WrittenElsewhere(
        lambda count: [_excerpt(sampler.sample().score, n_bars) for _ in range(count)],
        name=NAME,
        what=f"unconditional samples, beta = {curves.job.beta:g}",
    )


def _best(experiment: Path, curves: tuple[Curves, ...]) -> tuple[Curves, Path]:
    def distance(each: Curves) -> float:
        found = each.best("unconditional/columns")
        return found if math.isfinite(found) else math.inf

    for each in sorted(curves, key=distance):
        for name in (BEST_FOLDER, MODEL_FOLDER):
            if (found := experiment / each.job.folder / name).is_dir():
                return each, found
    raise InputError(f"{experiment}: no model has weights yet; let `segue paper run` go on")


def _excerpt(score: Score, n_bars: int) -> Score:
    starts = active_windows(score, n_bars=n_bars)
    first = int(starts[0]) if len(starts) else 0
    return slice_bars(score, first, first + n_bars)
