"""`segue morph`: bars that lead from the bar before them into the bar after them."""

from segue.cli.asking import (
    BarRange,
    Encoding,
    InputFile,
    Takes,
    Tracks,
    parse_bars,
    parse_tracks,
    read_prompt,
)
from segue.cli.writing import Keyed, with_writing
from segue.generation.bounds import TAKES

__all__ = ["morph"]


@with_writing
def morph(
    file: InputFile,
    bars: BarRange,
    tracks: Tracks = None,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Keyed = Keyed(),  # noqa: B008 - frozen
) -> None:
    """Rewrite bars so that they lead from the bar before into the bar after.

    What they have now is replaced. The first take leads most evenly, further ones are freer.
    """
    from segue.generation.piece import Piece
    from segue.generation.replacing import Morph

    options, (first, last) = how.options(), parse_bars(bars)
    document = read_prompt(file, encoding=encoding)
    request = Morph(
        first=first,
        last=last,
        tracks=parse_tracks(tracks, document),
        takes=takes,
        seed=how.seed,
        options=options,
    )
    how.run("morphing", request, request.placed(Piece.of(document)), document)
