"""The keyword arguments that every task of a `Composer` takes, and what they come to."""

from collections.abc import Sequence
from typing import Any, TypedDict

from segue.generation.following import Callbacks, Following
from segue.generation.options import Options

__all__ = ["Asking", "Wishes", "parted", "tuple_of"]


class Wishes(TypedDict, total=False):
    """The fields that every request has."""

    takes: int | Sequence[int]
    """How many takes (4), or the numbers of those that are wanted: [3] is the third alone."""
    seed: int
    """The same seed (1), the same takes."""
    options: Options
    """How they are drawn."""
    drawn: int
    """How many takes are written, of which those that rank first are returned."""


class Asking(Wishes, Callbacks, total=False):
    """The keyword arguments that every task takes."""


def tuple_of(tracks: Sequence[int] | None) -> tuple[int, ...] | None:
    """Tracks as a request has them."""
    return None if tracks is None else tuple(tracks)


def parted(asking: Asking) -> tuple[Wishes, Following]:
    """Keyword arguments as the fields of a request, and the callbacks."""
    wishes: Any = {key: value for key, value in asking.items() if key in Wishes.__annotations__}
    callbacks: Any = {key: value for key, value in asking.items() if key not in wishes}
    return wishes, Following(**callbacks)
