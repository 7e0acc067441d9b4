"""Train the network of plans: the latents of all cells of 16 bars, by diffusion.

    python -m scripts.train_plans PACK --cells MODEL --grids FOLDER --out RUN [--steps N]

PACK is what `segue corpus pack` wrote, MODEL the VAE of cells that `scripts.train_cells` wrote.
Grids of cells are read by it once, into FOLDER, and are there for the next run. Ctrl-C saves and
stops; the same command goes on, to the bit. The rates fall to 0 with the last steps, or once there
is a file `decay` in RUN. RUN/model is the model; `python -m scripts.measure_plans` measures it.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import torch
import typer

from segue.config import read_toml
from segue.models.cells.folder import load_cell_vae
from segue.training.config import PlanTrainingConfig
from segue.training.grids import GRIDS_NAME, Grids, encode_grids
from segue.training.interruption import Stopped
from segue.training.loop import Report, Trainer, begin_decay
from segue.training.packing import open_packs
from segue.training.plan_task import PlanTask
from segue.training.window_latents import LatentsOfCells

SEEDS: Final = {"train": 21, "valid": 22}
TOLD_EVERY: Final = 50
"""Steps."""


def main(
    pack: Path,
    cells: Annotated[Path, typer.Option(help="The folder of a VAE of cells.")],
    grids: Annotated[Path, typer.Option(help="Where grids are, or are written.")],
    out: Annotated[Path, typer.Option(help="The run's folder; a run that is there goes on.")],
    config: Annotated[
        Path | None, typer.Option(help="Settings: a `PlanTrainingConfig` as TOML.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps in all.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Grids to train on.")] = 6000,
    valid_count: Annotated[int, typer.Option(min=1, help="Grids to validate on.")] = 400,
    decay_of: Annotated[
        Path | None,
        typer.Option(help="Begin where another run is, and let the rates fall to 0."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Encode what is missing, train, and print the last validation."""
    torch.set_num_threads(threads)
    settings = PlanTrainingConfig() if config is None else read_toml(PlanTrainingConfig, config)
    settings = settings if steps is None else replace(settings, steps=steps)
    if decay_of is not None:
        begin_decay(decay_of, out)
    train, valid = (
        open_or_encode(pack, cells, grids, split, n)
        for split, n in (("train", count), ("valid", valid_count))
    )
    trainer = Trainer(PlanTask(settings, train, valid), out)
    try:
        found = trainer.run(tell)
    except Stopped:
        print(f"stopped after step {trainer.step:,}; the same command goes on from {out}")
        return
    for name, value in found.items():
        print(f"{name:>16} {value:.4f}")


def tell(report: Report) -> None:
    """A line every so many steps, and one a validation."""
    values = report.values
    if report.step % TOLD_EVERY == 0:
        print(
            f"step {report.step:,} of {report.last_step:,}: loss {values['loss']:.3f}, "
            f"{values['events_per_s']:,.0f} cells/s, {values['hours']:.2f} h",
            flush=True,
        )
    found = {n: v for n, v in values.items() if n.startswith("valid/")}
    if found:
        print(", ".join(f"{n} {v:.4f}" for n, v in found.items()), flush=True)


def open_or_encode(pack: Path, cells: Path, folder: Path, split: str, count: int) -> Grids:
    """The grids of a split; those of the training split are moved by some semitones."""
    if (folder / split / GRIDS_NAME).exists():
        return Grids.open(folder / split)
    packs = open_packs(pack)
    if packs is None:
        raise typer.BadParameter(f"{pack}: no packed training set; see `segue corpus pack`")
    return encode_grids(
        packs[split],
        LatentsOfCells(load_cell_vae(cells)),
        folder / split,
        count=count,
        seed=SEEDS[split],
        transpose=split == "train",
        on_grids=lambda done, of: print(f"{split}: {done:,} of {of:,} grids", flush=True),
    )


if __name__ == "__main__":
    typer.run(main)
