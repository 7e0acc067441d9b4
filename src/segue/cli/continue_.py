"""`segue continue`: several ways for a piece to go on."""

from segue.cli.asking import Bars, Encoding, InputFile, Takes, read_prompt
from segue.cli.messages import warn
from segue.cli.writing import Wishing, with_writing
from segue.generation.bounds import BARS, TAKES

__all__ = ["continue_"]


@with_writing
def continue_(
    file: InputFile,
    bars: Bars = BARS.default,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Wishing = Wishing(),  # noqa: B008 - frozen
) -> None:
    """Write takes of a piece: each the untouched prompt, then exactly so many new bars."""
    from segue.generation.piece import Piece
    from segue.generation.request import Continue

    request = Continue(bars=bars, takes=takes, seed=how.seed, options=how.options())
    document = read_prompt(file, encoding=encoding)
    if not document.score.n_notes:
        warn(str(file), ["it has no notes; only its metre and tempo are used"])
    how.run("continuing", request, request.placed(Piece.of(document)), document)
