"""One MIDI file's bytes -> a `Song`, or the reason why not.

`reading` decides which reader finds the notes; what it gives is checked here, not trusted.
Ticks stay as the file has them: nothing is quantised. Whatever had to be changed to
fit the store's rules is counted in `ParsedSong.repairs`, so that no repair is silent.

Conventions: N notes, K tracks; onsets and durations are ticks. Notes are sorted by (onset, track,
pitch), ties in the file's own order. Tracks without notes are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import numpy as np

from segue.corpus.options import CorpusOptions
from segue.corpus.reading import Unreadable, read_file
from segue.corpus.song import MAX_STORED_TICK, Song
from segue.errors import InputError
from segue.midi.metre_events import metre_map_of
from segue.score import BarGrid, MetreMap, TempoMap
from segue.score.tempo import MAX_US_PER_QUARTER

_SECONDS_PER_HOUR: Final = 3600

MapT = TypeVar("MapT", TempoMap, MetreMap)


class Rejected(Exception):
    """This file does not go into the corpus; the message is the reason, as `rejected.jsonl` states
    it.
    """


@dataclass(frozen=True, kw_only=True)
class ParsedSong:
    """A song, and facts about it that need no look at its notes.

    Attributes:
        song: the columns.
        seconds: time of the last note's end at the song's tempo.
        n_bars: bars up to the last onset, a metre event starting a new bar.
        repairs: how many notes and events had to be changed or dropped to obey the rules of `Song`,
            and the notes in `rescued`.
        rescued: how many notes only Segue's own reader found, or found to be drums.
    """

    song: Song
    seconds: float
    n_bars: int
    repairs: int
    rescued: int


def parse_song(data: bytes, options: CorpusOptions) -> ParsedSong:
    """Parse the bytes of a MIDI file.

    Raises:
        Rejected: the file cannot be parsed, or `options` do not accept the song.
    """
    try:
        read = read_file(data)
    except Unreadable as reason:
        raise Rejected(str(reason)) from None
    resolution = read.ticks_per_quarter
    _check_size(read.n_notes, len(read.parts), options)
    notes, zero_length = _sorted_notes(read.parts)
    try:
        tempo = _tempo(*_as_bytes(read.tempos))
        metre = _metre(resolution, *_as_bytes(read.metres))
        last_onset = int(notes["onset"][-1])
        bars = BarGrid.build(metre.map, ticks_per_quarter=resolution, end_tick=last_onset + 1)
    except InputError as error:
        raise Rejected(str(error)) from None
    return ParsedSong(
        song=Song(
            ticks_per_quarter=resolution,
            **notes,
            track_program=np.array(read.programs, np.uint8),
            track_is_drum=np.array(read.drums, np.bool_),
            **tempo.columns,
            **metre.columns,
        ),
        seconds=_checked_seconds(notes, tempo.map, resolution, options),
        n_bars=bars.n_bars,
        repairs=read.rescued + zero_length + tempo.n_bad + metre.n_bad,
        rescued=read.rescued,
    )


def _check_size(n_notes: int, n_tracks: int, options: CorpusOptions) -> None:
    if n_notes < options.min_notes:
        raise Rejected(f"{n_notes} notes, fewer than {options.min_notes}")
    if n_notes > options.max_notes:
        raise Rejected(f"{n_notes} notes, more than {options.max_notes}")
    if n_tracks > options.max_tracks:
        raise Rejected(f"{n_tracks} tracks with notes, more than {options.max_tracks}")


def _sorted_notes(parts: list[dict[str, Any]]) -> tuple[dict[str, Any], int]:
    """All notes of all tracks as sorted columns, and how many had no length and got one tick.

    Some microseconds an operation and a file are most of what a corpus costs, so there are few.
    """
    onset, duration, pitch, velocity = (
        np.concatenate([part[name] for part in parts])
        for name in ("time", "duration", "pitch", "velocity")
    )
    if (shortest := duration.min()) < 0 or onset.min() < 0:
        raise Rejected("times beyond the range of 32-bit ticks")
    if pitch.min() < 0 or velocity.min() < 1:
        raise Rejected("pitch or velocity out of range")
    track = np.repeat(np.arange(len(parts), dtype=np.uint8), [len(part["time"]) for part in parts])
    key = onset.astype(np.int64)
    for lower in (track, pitch):
        key <<= 8
        key |= lower
    # Stable, so that ties are in the file's order on every machine; and the concatenated tracks are
    # sorted runs already, which a merging sort turns into very little work.
    order = key.argsort(kind="stable")
    zero_length = 0
    if shortest == 0:
        zero_length = int(np.count_nonzero(duration == 0))
        duration = np.maximum(duration, 1)
    columns = {
        "onset": onset[order],
        "duration": duration[order],
        "pitch": pitch[order].view(np.uint8),
        "velocity": velocity[order].view(np.uint8),
        "track": track[order],
    }
    return columns, zero_length


@dataclass(frozen=True)
class _Events(Generic[MapT]):
    """Tempo or metre: the map, its columns as the store has them, and how many events were bad."""

    map: MapT
    columns: dict[str, Any]
    n_bad: int


def _as_bytes(events: dict[str, Any]) -> tuple[bytes, ...]:
    """The columns of some events as bytes, which can be looked up."""
    return tuple(events[name].tobytes() for name in events)


# Most songs have one tempo and one metre, the same as thousands of others.
@lru_cache(maxsize=512)
def _tempo(ticks: bytes, us: bytes) -> _Events[TempoMap]:
    at, us_per_quarter = np.frombuffer(ticks, np.int32), np.frombuffer(us, np.int32)
    valid = (at >= 0) & (us_per_quarter > 0) & (us_per_quarter <= MAX_US_PER_QUARTER)
    tempo_map = TempoMap.of(ticks=at[valid], us_per_quarter=us_per_quarter[valid])
    columns = {
        "tempo_ticks": tempo_map.ticks.astype(np.int32),
        "tempo_us": tempo_map.us_per_quarter.astype(np.int32),
    }
    return _Events(tempo_map, columns, int(np.count_nonzero(~valid)))


@lru_cache(maxsize=512)
def _metre(
    ticks_per_quarter: int, ticks: bytes, numerator: bytes, denominator: bytes
) -> _Events[MetreMap]:
    metre_map, n_bad = metre_map_of(
        ticks=np.frombuffer(ticks, np.int32).astype(np.int64),
        numerator=np.frombuffer(numerator, np.uint8).astype(np.int64),
        denominator=np.frombuffer(denominator, np.uint8).astype(np.int64),
        ticks_per_quarter=ticks_per_quarter,
    )
    columns = {
        "metre_ticks": metre_map.ticks.astype(np.int32),
        "metre_numerator": metre_map.numerator.astype(np.uint8),
        "metre_denominator": metre_map.denominator.astype(np.uint8),
    }
    return _Events(metre_map, columns, n_bad)


def _checked_seconds(
    notes: dict[str, Any], tempo_map: TempoMap, ticks_per_quarter: int, options: CorpusOptions
) -> float:
    end_tick = int(np.add(notes["onset"], notes["duration"], dtype=np.int64).max())
    if end_tick > MAX_STORED_TICK:
        raise Rejected(f"its last note ends at tick {end_tick}, above {MAX_STORED_TICK}")
    seconds = float(tempo_map.seconds_at(end_tick, ticks_per_quarter))
    if seconds > options.max_hours * _SECONDS_PER_HOUR:
        hours = seconds / _SECONDS_PER_HOUR
        raise Rejected(f"it lasts {hours:.1f} h, more than {options.max_hours:g} h")
    return seconds
