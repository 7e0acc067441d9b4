"""The requests that replace bars of a piece: written again, varied, or led from end to end.

As the others (`request`) they are checked when they are made, and `placed` checks them against a
piece. Bars count from 0, tracks too.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from segue.errors import InputError
from segue.generation.bounds import AMOUNT
from segue.generation.morphing import require_ends
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.request import Placed, Request
from segue.generation.window import Region

__all__ = ["Infill", "Morph", "Vary"]

_FEW_BARS: Final = 4


@dataclass(frozen=True, kw_only=True)
class _Replacing(Request):
    """The bars [first, last) of a piece, in all or some of its tracks."""

    first: int = 0
    last: int | None = None
    """None: as far as the piece goes."""
    tracks: tuple[int, ...] | None = None
    """None: all."""

    def __post_init__(self) -> None:
        """As `Request`; and tracks that are named keep their instruments."""
        super().__post_init__()
        if self.tracks is None:
            return
        object.__setattr__(self, "tracks", tuple(self.tracks))
        if self.options.instruments is not None or self.options.new_instruments:
            raise InputError("a track keeps its instrument: name tracks or instruments, not both")

    def placed(self, piece: Piece) -> Placed:
        """These bars and tracks of a piece.

        Raises:
            InputError: it does not have them.
        """
        last = piece.score.n_bars if self.last is None else self.last
        region = piece.region(self.first, last, self.tracks)
        return self._fitting(Placed(piece, piece.score, region, replaces=True))


@dataclass(frozen=True, kw_only=True)
class Infill(_Replacing):
    """These bars written again, in all or some tracks.

    In some tracks, or in few bars, likelier notes are drawn more often than the options say.
    """

    task: ClassVar = "infill"

    def drawing(self, region: Region) -> Options:
        """The options, with more care where there is much to fit."""
        if region.tracks is None and region.last - region.first > _FEW_BARS:
            return self.options
        return self.options.with_care()


@dataclass(frozen=True, kw_only=True)
class Vary(_Replacing):
    """These bars with about `amount` of them, at least one bar of one part, replaced.

    What is new fits what is kept, and resembles what it replaces; at 1 it does neither.
    """

    task: ClassVar = "vary"
    amount: float = AMOUNT.default

    def __post_init__(self) -> None:
        """As `Infill`."""
        super().__post_init__()
        AMOUNT.check("amount", self.amount)

    def drawing(self, region: Region) -> Options:
        """The options, with the more care the more is to stay."""
        del region
        return self.options.with_care(1 - self.amount)

    @property
    def details(self) -> dict[str, Any]:
        """The amount."""
        return {"amount": self.amount}


@dataclass(frozen=True, kw_only=True)
class Morph(_Replacing):
    """These bars lead, step by step, from what the bar before them plays to that after them.

    What they have now is not looked at. A track that plays in one of the two bars alone plays in
    the half of the new bars that is nearer to it.
    """

    task: ClassVar = "morph"

    def __post_init__(self) -> None:
        """As `Infill`; and no wishes about instruments."""
        super().__post_init__()
        if self.options.instruments is not None or self.options.new_instruments:
            raise InputError(
                "who plays in a morph is who plays in the two bars: name no instruments"
            )

    def placed(self, piece: Piece) -> Placed:
        """As `Infill`.

        Raises:
            InputError: there is no bar before or after them, it is silent, or not as long.
        """
        placed = super().placed(piece)
        require_ends(piece, placed.region)
        return placed

    def drawing(self, region: Region) -> Options:
        """The options, with care: all is to fit."""
        del region
        return self.options.with_care()
