"""Train the VAE of cells: what one part plays in one bar, as a few numbers.

    python -m scripts.train_cells MUSIC --out RUN [--steps N] [--config FILE.toml]

MUSIC is a corpus, packed or not, or a folder of MIDI files. Ctrl-C saves and stops; the same
command goes on, to the bit. The rates fall to 0 with the last steps, or once there is a file
`decay` in RUN. RUN/model is the model; `python -m scripts.measure_cells` says how good it is.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer

from segue.cli.progress import phase_bars
from segue.cli.train_display import TrainingDisplay
from segue.config import read_toml
from segue.models.cells.folder import load_cell_vae
from segue.training.cell_task import CellTask
from segue.training.config import CellTrainingConfig
from segue.training.interruption import Stopped
from segue.training.loop import Trainer, begin_decay
from segue.training.source import open_or_pack


def main(
    music: Path,
    out: Annotated[Path, typer.Option(help="The run's folder; a run that is there goes on.")],
    config: Annotated[
        Path | None, typer.Option(help="Settings: a `CellTrainingConfig` as TOML.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps in all.")] = None,
    decay_of: Annotated[
        Path | None,
        typer.Option(help="Begin where another run is, and let the rates fall to 0."),
    ] = None,
    decoder_of: Annotated[
        Path | None,
        typer.Option(
            help="A model whose decoder is trained further: what its latents mean does not change."
        ),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Train, and print the last validation."""
    torch.set_num_threads(threads)
    settings = CellTrainingConfig() if config is None else read_toml(CellTrainingConfig, config)
    settings = settings if steps is None else replace(settings, steps=steps)
    if decay_of is not None:
        begin_decay(decay_of, out)
    with phase_bars() as on_progress:
        packs = open_or_pack(music, out, on_progress=on_progress)
    begun = None if decoder_of is None else load_cell_vae(decoder_of)
    trainer = Trainer(CellTask(settings, packs["train"], packs["valid"], decoder_of=begun), out)
    try:
        with TrainingDisplay(trainer.step, trainer.last_step, shown=True) as display:
            found = trainer.run(display.on_step)
    except Stopped:
        print(f"stopped after step {trainer.step:,}; the same command goes on from {out}")
        return
    for name, value in found.items():
        print(f"{name:>12} {value:.4f}")


if __name__ == "__main__":
    typer.run(main)
