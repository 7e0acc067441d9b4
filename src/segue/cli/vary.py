"""`segue vary`: the piece's own bars, changed a little or a lot."""

from typing import Annotated

import typer

from segue.cli.asking import (
    Encoding,
    InputFile,
    Takes,
    Tracks,
    parse_bars,
    parse_tracks,
    read_prompt,
)
from segue.cli.writing import Keyed, with_writing
from segue.generation.bounds import AMOUNT, TAKES

__all__ = ["vary"]


@with_writing
def vary(
    file: InputFile,
    amount: Annotated[
        float,
        typer.Option(
            "--amount",
            "-a",
            help="How much to change, from 0, almost the original, to 1, new.",
        ),
    ] = AMOUNT.default,
    bars: Annotated[
        str | None,
        typer.Option("--bars", "-b", metavar="FIRST:LAST", help="Bars from 1; default all."),
    ] = None,
    tracks: Tracks = None,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Keyed = Keyed(),  # noqa: B008 - frozen
) -> None:
    """Rewrite bars, keeping as much of the original as you choose."""
    from segue.generation.piece import Piece
    from segue.generation.replacing import Vary

    options, (first, last) = how.options(), parse_bars(bars) if bars else (0, None)
    document = read_prompt(file, encoding=encoding)
    request = Vary(
        amount=amount,
        first=first,
        last=last,
        tracks=parse_tracks(tracks, document),
        takes=takes,
        seed=how.seed,
        options=options,
    )
    how.run("varying", request, request.placed(Piece.of(document)), document)
