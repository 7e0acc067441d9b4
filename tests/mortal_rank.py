"""What torchrun starts in a test: one process of several that train, of which one is killed once.

python -m tests.mortal_rank PACKS FOLDER STEPS
"""

import os
import signal
import sys
from pathlib import Path

import torch

from segue.training.loop import Report
from tests.unit.training.corpora import trainer

DIES_AFTER = 3


def main() -> None:
    """Train, noting each step; the last rank kills itself, the first time."""
    packs, folder, steps = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    run = trainer(packs, folder / "run", steps=steps, checkpoint_minutes=0.0)

    def on_step(report: Report) -> None:
        if rank == 0:
            with (folder / "steps").open("a") as file:
                file.write(f"{report.step}\n")
        if rank == world - 1 and report.step == DIES_AFTER and not (folder / "died").exists():
            (folder / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    run.run(on_step)


if __name__ == "__main__":
    main()
