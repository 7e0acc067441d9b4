"""`segue accompany`: new tracks over the bars of a piece."""

from typing import Annotated

import typer

from segue.cli.asking import Encoding, InputFile, Takes, read_prompt
from segue.cli.writing import Keyed, with_writing
from segue.generation.bounds import ADDED, TAKES

__all__ = ["accompany"]


@with_writing
def accompany(
    file: InputFile,
    add: Annotated[
        list[str],
        typer.Option(
            metavar="NAME",
            help="What a new track plays: 'drums', a program 0-127, or a name such as 'bass' or "
            "'string ensemble', of which the first counts. May be given several times, at most "
            f"{ADDED.highest}.",
        ),
    ],
    from_bar: Annotated[
        int,
        typer.Option(metavar="BAR", min=1, help="The first bar to play in, counted from 1."),
    ] = 1,
    to_bar: Annotated[
        int | None,
        typer.Option(metavar="BAR", min=1, help="The last bar to play in. Default: the last."),
    ] = None,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Keyed = Keyed(),  # noqa: B008 - frozen
) -> None:
    """Add tracks that play along with a piece; everything in it stays as it is."""
    from segue.generation.piece import Piece
    from segue.generation.request import Accompany

    request = Accompany(
        add=tuple(word for each in add for word in each.split(",")),
        first=from_bar - 1,
        last=to_bar,
        takes=takes,
        seed=how.seed,
        options=how.options(),
    )
    document = read_prompt(file, encoding=encoding)
    how.run("accompanying", request, request.placed(Piece.of(document)), document)
