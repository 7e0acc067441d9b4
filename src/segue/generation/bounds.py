"""Every number that a musician can ask for: its lowest and highest value, and its default.

The command line's help, the studio's API and page, and the checks of `request` and `options` all
read them here. Nothing heavy is imported, so that help is instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from segue.errors import InputError

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Bounds(Generic[Number]):
    """The values from `lowest` to `highest`, both included."""

    lowest: Number
    highest: Number
    default: Number

    def check(self, name: str, value: Number, *, way_out: str = "") -> None:
        """Refuse a value out of range.

        Raises:
            InputError: with the name, the range, the value and the way out.
        """
        if not self.lowest <= value <= self.highest:
            range_ = f"{_shown(self.lowest)}..{_shown(self.highest)}"
            raise InputError(f"{name} must be in {range_}, got {value}{way_out}")


def _shown(number: float) -> str:
    return "2^63 - 1" if number == _LARGEST_SEED else f"{number:g}"


_LARGEST_SEED: Final = 2**63 - 1


BARS: Final = Bounds(1, 256, 8)
"""New bars; also the bars of a region that is replaced."""
BRIDGE_BARS: Final = Bounds(1, BARS.highest, 4)
"""The bars between two pieces that `Bridge` joins, or that `Insert` writes inside one."""
LOOP_BARS: Final = Bounds(1, 32, 8)
"""The bars that `Arrange` makes a song of."""
SECTION_BARS: Final = Bounds(2, 64, 8)
"""The bars of each section of a song."""
ADDED: Final = Bounds(1, 16, 1)
"""How many tracks `Accompany` adds at once."""
TAKES: Final = Bounds(1, 64, 4)
SEED: Final = Bounds(0, _LARGEST_SEED, 1)
AMOUNT: Final = Bounds(0.0, 1.0, 0.3)
"""How much of a region `Vary` replaces."""
BPM: Final = Bounds(10.0, 500.0, 120.0)
"""Quarters a minute."""
TEMPERATURE: Final = Bounds(0.05, 3.0, 1.0)
TOP_P: Final = Bounds(0.0, 1.0, 0.99)
"""0 itself is refused: nothing would be left to draw."""


def check_bars(bars: int) -> None:
    """Refuse to write no bars, or very many.

    Raises:
        InputError: naming what to change.
    """
    BARS.check("bars", bars, way_out="; go on from a take for more")


def numbers_of(takes: int | Sequence[int] | None) -> tuple[int, ...]:
    """The numbers of so many takes, or of these, rising; never many more than may be asked for.

    None: as many as by default.
    """
    takes = TAKES.default if takes is None else takes
    if isinstance(takes, int):
        return tuple(range(1, min(takes, TAKES.highest + 1) + 1))
    return tuple(sorted(set(takes)))
