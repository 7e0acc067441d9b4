"""`segue measure`: what only a model itself can say, as the README and its card have it."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.extras import require
from segue.cli.messages import say

__all__ = ["measure"]


def measure(
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="The corpus, as built.")],
    model: Annotated[
        str, typer.Option(help="A shipped model's name, or a folder of your own.")
    ] = "band",
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where the report goes.")
    ] = Path("report"),
    split: Annotated[str, typer.Option(help="The split that is measured on.")] = "test",
    windows: Annotated[int, typer.Option(min=1, help="Windows for the likelihood.")] = 256,
    train_notes: Annotated[
        int, typer.Option(min=1000, help="Notes that the n-gram is counted on.")
    ] = 8_000_000,
) -> None:
    """Measure a model from inside: speed and likelihood.

    How its music compares with real music and with others' is `segue evaluate --model`.
    """
    require("evaluate", "segue measure")
    from segue.cli.asking import try_folder
    from segue.corpus import CorpusStore
    from segue.evaluation.inside.model_report import FILE_NAME, ModelReport, ReportOptions

    try_folder(out)
    options = ReportOptions(split=split, windows=windows, train_notes=train_notes)
    report = ModelReport(model, CorpusStore.open(corpus), out, options)
    report.run(lambda section: say(f"measuring {section.replace('_', ' ')} ..."))
    say(str(out / FILE_NAME))
