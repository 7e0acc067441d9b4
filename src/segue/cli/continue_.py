"""`segue continue`: several ways for a piece to go on, from its end or from a bar of it."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.asking import Bars, Drawn, Encoding, InputFile, Takes, read_prompt
from segue.cli.messages import warn
from segue.cli.writing import Wishing, with_writing
from segue.generation.bounds import BARS, TAKES

__all__ = ["continue_"]


@with_writing
def continue_(
    file: InputFile,
    bars: Bars = BARS.default,
    from_bar: Annotated[
        int | None,
        typer.Option(
            metavar="BAR",
            min=1,
            help="Leave out this bar, counted from 1, and all that follow, and write on there. "
            "Default: the end.",
        ),
    ] = None,
    takes: Takes = TAKES.default,
    drawn: Drawn = None,
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Another piece that the new bars are to be like, in rhythm, contour and texture.",
        ),
    ] = None,
    encoding: Encoding = None,
    how: Wishing = Wishing(),  # noqa: B008 - frozen
) -> None:
    """Write takes of a piece: each the untouched prompt, then exactly so many new bars.

    With --from-bar 9 the prompt is bars 1 to 8: what follows is left out, and what sounds there
    ends. To keep what follows, see `segue insert`.
    """
    from segue.generation.piece import Piece
    from segue.generation.request import Continue

    request = Continue(
        bars=bars,
        first=None if from_bar is None else from_bar - 1,
        takes=takes,
        drawn=drawn,
        like=None if like is None else Piece.of(read_prompt(like)),
        seed=how.seed,
        options=how.options(),
    )
    document = read_prompt(file, encoding=encoding)
    if not document.score.n_notes:
        warn(str(file), ["it has no notes; only its metre and tempo are used"])
    how.run("continuing", request, request.placed(Piece.of(document)), document)
