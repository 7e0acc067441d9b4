"""Who follows a call while it writes: callbacks for bars, music and takes, and a way to end it.

Callbacks are called by the thread that made the call, whatever threads write.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from segue.generation.take import Take
    from segue.score import Score

OnBar = Callable[[int, int], None]
"""(take, how many of its bars are complete): called once a bar a take, in order."""
OnMusic = Callable[[int, int, "Score"], None]
"""(take, bar, music): called with `OnBar`. The bar is the piece's, from 0; the music has the tracks
of the take and of its notes those that begin in that bar, at the piece's ticks.

What is handed out is what the finished take holds, but for one thing: a note may become shorter,
when a later bar begins another of its pitch on its channel.
"""
OnTake = Callable[["Take"], None]
"""Called with every take that is complete, in order; its rank is known only when all are."""
Cancelled = Callable[[], bool]
"""Asked before every event, by each thread that writes; when it says so, writing stops."""


def _nobody(take: int, bars: int) -> None:
    """Call nobody."""


def _no_take(take: "Take") -> None:
    """Call nobody."""


def _never() -> bool:
    return False


class Callbacks(TypedDict, total=False):
    """The fields of `Following` as keyword arguments."""

    on_bar: OnBar
    on_music: OnMusic | None
    on_take: OnTake
    cancelled: Cancelled


@dataclass(frozen=True, kw_only=True)
class Following:
    """The callbacks of one call."""

    on_bar: OnBar = _nobody
    """Called for every bar that is complete."""
    on_music: OnMusic | None = None
    """Called with the notes of every bar that is complete."""
    on_take: OnTake = _no_take
    """Called with every take that is complete, while others are still being written."""
    cancelled: Cancelled = _never
    """When it says True, only the takes that are complete by then are returned."""
