"""`segue interpolate`: from one piece to another, through their latents."""

from typing import Annotated

import typer

from segue.cli.asking import Bars, Encoding, InputFile, read_prompt
from segue.cli.given import STANDARD_INPUT
from segue.cli.writing import Writing, with_writing
from segue.errors import InputError
from segue.generation.bounds import OPENING_BARS, STEPS

__all__ = ["interpolate"]


@with_writing
def interpolate(
    start: InputFile,
    end: InputFile,
    bars: Bars = OPENING_BARS.default,
    steps: Annotated[
        int,
        typer.Option(min=STEPS.lowest, help=f"Takes, both ends included, at most {STEPS.highest}."),
    ] = STEPS.default,
    encoding: Encoding = None,
    how: Writing = Writing(),  # noqa: B008 - frozen
) -> None:
    """Write takes that lead from the first bars of one piece to those of another."""
    if str(start) == str(end) == STANDARD_INPUT:
        raise InputError("only one piece can come from standard input; give a file for the other")
    from segue.generation.piece import Piece
    from segue.generation.request import Interpolate

    request = Interpolate(bars=bars, steps=steps, seed=how.seed, options=how.options())
    documents = read_prompt(start, encoding=encoding), read_prompt(end, encoding=encoding)
    placed = request.placed(*(Piece.of(document) for document in documents))
    how.run("interpolating", request, placed, *documents, ranked=False)
