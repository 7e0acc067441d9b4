"""`segue infill`: some bars, or some tracks of them, rewritten."""

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
from segue.cli.writing import Wishing, with_writing
from segue.generation.bounds import TAKES

__all__ = ["infill"]


@with_writing
def infill(
    file: InputFile,
    bars: BarRange,
    tracks: Tracks = None,
    takes: Takes = TAKES.default,
    encoding: Encoding = None,
    how: Wishing = Wishing(),  # noqa: B008 - frozen
) -> None:
    """Rewrite bars of a piece, in all tracks or in some; the rest stays as it is."""
    from segue.generation.piece import Piece
    from segue.generation.replacing import Infill

    options, (first, last) = how.options(), parse_bars(bars)
    document = read_prompt(file, encoding=encoding)
    request = Infill(
        first=first,
        last=last,
        tracks=parse_tracks(tracks, document),
        takes=takes,
        seed=how.seed,
        options=options,
    )
    how.run("infilling", request, request.placed(Piece.of(document)), document)
