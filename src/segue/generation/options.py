"""What a musician can say about how takes are drawn."""

from dataclasses import dataclass
from typing import Final, Literal

from segue.errors import InputError

MAX_BARS: Final = 256
"""The most bars that one request may write."""
MAX_TAKES: Final = 64

Density = Literal["sparser", "same", "denser"]


@dataclass(frozen=True)
class Options:
    """How takes are drawn; the defaults were chosen by measurement (docs/evaluation)."""

    temperature: float = 1.0
    """Below 1 safer, above 1 more daring."""
    top_p: float = 0.95
    """Of each choice, only the likeliest values that together have this probability are drawn."""
    instruments: tuple[int, ...] | None = None
    """The programs that may play (128 is the drums); None: those that play in the prompt."""
    new_instruments: bool = False
    """Whether instruments that the prompt does not have may join."""
    density: Density | None = None
    """Fewer or more notes than the prompt's tracks have; None leaves it open."""
    key: int | None = None
    """0 to 11: C major to B major, 12 to 23: C minor to B minor; None leaves it open."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        wrong = []
        if not 0.05 <= self.temperature <= 3:
            wrong.append(f"temperature must be in 0.05..3, got {self.temperature}")
        if not 0 < self.top_p <= 1:
            wrong.append(f"top_p must be above 0 and at most 1, got {self.top_p}")
        if self.instruments is not None:
            if not self.instruments:
                wrong.append("instruments must name at least one program; leave it out for all")
            bad = [p for p in self.instruments if not 0 <= p <= 128]
            if bad:
                wrong.append(f"instruments must be programs 0..127 or 128 for drums, got {bad}")
        if self.density not in (None, "sparser", "same", "denser"):
            wrong.append(f"density must be sparser, same or denser, got {self.density!r}")
        if self.key is not None and not 0 <= self.key < 24:
            wrong.append(f"key must be in 0..23, got {self.key}")
        if wrong:
            raise InputError("; ".join(wrong))


def check_request(*, bars: int, takes: int, seed: int) -> None:
    """Refuse requests that are too large or have no sense.

    Raises:
        InputError: naming what to change.
    """
    if not 1 <= bars <= MAX_BARS:
        raise InputError(f"bars must be in 1..{MAX_BARS}, got {bars}; go on from a take for more")
    if not 1 <= takes <= MAX_TAKES:
        raise InputError(f"takes must be in 1..{MAX_TAKES}, got {takes}")
    if not 0 <= seed < 2**63:
        raise InputError(f"seed must be in 0..2^63 - 1, got {seed}")
