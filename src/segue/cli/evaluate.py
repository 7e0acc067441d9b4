"""`segue evaluate`: how good a set of MIDI is, beside real music and beside baselines."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from segue.cli.extras import require
from segue.cli.messages import say
from segue.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from segue.evaluation.candidates.task import Candidate
    from segue.evaluation.comparison.benchmark import Benchmark, Settings
    from segue.evaluation.listening.answers import Analysis, Share
    from segue.evaluation.music.reference import Reference
    from segue.novelty import KnownMusic

__all__ = ["evaluate"]

N_TELLING: Final = 10
_SHOWN: Final = (
    "auc", "feature_frechet", "embedding_frechet", "feature_mmd", "coverage", "overlap",
    "paper_distance",
)  # fmt: skip
_QUICK_EXCERPTS: Final = 40
_QUICK_RESAMPLES: Final = 40
_QUICK_TREES: Final = 60
_NGRAM_NOTES: Final = 1_000_000


def evaluate(
    sets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER",
            help="MIDI files, the last bars of each; NAME=FOLDER names them in the report.",
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
            help="The paper's model of this `segue paper run` in place of the package's.",
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="Of a corpus, that real music comes from.")] = "test",
    n: Annotated[int, typer.Option("--n", min=5, help="Excerpts in each set, at most.")] = 240,
    takes: Annotated[int, typer.Option(min=1, help="Continuations of each prompt.")] = 1,
    bars: Annotated[int, typer.Option("--bars", "-b", min=1, help="Bars of an excerpt.")] = 8,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0, help="Of all that is drawn.")] = 0,
    runs: Annotated[int, typer.Option(min=1, help="Sets that a model writes, by other seeds.")] = 1,
    infill: Annotated[
        bool, typer.Option("--infill", help="Write between real bars instead of after them.")
    ] = False,
    baselines: Annotated[bool, typer.Option(help="Whether baselines take part.")] = True,
    sensitivity: Annotated[
        bool, typer.Option(help="Whether to show what each figure sees.")
    ] = False,
    songs: Annotated[
        bool,
        typer.Option(help="Draw what the sets hold; without, the report may be published."),
    ] = True,
    quick: Annotated[bool, typer.Option("--quick", help="Few excerpts, wide intervals.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that write and measure.")] = 2,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where the page and its JSON go."),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the prompts as MIDI, for others to continue."),
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
    """Hold MIDI, ours or anyone's, against real music and baselines, and say what gives it away.

    A folder is measured against a corpus or against another folder of MIDI. Files that are named
    for prompts (see --prompts) are measured beside what really came next, too.
    """
    require("evaluate", "segue evaluate")
    from rich.console import Console

    console = Console()
    if answers:
        _analyse(
            _required(out, "--answers", "the listening test's folder, -o DIR"), answers, console
        )
        return
    from segue.evaluation.comparison.benchmark import Settings
    from segue.evaluation.music.reference import open_reference

    if against is None:
        raise InputError("name real music to hold it against: --against CORPUS or --against FOLDER")
    settings = Settings(
        n_bars=bars,
        excerpts=min(n, _QUICK_EXCERPTS) if quick else n,
        takes=takes,
        seed=seed,
        sensitivity=sensitivity,
        workers=workers,
        **({"resamples": _QUICK_RESAMPLES, "trees": _QUICK_TREES} if quick else {}),
    )
    reference = open_reference(
        against, split=split, n_bars=bars, seed=seed, after_bars=bars if infill else 0
    )
    if prompts is not None:
        _write_prompts(reference, settings, prompts)
        return
    candidates = _candidates(sets or [], model or [], bars=bars, runs=runs, workers=workers)
    if listening is not None:
        where = _required(out, "--listening", "a folder to write to, -o DIR")
        _write_listening(reference, candidates, settings, listening, where)
        return
    everyone = [*_baselines(paper, wanted=baselines, workers=workers), *candidates]
    _run(reference, everyone, settings, model or [], out, console, songs=songs)


def _run(
    reference: "Reference",
    candidates: "list[Candidate]",
    settings: "Settings",
    models: list[str],
    out: Path | None,
    console: "Console",
    *,
    songs: bool,
) -> None:
    from segue.cli.asking import try_folder
    from segue.cli.progress import named_bars
    from segue.evaluation.comparison.benchmark import run_benchmark

    if out is not None:
        try_folder(out)
    with named_bars() as on_progress:
        benchmark = run_benchmark(
            reference, candidates, settings, on_progress, known=_known_music(models)
        )
    _show(benchmark, console)
    if out is None:
        return
    from segue.evaluation.report.own_rolls import draw_own_rolls
    from segue.evaluation.report.page import write_page
    from segue.evaluation.report.prompt_rolls import draw_prompt_rolls
    from segue.generation.composer import load

    rolls = [
        roll
        for name in models[:1]
        for roll in draw_own_rolls(load(name), out, name=Path(name).name, seed=settings.seed)
    ]
    heard = draw_prompt_rolls(benchmark, out) if songs else []
    say(str(write_page(benchmark, out, rolls=rolls, prompt_rolls=heard)))


def _candidates(
    sets: list[str], models: list[str], *, bars: int, runs: int, workers: int
) -> "list[Candidate]":
    from segue.evaluation.candidates.folder import FolderCandidate
    from segue.evaluation.candidates.model import ModelCandidate

    found: list[Candidate] = []
    for model in models:
        from segue.generation.composer import load

        composer, name = load(model), Path(model).name
        found += [
            ModelCandidate(composer, name=name, run=run, workers=workers)
            for run in range(1, runs + 1)
        ]
    for text in sets:
        name, _, folder = text.rpartition("=")
        path = Path(folder)
        candidate = FolderCandidate(path, name=name or path.resolve().name, n_bars=bars)
        _ = candidate.files  # what cannot be read is told before anything long begins
        found.append(candidate)
    return found


def _baselines(paper: Path | None, *, wanted: bool, workers: int) -> "list[Candidate]":
    from segue.evaluation.candidates.baselines import (
        NGramCandidate,
        RandomReal,
        RealMusic,
        RepeatedBars,
    )
    from segue.evaluation.candidates.trained import RiffCandidate, plain_decoder
    from segue.paper.continuer import PaperContinuer
    from segue.paper.evaluated import PaperCandidate

    if not wanted:
        return [RealMusic()]
    of_paper = PaperContinuer.shipped() if paper is None else PaperContinuer.open(paper)
    return [
        RealMusic(),
        RepeatedBars(),
        RandomReal(),
        NGramCandidate(max_notes=_NGRAM_NOTES),
        PaperCandidate(of_paper),
        RiffCandidate(),
        plain_decoder(workers=workers),
    ]


def _known_music(models: list[str]) -> "KnownMusic | None":
    """The training music of the first model that has told of it, or of the shipped one."""
    from segue.generation.composer import DEFAULT_MODEL
    from segue.models.checkpoint import model_folder
    from segue.novelty.known import known_music_of

    known = (known_music_of(model_folder(name)) for name in (*models, DEFAULT_MODEL))
    return next((each for each in known if each is not None), None)


def _write_prompts(reference: "Reference", settings: "Settings", folder: Path) -> None:
    from segue.files import make_folder, write_bytes
    from segue.midi import score_to_bytes

    make_folder(folder)
    asked = reference.prompts(settings.excerpts)
    for number, excerpt in enumerate(asked, start=1):
        data = score_to_bytes(reference.prompt_of(excerpt))
        write_bytes(folder / f"{number:04d}.mid", data)
    say(f"{len(asked)} prompts in {folder}; continue 0001.mid as 0001.mid or 0001-1.mid elsewhere")


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
            f"a listening test is of one model or folder, got {len(candidates)}: give one --model"
        )
    task = Task.draw(reference, pairs, takes=1, seed=settings.seed)
    with named_bars() as on_progress:
        page = write_kit(
            task, candidates[0], out, on_pair=lambda n: on_progress("pairs", n, task.count)
        )
    say(f"{page}; then: segue evaluate --answers FILE -o {out}")


def _analyse(folder: Path, answers: list[Path], console: "Console") -> None:
    import json

    from rich.table import Table

    from segue.evaluation.listening.answers import analyse
    from segue.files import write_bytes

    found: Analysis = analyse(folder, answers)
    table = Table("", "told apart", "written liked better", title=found.kit)
    table.add_row("all", _told(found.told_apart), _told(found.prefer_written))
    for name, shares in found.by_listener.items():
        table.add_row(name, _told(shares["told_apart"]), _told(shares["prefer_written"]))
    console.print(table)
    path = folder / "analysis.json"
    write_bytes(path, (json.dumps(found.to_mapping(), indent=1) + "\n").encode())
    say(str(path))


def _told(share: "Share") -> str:
    if share.share is None:
        return "-"
    return (
        f"{share.count} of {share.of} ({share.share:.0%}, {share.low:.0%} to {share.high:.0%}, "
        f"p = {share.p_value:.3f}), {share.ties} ties"
    )


def _show(benchmark: "Benchmark", console: "Console") -> None:
    """The headline figures, what is missing, and the features that give each tested set away."""
    from rich.table import Table

    from segue.evaluation.report.tables import headline_table, telling_table, turned

    report = benchmark.to_mapping()
    header, *rows = turned(headline_table(report, _SHOWN))
    title = f"{report['n']} excerpts a set, against {report['against']['name']}"
    table = Table(title=title)
    for cell in header:
        table.add_column(cell, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for name, reason in report["missing"].items():
        console.print(f"{name}: not there, because {reason}", highlight=False)
    for each in report["sets"]:
        if each["unreadable"]:
            console.print(f"{each['name']}: {len(each['unreadable'])} files could not be read")
        if each["kind"] in ("ceiling", "baseline"):
            continue
        header, *rows = telling_table(each, N_TELLING)
        telling = Table(*header, title=f"What gives {each['name']} away")
        for row in rows:
            telling.add_row(*row)
        console.print(telling)


def _required(value: Path | None, option: str, what: str) -> Path:
    if value is None:
        raise InputError(f"{option} needs {what}")
    return value
