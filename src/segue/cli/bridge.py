"""`segue bridge`: new bars that lead from one piece to another."""

from segue.cli.asking import Bars, Encoding, InputFile, Takes, read_prompt
from segue.cli.given import STANDARD_INPUT
from segue.cli.writing import Composing, with_writing
from segue.errors import InputError
from segue.generation.bounds import BRIDGE_BARS, TAKES

__all__ = ["bridge"]


@with_writing
def bridge(
    start: InputFile,
    end: InputFile,
    bars: Bars = BRIDGE_BARS.default,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Composing = Composing(),  # noqa: B008 - frozen
) -> None:
    """Join two pieces with new bars that lead from the one to the other.

    Each take has both pieces. Tracks of one instrument become one track; controllers and other
    events that are no notes stay behind.
    """
    if str(start) == str(end) == STANDARD_INPUT:
        raise InputError("only one piece can come from standard input; give a file for the other")
    from segue.generation.piece import Piece
    from segue.generation.request import Bridge

    request = Bridge(bars=bars, takes=takes, seed=how.seed, options=how.options())
    documents = read_prompt(start, encoding=encoding), read_prompt(end, encoding=encoding)
    placed = request.placed(*(Piece.of(document) for document in documents))
    how.run("bridging", request, placed, *documents)
