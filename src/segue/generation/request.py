"""One call's wishes that do not depend on the task: which takes, from which seed, drawn how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from segue.errors import InputError
from segue.generation.options import Options
from segue.generation.take import Take
from segue.score import Score

MAX_BARS: Final = 256
"""The most bars that one request may write."""
MAX_TAKES: Final = 64

OnBar = Callable[[int, int], None]
"""(take, how many of its bars are complete): called once a bar a take, in order."""
OnMusic = Callable[[int, int, Score], None]
"""(take, bar, music): called with `OnBar`. The bar is the piece's, from 0; the music has the tracks
of the take and of its notes those that begin in that bar, at the piece's ticks.

What is told so is what the finished take holds, but for two things. A note may become shorter, when
a later bar begins another of its pitch on its channel. And where a file plays two programs on one
channel, and a later bar is the first to play the second, the notes of the first get a new track.
"""
OnTake = Callable[[Take], None]
"""Called with every take that is complete, in order; its rank is known only when all are."""
Cancelled = Callable[[], bool]
"""Asked before every event; when it says so, writing stops."""


def _nobody(take: int, bars: int) -> None:
    """Tell nobody."""


def _no_take(take: Take) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


class Asking(TypedDict, total=False):
    """The keyword arguments that every task takes."""

    takes: int | Sequence[int]
    """How many takes (4), or the numbers of those that are wanted: [3] is the third alone."""
    seed: int
    """The same seed (1), the same takes."""
    options: Options | None
    """How they are drawn."""
    on_bar: OnBar
    """Told of every bar that is complete."""
    on_music: OnMusic | None
    """Told of the notes of every bar that is complete."""
    on_take: OnTake
    """Told of every take that is complete, while others are still being written."""
    cancelled: Cancelled
    """When it says True, only the takes that are complete by then are returned."""


@dataclass(frozen=True)
class Request:
    """The same, checked; `of` makes it."""

    numbers: tuple[int, ...]
    """Of the takes, counted from 1, rising."""
    seed: int
    options: Options
    on_bar: OnBar
    on_music: OnMusic | None
    on_take: OnTake
    cancelled: Cancelled

    @classmethod
    def of(
        cls,
        *,
        takes: int | Sequence[int] = 4,
        seed: int = 1,
        options: Options | None = None,
        on_bar: OnBar = _nobody,
        on_music: OnMusic | None = None,
        on_take: OnTake = _no_take,
        cancelled: Cancelled = _never,
    ) -> "Request":
        """A request from what was asked.

        Raises:
            InputError: takes or a seed out of range.
        """
        if isinstance(takes, int):
            numbers = tuple(range(1, min(takes, MAX_TAKES + 1) + 1))
        else:
            numbers = tuple(sorted(set(takes)))
        if not numbers or not 1 <= numbers[0] <= numbers[-1] <= MAX_TAKES:
            raise InputError(f"takes must be in 1..{MAX_TAKES}, got {takes}")
        if not 0 <= seed < 2**63:
            raise InputError(f"seed must be in 0..2^63 - 1, got {seed}")
        return cls(numbers, seed, options or Options(), on_bar, on_music, on_take, cancelled)


def check_bars(bars: int) -> None:
    """Refuse to write no bars, or very many.

    Raises:
        InputError: naming what to change.
    """
    if not 1 <= bars <= MAX_BARS:
        raise InputError(f"bars must be in 1..{MAX_BARS}, got {bars}; go on from a take for more")
