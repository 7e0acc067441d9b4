"""`segue evaluate`: how near a folder of MIDI files comes to the music of a corpus."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.messages import say

if TYPE_CHECKING:
    from rich.console import Console

    from segue.evaluation import SetReport

__all__ = ["evaluate"]

N_TELLING = 10


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="MIDI files; the last bars of each are compared."),
    ],
    against: Annotated[Path, typer.Option(metavar="CORPUS", help="The corpus, as built.")],
    split: Annotated[str, typer.Option(help="The split that real excerpts come from.")] = "test",
    n: Annotated[
        int | None,
        typer.Option("--n", min=5, help="Real excerpts; as many as files by default."),
    ] = None,
    bars: Annotated[int, typer.Option("--bars", "-b", min=1, help="Bars of an excerpt.")] = 8,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0, help="Of the excerpts drawn.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE.json", help="Where the whole report goes."),
    ] = None,
) -> None:
    """Compare a folder of MIDI files with real music, and say what gives it away."""
    from rich.console import Console

    from segue.corpus import CorpusStore
    from segue.evaluation import comparable, compare_sets, draw_excerpts
    from segue.evaluation.folders import read_folder
    from segue.midi import write_file

    generated = [comparable(score) for score in read_folder(folder, n_bars=bars)]
    drawn = draw_excerpts(
        CorpusStore.open(against), split=split, count=n or len(generated), seed=seed, n_bars=bars
    )
    real = [comparable(excerpt.score) for excerpt in drawn]
    with Console(stderr=True).status(f"comparing {len(generated)} files with {len(real)} excerpts"):
        report = compare_sets(real, generated, seed=seed, n_bars=bars)
    _show(report, Console())
    if out is not None:
        text = json.dumps(report.to_mapping(), indent=2) + "\n"
        write_file(out, text.encode("utf-8"))
        say(str(out))


def _show(report: "SetReport", console: "Console") -> None:
    """The figures, and the features that tell most."""
    from rich.table import Table

    figures = Table(
        "figure", "value", title=f"{report.n_generated} files, {report.n_real} excerpts"
    )
    for name, value in report.row().items():
        figures.add_row(name, value)
    console.print(figures)
    telling = Table("feature", "real", "here", "shift", "overlap", title="What gives them away")
    for gap in report.features[:N_TELLING]:
        telling.add_row(
            gap.name,
            f"{gap.real_mean:.3f}",
            f"{gap.generated_mean:.3f}",
            f"{gap.shift:+.2f} sd",
            f"{gap.overlap:.2f}",
        )
    console.print(telling)
