"""What z and look-back are worth: Segue's design and the two rungs below it, on one small budget.

    nice python -m benchmarks.designs.compare CORPUS OUT            # minutes to an hour; resumable
    python -m benchmarks.designs.compare CORPUS OUT --size small --steps 3000

Each design has as many parameters (`segue.models.config`) and sees the same number of windows,
drawn by one seed; Segue's own spends a fifth of the steps on latents alone, without the decoder.
Validation is on the same windows, with no latent given, and with all where there are any. Prints a
Markdown table for experiments/LOG.md. Ctrl-C saves; the same line goes on.
"""

import argparse
import csv
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import torch

from segue.corpus import CorpusStore
from segue.encoding.sequence import ATTRIBUTES
from segue.models.config import Design, Size
from segue.training.config import DataConfig, ObjectiveConfig, OptimiserConfig, TrainingConfig
from segue.training.loop import Report, Trainer

DESIGNS: Final[tuple[Design, ...]] = ("segue", "no-latents", "plain")
_OF_LATENTS: Final = 0.2
"""Of Segue's steps, as in configs/band.toml."""


def main() -> None:
    """Train the designs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", choices=get_args(Size), default="tiny")
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--events", type=int, default=512)
    parser.add_argument("--windows", type=int, default=128, help="to validate on")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    store = CorpusStore.open(asked.corpus)
    rows = []
    for design in DESIGNS:
        config = settings(
            design, size=asked.size, steps=asked.steps, batch=asked.batch, events=asked.events
        )
        config = replace(config, validate_windows=asked.windows)
        trainer = Trainer(config, store, asked.out / design)
        trainer.run(_tell)
        rows.append(_row(design, trainer, asked.out / design))
    print(_table(rows))


def settings(design: Design, *, size: Size, steps: int, batch: int, events: int) -> TrainingConfig:
    """The same for all, except what a design cannot be given."""
    data = DataConfig(events=events, continuation=0.65, latents=0.6)
    return TrainingConfig(
        size=size,
        design=design,
        steps=steps,
        batch=batch,
        validate_every=max(1, steps // 4),
        data=data if design == "segue" else replace(data, latents=0.0),
        optimiser=OptimiserConfig(warm_up=20, decay=0.45, ema=0.99),
        objective=ObjectiveConfig(sketch_steps=round(_OF_LATENTS * steps)),
    )


def _tell(report: Report) -> None:
    if report.step % 10 == 0:
        print(f"{report.step} of {report.steps}: {report.values['nll/event']:.3f}", flush=True)


def _row(design: Design, trainer: Trainer, folder: Path) -> list[str]:
    """The last validation, as logged."""
    with (folder / "validation.csv").open(encoding="utf-8", newline="") as file:
        *_, last = csv.DictReader(file)
    size = sum(p.numel() for p in trainer.model.parameters()) / 1e6
    with_z = float(last["with_z/nll/event"])
    cells = [f"{size:.2f}", f"{trainer.seconds / 60:.0f}"]
    cells += [f"{with_z:.3f}" if trainer.model.config.latents else ""]
    cells += [f"{float(last[f'without_z/nll/{name}']):.3f}" for name in ("event", *ATTRIBUTES)]
    return [design, *cells]


def _table(rows: list[list[str]]) -> str:
    head = ["", "M parameters", "minutes", "with z", "without", *ATTRIBUTES]
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
