"""`segue paper`: the paper's experiment from end to end, and its report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from segue.cli.extras import require
from segue.cli.messages import note, say
from segue.errors import InputError

if TYPE_CHECKING:
    import torch

    from segue.paper.config import ExperimentConfig

__all__ = ["app"]

app = typer.Typer(
    help="The paper's experiment: train beta-VAEs on note tables, judge and report them.",
    no_args_is_help=True,
)

_INTERRUPTED: Final = 130


@app.command()
def run(
    config: Annotated[
        Path,
        typer.Option(
            "--config", "-c", metavar="FILE.toml", help="Settings, like configs/paper-cpu.toml."
        ),
    ],
    corpus: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            help="A corpus made by `segue corpus build`, a folder of `segue corpus export --format "
            "paper`, or an .npy file of (songs, notes, 6).",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="RUN",
            help="The experiment's folder; what is there is continued.",
        ),
    ],
    beta: Annotated[
        list[float] | None,
        typer.Option(help="Train only this beta, one of the file's or another; may be repeated."),
    ] = None,
    devices: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many models train at once: GPUs, all by default, or processes on a CPU.",
        ),
    ] = None,
) -> None:
    """Train a model for each beta and seed, test it every epoch, and measure its samples.

    Ctrl-C saves and stops; the same command continues. RUN/beta-20/seed-1 has a model's weights and
    logs: steps.csv, validation.csv and tensorboard.
    """
    require("paper", "segue paper run")
    from dataclasses import replace

    from segue.config import read_toml
    from segue.locking import held
    from segue.paper.config import ExperimentConfig

    settings = read_toml(ExperimentConfig, config)
    if beta:
        settings = replace(settings, betas=tuple(dict.fromkeys((*settings.betas, *beta))))
    with held(out / ".lock", doing=f"trains in {out}"):
        _run(settings, corpus, out, beta, devices)


def _run(
    settings: "ExperimentConfig",
    corpus: Path,
    out: Path,
    beta: list[float] | None,
    devices: int | None,
) -> None:
    from segue.cli.paper_display import SweepDisplay
    from segue.cli.progress import phase_bars
    from segue.paper.sweep import Sweep
    from segue.training.interruption import Stopped

    with phase_bars() as on_progress:
        sweep = Sweep(settings, corpus, out, devices=_devices(devices), on_progress=on_progress)
    for name, songs in sweep.data.splits.items():
        say(f"{name:6} {len(songs):8,} songs")
    for reason, count in sweep.data.excluded.items():
        if count:
            say(f"  left out: {count:,} with {reason}")
    n_models = len(beta or settings.betas) * len(settings.seeds)
    try:
        with SweepDisplay(n_models, settings.training.epochs) as display:
            sweep.run(display.on_epoch, betas=beta or ())
    except Stopped as stopped:
        note(f"stopped; the same command continues from {out}")
        raise typer.Exit(_INTERRUPTED) from stopped
    say(f"{out}: {n_models} models; now `segue paper report {out}`")


@app.command()
def diffusion(
    experiment: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of `segue paper run`.")
    ],
    steps: Annotated[
        int, typer.Option(min=1, help="Training steps of each of the two networks.")
    ] = 4000,
) -> None:
    """Train a DDPM on the latents of the best beta-VAE, from nothing and given the first third.

    Its samples are measured beside the VAE's own; `segue paper report` then shows it all. Ctrl-C
    saves and stops; the same command continues. Everything is in RUN/diffusion.
    """
    require("paper", "segue paper diffusion")
    from segue.cli.paper_display import DiffusionDisplay
    from segue.locking import held
    from segue.paper.diffusion import DIFFUSION_FOLDER, open_best_vae, train_diffusion
    from segue.paper.diffusion_measures import measure_diffusion
    from segue.paper.latents import kinds_of
    from segue.training.interruption import Stopped

    vae = open_best_vae(experiment)
    say(f"the latents of {vae.name} after epoch {vae.about['epoch']}")
    folder = experiment / DIFFUSION_FOLDER
    with held(folder / ".lock", doing=f"trains in {folder}"):
        try:
            with DiffusionDisplay(kinds_of(vae.model), steps) as display:
                train_diffusion(experiment, vae, display.on_step, steps=steps)
                measure_diffusion(experiment, vae, display.on_set)
        except Stopped as stopped:
            note(f"stopped; the same command continues from {folder}")
            raise typer.Exit(_INTERRUPTED) from stopped
    say(f"{folder}: trained and measured; now `segue paper report {experiment}`")


@app.command()
def report(
    experiment: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of `segue paper run`.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write; by default RUN/report."),
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Another experiment to compare with, on the same page."),
    ] = None,
    sound: Annotated[bool, typer.Option("--sound", help="Also render the music to WAV.")] = False,
    songs: Annotated[
        bool,
        typer.Option(help="Also continue test songs; without them, the report may be published."),
    ] = True,
    svg_only: Annotated[
        bool, typer.Option("--svg-only", help="Write figures as SVG only, without PNG.")
    ] = False,
) -> None:
    """Write one HTML page: the paper's figures from your runs, tables, music, what reproduced."""
    require("paper", "segue paper report")
    from segue.paper.figures import FORMATS
    from segue.paper.report import write_report

    target = out if out is not None else experiment / "report"
    formats = [".svg"] if svg_only else FORMATS
    page = write_report(
        experiment, target, beside=beside, sound=sound, songs=songs, formats=formats
    )
    say(str(page))


def _devices(count: int | None) -> "list[torch.device]":
    """The GPUs, or the CPU as often as asked."""
    import torch

    if torch.cuda.is_available():
        found = torch.cuda.device_count()
        if count is not None and count > found:
            raise InputError(f"{count} devices were asked for, and there are {found} GPUs")
        return [torch.device("cuda", index) for index in range(count or found)]
    return [torch.device("cpu")] * (count or 1)
