"""`segue compose`: music from nothing but a metre, a tempo and, where asked, instruments."""

from typing import Annotated

import typer

from segue.cli.asking import Bars, Takes, parse_metre
from segue.cli.writing import Composing, with_writing
from segue.generation.bounds import BARS, BPM, TAKES

__all__ = ["compose"]


@with_writing
def compose(
    bars: Bars = BARS.default,
    takes: Takes = TAKES.default,
    bpm: Annotated[
        float, typer.Option(help=f"Quarters a minute, {BPM.lowest:g} to {BPM.highest:g}.")
    ] = BPM.default,
    metre: Annotated[str, typer.Option(help="Metre, such as 3/4 or 7/8.")] = "4/4",
    how: Composing = Composing(),  # noqa: B008 - frozen
) -> None:
    """Write takes from nothing."""
    from segue.generation.request import Compose

    request = Compose(
        bars=bars,
        bpm=bpm,
        metre=parse_metre(metre),
        takes=takes,
        seed=how.seed,
        options=how.options(),
    )
    how.run("composing", request, request.placed())
