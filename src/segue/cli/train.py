"""`segue train`: Segue's own model on a corpus or on somebody's own MIDI files."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from segue.cli.extras import require
from segue.cli.messages import note, say, warn
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.models.decoder import Decoder, Terms, Windows
    from segue.training.config import TrainingConfig
    from segue.training.loop import Trainer

__all__ = ["train"]

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C, as shells have it."""


class ModelSize(StrEnum):
    """The sizes of `segue.models.decoder_config`."""

    TINY = "tiny"
    SMALL = "small"
    MEDIUM = "medium"
    BASE = "base"


def train(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Some 10 to 50 MIDI files of your own: learn from them, with settings and a "
            "report made for that. Goes with --from, --out, --steps, --seed and --threads.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", metavar="FILE.toml", help="A run's settings, like configs/band.toml."
        ),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A corpus made by `segue corpus build`, as it is or packed by `segue corpus "
            "pack`; or a folder or archive of MIDI files, of which one is then built inside RUN.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="RUN",
            help="The run's folder; a run that is there goes on. With FOLDER the model's, by "
            "default a personal one by the folder's name.",
        ),
    ] = None,
    size: Annotated[
        ModelSize | None,
        typer.Option(
            help="tiny for trying out, small (default) or medium for a laptop, base for a GPU."
        ),
    ] = None,
    start_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Fine-tune a shipped model, by its name, or one in a folder.",
        ),
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps in all.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Windows a step and device.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed, the same weights.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; by default one a core.")
    ] = None,
    devices: Annotated[
        int, typer.Option(min=1, help="GPUs, or processes on a CPU; torchrun says it itself.")
    ] = 1,
    decay_of: Annotated[
        Path | None,
        typer.Option(
            "--decay-of",
            metavar="RUN",
            help="Begin where another run is, and let the rates fall to 0: weights to use, while "
            "that run goes on.",
        ),
    ] = None,
) -> None:
    """Train Segue's model on a corpus, or make it familiar with a folder of your own MIDI files.

    `segue train --from band MY-FOLDER` takes minutes on a laptop: a fifth of the songs is held out,
    the weights that foresee those best are kept, and a report says what was gained. The model is
    then at hand by its name, for `--model MY-FOLDER` and in the studio's menu.

    Of a corpus: Ctrl-C saves and stops; the same command goes on, to the bit. RUN/model is the
    model, for `segue continue --model RUN/model`; RUN/steps.csv, validation.csv and tensorboard are
    the logs.
    """
    require("train", "segue train")

    import logging

    import torch

    if threads is not None:
        torch.set_num_threads(threads)
    if folder is not None:
        from segue.cli.learn import learn_from

        others = {"--corpus": corpus, "--config": config, "--size": size, "--batch": batch}
        others["--decay-of"] = decay_of
        learn_from(
            folder,
            base=start_from,
            out=out,
            steps=steps,
            seed=seed,
            others=[name for name, given in others.items() if given is not None],
        )
        return

    from segue.cli.progress import phase_bars
    from segue.config import read_toml
    from segue.models.cells.folder import load_cell_vae
    from segue.models.decoder_folder import load_decoder
    from segue.models.folder import model_folder
    from segue.training.decoder_task import DecoderTask
    from segue.training.loop import Trainer, begin_decay
    from segue.training.run_config import RunConfig
    from segue.training.source import open_or_pack

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it logs the precision
    file = RunConfig() if config is None else read_toml(RunConfig, config)
    corpus, out = corpus or file.corpus, out or file.out
    start_from = start_from or file.start_from
    if corpus is None or out is None:
        raise InputError(
            "give the music and a folder for the run: --corpus DIR --out RUN, or a --config file "
            "that names both; or a folder of your own music to learn from: --from band FOLDER"
        )
    model = None if start_from is None else load_decoder(model_folder(start_from))
    asked = {"size": size and size.value, "steps": steps, "batch": batch, "seed": seed}
    settings = _settings(None if config is None else file.training, model, asked)
    if decay_of is not None:
        begin_decay(decay_of, out)
    with phase_bars() as on_progress:
        packs = open_or_pack(corpus, out, on_progress=on_progress)
    cells = None if file.cells is None else load_cell_vae(file.cells)
    task = DecoderTask(settings, packs["train"], packs["valid"], start_from=model, cells=cells)
    trainer = Trainer(task, out, devices=devices)
    if trainer.fabric.is_global_zero:
        warn(str(packs["train"].path), task.notices)
    _run(trainer)


def _settings(
    file: "TrainingConfig | None", model: "Decoder | None", asked: dict[str, Any]
) -> "TrainingConfig":
    """The file's settings, or those for the task, with what the command line asks instead."""
    from segue.training.config import TrainingConfig

    changes = {name: value for name, value in asked.items() if value is not None}
    if model is None:
        return replace(file or TrainingConfig(), **changes)
    size = model.config.size()
    if changes.setdefault("size", size) != size:
        raise InputError(
            f"the model to fine-tune is {size}, not {changes['size']}; leave --size out"
        )
    return replace(file or TrainingConfig.fine_tuning(size), **changes)


def _run(trainer: "Trainer[Windows, Terms]") -> None:
    """Train to the end, or to Ctrl-C, and say how it went; one of several devices does so."""
    from rich.console import Console

    from segue.cli.train_display import TrainingDisplay, validation_table
    from segue.training.interruption import Stopped
    from segue.training.loop import MODEL_FOLDER

    run, speaks = trainer.folder, trainer.fabric.is_global_zero
    try:
        with TrainingDisplay(trainer.step, trainer.last_step, shown=speaks) as display:
            found = trainer.run(display.on_step)
    except Stopped as stopped:
        if speaks:
            where = f"after step {trainer.step:,} of {trainer.last_step:,}"
            note(f"stopped {where}; the same command goes on from {run}")
        raise typer.Exit(INTERRUPTED) from stopped
    if speaks:
        Console().print(validation_table(found))
        say(
            f"{run / MODEL_FOLDER}: {trainer.step:,} steps, {trainer.events:,.0f} events, "
            f"{trainer.seconds / 3600:.2f} hours"
        )
