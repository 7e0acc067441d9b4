"""`segue insert`: new bars between two bars of a piece."""

from typing import Annotated

import typer

from segue.cli.asking import Bars, Encoding, InputFile, Takes, read_prompt
from segue.cli.writing import Wishing, with_writing
from segue.generation.bounds import BRIDGE_BARS, TAKES

__all__ = ["insert"]


@with_writing
def insert(
    file: InputFile,
    before_bar: Annotated[
        int,
        typer.Option(metavar="BAR", min=1, help="The bar, counted from 1, that they come before."),
    ],
    bars: Bars = BRIDGE_BARS.default,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Wishing = Wishing(),  # noqa: B008 - frozen
) -> None:
    """Write new bars between two bars of a piece; nothing is lost, what follows moves on.

    What sounds where they begin ends there.
    """
    from segue.generation.piece import Piece
    from segue.generation.request import Insert

    request = Insert(
        first=before_bar - 1, bars=bars, takes=takes, seed=how.seed, options=how.options()
    )
    document = read_prompt(file, encoding=encoding)
    how.run("inserting", request, request.placed(Piece.of(document)), document)
