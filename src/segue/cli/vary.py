"""`segue vary`: the piece's own bars, played differently."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import InputFile, Takes, Tracks, parse_bars, parse_tracks, read_prompt
from segue.cli.writing import WRITING, Writing, with_writing

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["vary"]


@with_writing
def vary(
    file: InputFile,
    amount: Annotated[
        float, typer.Option("--amount", "-a", help="From 0, nearly mine, to 1, new.")
    ] = 0.3,
    bars: Annotated[
        str | None,
        typer.Option("--bars", "-b", metavar="FIRST:LAST", help="Bars from 1; default all."),
    ] = None,
    tracks: Tracks = None,
    takes: Takes = 4,
    how: Writing = WRITING,
) -> None:
    """Write bars anew that keep as much of the piece's own as you say."""
    options = how.options()
    document = read_prompt(file)
    first, last = parse_bars(bars) if bars else (0, document.score.n_bars)
    chosen = parse_tracks(tracks, document)

    def write(composer: "Composer", on_bar: "OnBar") -> "list[Take]":
        return composer.vary(
            document,
            amount=amount,
            first=first,
            last=last,
            tracks=chosen,
            takes=takes,
            seed=how.seed,
            options=options,
            on_bar=on_bar,
        )

    how.run("varying", takes, last - first, write)
