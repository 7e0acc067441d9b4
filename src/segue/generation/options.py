"""What a musician can say about how takes are drawn."""

from dataclasses import dataclass
from typing import Final, Literal

from segue.encoding.vocabulary import N_PARTS
from segue.errors import InputError
from segue.theory.key import N_KEYS

Density = Literal["sparser", "same", "denser"]

_LOWEST_TEMPERATURE: Final = 0.05
_HIGHEST_TEMPERATURE: Final = 3.0


@dataclass(frozen=True)
class Options:
    """How takes are drawn; the defaults were chosen by measurement (experiments/LOG.md).

    Raises:
        InputError: values out of range, all of them at once.
    """

    temperature: float = 1.0
    """Below 1 safer, above 1 more daring."""
    top_p: float = 0.95
    """Of each choice, only the likeliest values that together have this probability are drawn; of
    where and what drums play, all."""
    instruments: tuple[int, ...] | None = None
    """The programs that may play (128 is the drums); None: those that play in the prompt."""
    new_instruments: bool = False
    """Whether instruments that the prompt does not have may join."""
    density: Density | None = None
    """Fewer or more notes than the prompt's tracks have; None leaves it open."""
    key: int | None = None
    """0 to 11: C major to B major, 12 to 23: C minor to B minor; None leaves it open."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        wrong = []
        if not _LOWEST_TEMPERATURE <= self.temperature <= _HIGHEST_TEMPERATURE:
            wrong.append(
                f"temperature must be in {_LOWEST_TEMPERATURE}..{_HIGHEST_TEMPERATURE}, "
                f"got {self.temperature}"
            )
        if not 0 < self.top_p <= 1:
            wrong.append(f"top_p must be above 0 and at most 1, got {self.top_p}")
        if self.instruments is not None:
            object.__setattr__(self, "instruments", tuple(self.instruments))
            bad = [p for p in self.instruments if not 0 <= p < N_PARTS]
            if bad:
                wrong.append(f"instruments must be programs 0..127 or 128 for drums, got {bad}")
            if not self.instruments:
                wrong.append("instruments must name at least one program; leave it out for all")
            if self.new_instruments:
                wrong.append("name instruments, or let any join by new_instruments, not both")
        if self.density not in (None, "sparser", "same", "denser"):
            wrong.append(f"density must be sparser, same or denser, got {self.density!r}")
        if self.key is not None and not 0 <= self.key < N_KEYS:
            wrong.append(f"key must be in 0..{N_KEYS - 1}, got {self.key}")
        if wrong:
            raise InputError("; ".join(wrong))
