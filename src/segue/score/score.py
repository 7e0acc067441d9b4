"""Score: tracks of notes over one tempo map and one metre map.

It has no channels, controllers or lyrics (see `segue.midi`), and never a gradient.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from segue.errors import InputError
from segue.score.metre import BarGrid, MetreMap
from segue.score.notes import Notes
from segue.score.tempo import TempoMap
from segue.units import N_PROGRAMS

__all__ = ["MAX_TICKS_PER_QUARTER", "Score", "Track"]

MAX_TICKS_PER_QUARTER: Final = 2**15 - 1
"""The finest resolution that a MIDI file can hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One line of music: an instrument and its notes.

    Raises:
        InputError: the program is outside 0..127.
    """

    notes: Notes
    """The notes, possibly none."""
    program: int = 0
    """General MIDI program, 0..127; for drums the kit."""
    is_drum: bool = False
    """Whether pitches name drums instead of tones."""
    name: str = ""
    """What the musician calls it; may be empty."""

    def __post_init__(self) -> None:
        """Check the program."""
        if not 0 <= self.program < N_PROGRAMS:
            raise InputError(
                f"program must be 0..{N_PROGRAMS - 1}, got {self.program} (track {self.name!r}); "
                "drums are is_drum=True with the kit's program"
            )

    def with_notes(self, notes: Notes) -> "Track":
        """The same instrument playing other notes."""
        return replace(self, notes=notes)


@dataclass(frozen=True, kw_only=True)
class Score:
    """A piece: K tracks over one tempo map and one metre map, in ticks of its own resolution.

    Raises:
        InputError: the resolution is outside 1..32767.
    """

    ticks_per_quarter: int
    """Resolution, 1..32767."""
    tracks: tuple[Track, ...]
    """K tracks, in the musician's order."""
    tempo_map: TempoMap = field(default_factory=TempoMap.constant)
    """Tempo from tick 0 on."""
    metre_map: MetreMap = field(default_factory=MetreMap.constant)
    """Metre from tick 0 on."""
    name: str = ""
    """Title; may be empty."""

    def __post_init__(self) -> None:
        """Check the resolution and freeze the list of tracks."""
        if not 1 <= self.ticks_per_quarter <= MAX_TICKS_PER_QUARTER:
            raise InputError(
                f"ticks_per_quarter must be 1..{MAX_TICKS_PER_QUARTER}, "
                f"got {self.ticks_per_quarter}"
            )
        object.__setattr__(self, "tracks", tuple(self.tracks))

    @cached_property
    def n_notes(self) -> int:
        """Notes in all tracks together."""
        return sum(len(track.notes) for track in self.tracks)

    @cached_property
    def end_tick(self) -> int:
        """The last offset of any note; 0 without notes."""
        return max((int(t.notes.offset.max()) for t in self.tracks if len(t.notes)), default=0)

    @cached_property
    def last_onset(self) -> int:
        """The last onset of any note; -1 without notes."""
        return max((int(t.notes.onset[-1]) for t in self.tracks if len(t.notes)), default=-1)

    @cached_property
    def n_bars(self) -> int:
        """Bars up to the one in which the last note begins; 0 without notes.

        A note held over the last bar line adds no bar: real performances let the last chord ring.
        """
        return self.bar_grid().n_bars

    @cached_property
    def duration_s(self) -> float:
        """Seconds from tick 0 to `end_tick`."""
        return float(self.tempo_map.seconds_at(self.end_tick, self.ticks_per_quarter))

    def bar_grid(self, end_tick: int | None = None, n_bars: int | None = None) -> BarGrid:
        """The bars of the score: all that hold an onset, more where asked.

        Args:
            end_tick: reach at least this tick (exclusive).
            n_bars: have at least this many bars; the last metre goes on as far as needed.

        Raises:
            InputError: more than a million bars.
        """
        return BarGrid.build(
            self.metre_map,
            ticks_per_quarter=self.ticks_per_quarter,
            end_tick=max(end_tick or 0, self.last_onset + 1),
            n_bars=n_bars or 0,
        )

    def with_tracks(self, tracks: "tuple[Track, ...] | list[Track]") -> "Score":
        """The same piece with other tracks."""
        return replace(self, tracks=tuple(tracks))

    def only(self, tracks: Collection[int]) -> "Score":
        """The same piece with the notes of some tracks, by index; others stay, without notes."""
        return self.with_tracks(
            [
                track if index in tracks else track.with_notes(Notes.empty())
                for index, track in enumerate(self.tracks)
            ]
        )
