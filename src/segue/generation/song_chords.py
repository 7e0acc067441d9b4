"""The chords of a song, bar by bar.

Either all new sections have those that are given, each from the first on, or every bar has those
that stand above it. A bar that comes back has the chords that it had when it first came, unless
others stand above it then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from segue.generation.form import LOOP, Section
from segue.theory.chart import Chart
from segue.theory.chords import NO_CHORD, Chord
from segue.theory.key import N_KEYS

__all__ = ["SongChords", "is_new"]

_Bar = tuple[Chord | None, ...]
"""As `Chart.bars` has it."""
_OPEN: _Bar = (NO_CHORD,)


def is_new(section: Section) -> bool:
    """Whether a section is not the loop that comes back."""
    return section.letter != LOOP


@dataclass(frozen=True)
class SongChords:
    """The chords of all bars of a song, and which of them are not those of the bar's source."""

    bars: tuple[_Bar, ...]
    moved: frozenset[int]
    """The bars that come back over other chords than they had."""

    @classmethod
    def of_new_sections(cls, chart: Chart | None, sections: Sequence[Section]) -> "SongChords":
        """Of a chart that begins with each new section; None asks for nothing."""
        bars: list[_Bar] = []
        for section in sections:
            count = section.last - section.first
            follows = chart is not None and is_new(section)
            bars += chart.bars_from(0, count).bars if chart and follows else [_OPEN] * count
        return cls(tuple(bars), frozenset())

    @classmethod
    def by_bar(cls, chart: Chart, sections: Sequence[Section], *, loop: int) -> "SongChords":
        """Of a chart that begins behind a loop of so many bars; after its end nothing is asked."""
        given = [_OPEN] * loop + [bar if _asks(bar) else _OPEN for bar in chart.bars]
        given += [_OPEN] * (sections[-1].last - len(given))
        bars: list[_Bar] = []
        moved: set[int] = set()
        begins: dict[str, int] = {}
        for section in sections:
            came = begins.setdefault(section.letter, section.first)
            for bar in range(section.first, section.last):
                source = bar - section.first + came
                is_back = source < bar or loop <= bar < sections[0].last
                had = bars[source] if source < bar else _OPEN
                bars.append(given[bar] if _asks(given[bar]) else had)
                if is_back and bars[bar] != had:
                    moved.add(bar)
        return cls(tuple(bars), frozenset(moved))

    def of(self, first: int, last: int) -> str | None:
        """The chords of some bars, as `Options.chords` has them; None: they are left open."""
        bars = self.bars[first:last]
        return str(Chart(bars)) if any(_asks(bar) for bar in bars) else None

    def moved_in(self, section: Section) -> list[tuple[int, int]]:
        """The runs [first, last) of a section's bars that come back over other chords."""
        runs = []
        bars = range(section.first, section.last)
        for is_moved, group in groupby(bars, key=lambda bar: bar in self.moved):
            run = list(group)
            if is_moved:
                runs.append((run[0], run[-1] + 1))
        return runs

    def key_of(self, bar: int) -> int | None:
        """The key whose tonic is the last chord of a bar; None where none is asked.

        Keys are numbered as in `theory.key`.
        """
        chords = [chord for chord in self.bars[bar] if chord not in (None, NO_CHORD)]
        if not chords or chords[-1] is None:
            return None
        return chords[-1].root + (N_KEYS // 2 if chords[-1].is_minor else 0)


def _asks(bar: _Bar) -> bool:
    return any(chord not in (None, NO_CHORD) for chord in bar)
