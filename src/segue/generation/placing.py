"""Where each request is to be written, whichever it is, and of how many prompts."""

from collections.abc import Sequence

from segue.generation.arrange import Arrange
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Bridge, Compose, Continue, Insert, Placed, Request

__all__ = ["place"]


def place(request: Request, pieces: Sequence[Piece]) -> Placed:
    """Where a request is to be written.

    Raises:
        InputError: bars or tracks that a piece does not have.
        TypeError: another number of prompts than it takes.
    """
    match request, pieces:
        case (
            (Arrange() | Continue() | Insert() | Infill() | Vary() | Morph() | Accompany()),
            [piece],
        ):
            return request.placed(piece)
        case Compose(), []:
            return request.placed()
        case Bridge(), [start, end]:
            return request.placed(start, end)
    raise TypeError(f"{type(request).__name__} does not take {len(pieces)} prompts")
