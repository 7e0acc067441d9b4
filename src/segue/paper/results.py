"""What an experiment's logs say, model by model: the only source of its report's figures."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.evaluation.types import FloatArray
from segue.paper.config import ExperimentConfig
from segue.paper.sweep import Job, jobs_of

__all__ = ["Curves", "Results", "read_log", "read_results"]

CONVERGED: Final = 0.9
"""A loss has converged once it has fallen so much of the way that it falls at all."""


@dataclass(frozen=True, eq=False)
class Curves:
    """The logs of one model."""

    job: Job
    epochs: dict[str, FloatArray]
    """`step`, `train/...` and `test/...`, a value an epoch."""
    samplings: dict[str, FloatArray]
    """`step`, `unconditional/...` and `conditional/...`, a value a sampling; may be empty."""

    def final(self, name: str) -> float:
        """A measure at the last sampling; NaN if there is none."""
        values = self.samplings.get(name, np.zeros(0))
        return float(values[-1]) if len(values) else float("nan")

    def best(self, name: str) -> float:
        """The lowest value of a measure over all samplings; NaN if there is none."""
        values = self.samplings.get(name, np.zeros(0))
        return float(np.nanmin(values)) if np.isfinite(values).any() else float("nan")

    @property
    def fid(self) -> float:
        """The lowest unconditional FID, that of the weights in `run.BEST_FOLDER`; NaN without."""
        return self.best("unconditional/columns")

    def converged(self, name: str) -> float:
        """The epoch at which a loss had fallen nine tenths of the way to its least value."""
        values = self.epochs[name]
        target = values[0] - CONVERGED * (values[0] - values.min())
        return float(self.epochs["step"][int(np.argmax(values <= target))])


@dataclass(frozen=True)
class Results:
    """The logs of an experiment."""

    config: ExperimentConfig
    curves: tuple[Curves, ...]
    """Of the models that have trained at least one epoch, in the sweep's order; those that have
    epochs to go only where none of their beta is finished, lest they shorten its lines."""
    missing: tuple[Job, ...]
    """Models that have not begun."""
    unfinished: tuple[Job, ...]
    """Models that have begun and have epochs to go."""

    def of_beta(self, beta: float) -> list[Curves]:
        """The models of a beta, one a seed."""
        return [curves for curves in self.curves if curves.job.beta == beta]

    def best_model(self) -> Curves:
        """The model of the lowest unconditional FID; the first one if none was sampled."""

        def distance(curves: Curves) -> float:
            found = curves.fid
            return found if math.isfinite(found) else math.inf

        return min(self.curves, key=distance)

    @property
    def betas(self) -> list[float]:
        """The betas that there are models of, in the sweep's order."""
        return [beta for beta in self.config.betas if self.of_beta(beta)]


def read_results(folder: Path, config: ExperimentConfig) -> Results:
    """The logs in an experiment's folder.

    Raises:
        InputError: no model has trained yet.
    """
    curves, missing, unfinished = [], [], []
    for job in jobs_of(config):
        epochs = read_log(folder / job.folder / "steps.csv")
        if not epochs:
            missing.append(job)
            continue
        curves.append(Curves(job, epochs, read_log(folder / job.folder / "validation.csv")))
        if epochs["step"][-1] < config.training.epochs:
            unfinished.append(job)
    if not curves:
        raise InputError(f"{folder}: no model has trained yet; run `segue paper run` first")
    ready = {each.job.beta for each in curves if each.job not in unfinished}
    shown = [each for each in curves if each.job not in unfinished or each.job.beta not in ready]
    return Results(config, tuple(shown), tuple(missing), tuple(unfinished))


def read_log(path: Path) -> dict[str, FloatArray]:
    """A log's columns; none if it is not there or has no row.

    Raises:
        InputError: it is damaged.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return (
            {name: np.array([float(row[name]) for row in rows]) for name in rows[0]} if rows else {}
        )
    except (OSError, ValueError, TypeError, LookupError, csv.Error) as error:
        raise InputError(f"{path}: damaged ({error}); move it away, or mend the row") from error
