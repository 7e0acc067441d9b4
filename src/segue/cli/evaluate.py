"""`segue evaluate`: how good a set of MIDI is, compared with real music and baselines."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.evaluate_trials import (
    TrialOptions,
    ask_for_long_takes,
    fill_holes,
    see_who_obeys,
    turn_the_dial,
)
from segue.cli.extras import require
from segue.cli.messages import say
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.evaluation.candidates.task import Candidate
    from segue.evaluation.comparison.benchmark import Settings
    from segue.evaluation.music.reference import Reference

__all__ = ["evaluate"]


def evaluate(
    sets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER",
            help="MIDI files, of which the last bars count; NAME=FOLDER names them. With "
            "--infill and without --against: whole pieces to make holes in. With --obedience: "
            "pieces to continue.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Real music: a corpus, or a folder of MIDI files."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Let a model continue real prompts: a shipped name or a folder."
        ),
    ] = None,
    paper: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Use the paper's model of this `segue paper run` instead of the trained one.",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option(help="The split of a corpus that real music comes from.")
    ] = "test",
    n: Annotated[
        int | None,
        typer.Option(
            "--n",
            min=5,
            help="Most excerpts in each set: 240; holes: 120; passages to vary: 100; long takes: "
            "16; prompts that are continued with wishes: 40.",
        ),
    ] = None,
    takes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Takes of each prompt: 1; of each hole or wish: 4; of each amount: 1; long "
            "takes: 8.",
        ),
    ] = None,
    bars: Annotated[
        int | None,
        typer.Option(
            "--bars",
            "-b",
            min=1,
            help="Bars of an excerpt: 8; of a hole: 2; varied: 8; of a long take: 32; with a wish: "
            "4.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", "-s", min=0, help="The seed of everything that is drawn.")
    ] = 0,
    runs: Annotated[
        int, typer.Option(min=1, help="How many sets a model writes, each with another seed.")
    ] = 1,
    drawn: Annotated[
        int,
        typer.Option(
            min=0,
            help="Judge a model once more by the takes that it ranks first of so many; 0: do not.",
        ),
    ] = 0,
    infill: Annotated[
        bool,
        typer.Option(
            "--infill",
            help="Write between real bars instead of after them. Without --against: into holes "
            "of one track in the pieces of FOLDER, which may be a corpus.",
        ),
    ] = False,
    vary: Annotated[
        bool,
        typer.Option(
            "--vary",
            help="Vary bars of the pieces of FOLDER, which may be a corpus, by amounts from 0 to "
            "1, and show how much of them stays.",
        ),
    ] = False,
    long: Annotated[
        bool,
        typer.Option("--long", help="Ask for long takes, and count what goes wrong in them."),
    ] = False,
    obedience: Annotated[
        bool,
        typer.Option(
            "--obedience",
            help="Ask the model for everything that can be asked after the pieces of FOLDER, which "
            "may be a corpus, and see what it obeys.",
        ),
    ] = False,
    baselines: Annotated[bool, typer.Option(help="Whether to measure baselines too.")] = True,
    sensitivity: Annotated[
        bool, typer.Option(help="Whether to show what each metric reacts to.")
    ] = False,
    songs: Annotated[
        bool,
        typer.Option(help="Draw the music of the sets; without it, the report may be published."),
    ] = True,
    quick: Annotated[
        bool, typer.Option("--quick", help="Few excerpts: faster, with wide intervals.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that write and measure.")] = 2,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="The folder for the page and its JSON."),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write the prompts as MIDI files, for other systems to continue."
        ),
    ] = None,
    listening: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Write a listening test of N pairs into --out."),
    ] = None,
    answers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Analyse answers to the listening test in --out."),
    ] = None,
) -> None:
    """Compare MIDI with real music and baselines, and show what sets it apart.

    A folder is compared with a corpus or with another folder of MIDI. Files that are named after
    prompts (see --prompts) are also compared with what really came next.
    """
    require("evaluate", "segue evaluate")
    if answers:
        _analyse(_needed(out, "--answers", "the listening test's folder, -o DIR"), answers)
        return
    trial = TrialOptions(
        models=tuple(model or ()),
        split=split,
        n=n,
        takes=takes,
        bars=bars,
        seed=seed,
        workers=workers,
        out=out,
    )
    if obedience:
        see_who_obeys(sets or [], trial)
        return
    if vary:
        turn_the_dial(sets or [], trial)
        return
    if infill and against is None and sets:
        fill_holes(sets, trial)
        return
    from segue.evaluation.candidates.roster import named_folders, trained_models
    from segue.evaluation.comparison.benchmark import Settings
    from segue.evaluation.music.reference import open_reference

    if against is None:
        raise InputError("name real music to compare with: --against CORPUS or --against FOLDER")
    if long:
        if sets:
            raise InputError("long takes are written by models: give --model, and no folder")
        ask_for_long_takes(against, trial)
        return
    settings = Settings(
        n_bars=bars or Settings.n_bars,
        excerpts=n or Settings.excerpts,
        takes=takes or Settings.takes,
        seed=seed,
        sensitivity=sensitivity,
        workers=workers,
    )
    settings = settings.quick() if quick else settings
    n_bars = settings.n_bars
    reference = open_reference(
        against, split=split, n_bars=n_bars, seed=seed, after_bars=n_bars if infill else 0
    )
    if prompts is not None:
        _write_prompts(reference, settings, prompts)
        return
    tested = trained_models(model or [], runs=runs, drawn=drawn, workers=workers)
    tested += named_folders(sets or [], n_bars=n_bars)
    if listening is not None:
        where = _needed(out, "--listening", "a folder to write to, -o DIR")
        _write_listening(reference, tested, settings, listening, where)
        return
    everyone = [*_measured_beside(paper, baselines=baselines, workers=workers), *tested]
    _compare(reference, everyone, settings, model or [], out, songs=songs)


def _measured_beside(paper: Path | None, *, baselines: bool, workers: int) -> "list[Candidate]":
    """Real music, and the baselines if they are wanted."""
    from segue.evaluation.candidates.baselines import RealMusic
    from segue.evaluation.candidates.roster import ceiling_and_baselines
    from segue.paper.evaluated import PaperCandidate

    if not baselines:
        return [RealMusic()]
    if paper is not None:
        of_paper = PaperCandidate.open(paper)
        return ceiling_and_baselines(lambda: of_paper, paper_name=of_paper.name, workers=workers)
    return ceiling_and_baselines(
        PaperCandidate.shipped, paper_name=PaperCandidate.name, workers=workers
    )


def _compare(
    reference: "Reference",
    candidates: "list[Candidate]",
    settings: "Settings",
    models: list[str],
    out: Path | None,
    *,
    songs: bool,
) -> None:
    from segue.cli.asking import try_folder
    from segue.cli.evaluate_display import show_benchmark
    from segue.cli.progress import named_bars
    from segue.evaluation.comparison.benchmark import run_benchmark
    from segue.evaluation.copies.known import training_music_of
    from segue.evaluation.report.folder import write_folder

    if out is not None:
        try_folder(out)
    with named_bars() as on_progress:
        benchmark = run_benchmark(
            reference, candidates, settings, on_progress, known=training_music_of(models)
        )
    show_benchmark(benchmark)
    if out is not None:
        say(str(write_folder(benchmark, out, models=models, songs=songs)))


def _write_prompts(reference: "Reference", settings: "Settings", folder: Path) -> None:
    from segue.evaluation.candidates.prompts import write_prompts

    count = write_prompts(reference, settings.excerpts, folder)
    say(f"{count} prompts in {folder}; continue 0001.mid as 0001.mid or 0001-1.mid elsewhere")


def _write_listening(
    reference: "Reference",
    candidates: "list[Candidate]",
    settings: "Settings",
    pairs: int,
    out: Path,
) -> None:
    from segue.cli.progress import named_bars
    from segue.evaluation.candidates.task import Task
    from segue.evaluation.listening.kit import write_kit

    if len(candidates) != 1:
        raise InputError(
            f"a listening test takes one model or folder, got {len(candidates)}: give one --model"
        )
    task = Task.draw(reference, pairs, takes=1, seed=settings.seed)
    with named_bars() as on_progress:
        page = write_kit(
            task, candidates[0], out, on_pair=lambda n: on_progress("pairs", n, task.count)
        )
    say(f"{page}; then: segue evaluate --answers FILE -o {out}")


def _analyse(folder: Path, answers: list[Path]) -> None:
    from segue.cli.evaluate_display import show_analysis
    from segue.evaluation.listening.answers import analyse, write_analysis

    found = analyse(folder, answers)
    show_analysis(found)
    say(str(write_analysis(found, folder)))


def _needed(value: Path | None, option: str, what: str) -> Path:
    if value is None:
        raise InputError(f"{option} needs {what}")
    return value
