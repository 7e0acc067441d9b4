"""Made-up logs of an experiment, for tests of what is read off them."""

import csv
import json
from pathlib import Path

from segue.config import to_mapping
from segue.paper.config import ExperimentConfig
from segue.paper.sweep import EXPERIMENT_NAME, jobs_of
from tests.unit.paper.experiments import settings

EPOCHS = 10


def write_logs(
    folder: Path, best: dict[float, float], *, seeds: tuple[int, ...] = (1,)
) -> ExperimentConfig:
    """An experiment whose unconditional FID of each beta falls to `best`, in ten epochs; its
    instrument loss is halved each epoch, the conditional FID is half the other.
    """
    config = settings(
        betas=tuple(best), seeds=seeds, training__epochs=EPOCHS, training__fid_every=5
    )
    folder.mkdir(exist_ok=True)
    (folder / EXPERIMENT_NAME).write_text(json.dumps(to_mapping(config)))
    for job in jobs_of(config):
        path = folder / job.folder
        path.mkdir(parents=True)
        epochs = [
            {
                "step": epoch, "train/total": 100 / epoch, "test/total": 120 / epoch,
                "train/cross_entropy/instrument": 0.5**epoch,
                "test/cross_entropy/instrument": 0.5**epoch, "seconds": 2.0 * epoch,
            }
            for epoch in range(1, EPOCHS + 1)
        ]  # fmt: skip
        samplings = [
            {
                "step": epoch,
                "unconditional/columns": (best[job.beta] + job.seed) * times,
                "unconditional/order": 3.0,
                "conditional/columns": best[job.beta] * times / 2,
                "conditional/order": 2.0,
            }
            for epoch, times in ((5, 3.0), (10, 1.0))
        ]
        for name, rows in (("steps.csv", epochs), ("validation.csv", samplings)):
            with (path / name).open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    return config
