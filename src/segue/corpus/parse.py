"""One MIDI file's bytes -> a `Song`, or the reason why not.

Parsing is symusic's (fast, and it does not crash on damaged files); what it gives is checked here,
not trusted. Ticks stay as the file has them: nothing is quantised. Whatever had to be changed to
fit the store's rules is counted in `ParsedSong.repairs`, so that no repair is silent.

Conventions: N notes, K tracks; onsets and durations are ticks. Notes are sorted by (onset, track,
pitch), ties in the file's own order. Tracks without notes are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from segue.corpus.options import CorpusOptions
from segue.corpus.song import MAX_STORED_TICK, Song
from segue.errors import InputError
from segue.midi.metre_events import metre_map_of
from segue.score import BarGrid, MetreMap, TempoMap
from segue.score.score import MAX_TICKS_PER_QUARTER
from segue.score.tempo import MAX_US_PER_QUARTER

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_SECONDS_PER_HOUR: Final = 3600


class Rejected(Exception):
    """This file does not go into the corpus; the message is the reason, as `rejected.jsonl` states
    it.
    """


@dataclass(frozen=True, kw_only=True)
class ParsedSong:
    """A song, and what is worth knowing of it without looking at its notes.

    Attributes:
        song: the columns.
        seconds: time of the last note's end at the song's tempo.
        n_bars: bars up to the last onset, a metre event starting a new bar.
        repairs: how many notes and events had to be changed or dropped to obey the rules of `Song`.
    """

    song: Song
    seconds: float
    n_bars: int
    repairs: int


def parse_song(data: bytes, options: CorpusOptions) -> ParsedSong:
    """Parse the bytes of a MIDI file.

    Raises:
        Rejected: the file cannot be parsed, or `options` do not accept the song.
    """
    score = _read(data)
    tracks = [track for track in score.tracks if len(track.notes)]
    _check_size(sum(len(track.notes) for track in tracks), len(tracks), options)
    try:
        notes, zero_length = _sorted_notes(tracks)
        tempo_map, bad_tempos = _tempo_map(score)
        metre_map, bad_metres = _metre_map(score)
        bars = BarGrid.build(
            metre_map,
            ticks_per_quarter=score.ticks_per_quarter,
            end_tick=int(notes["onset"][-1]) + 1,
        )
    except InputError as error:
        raise Rejected(str(error)) from None
    return ParsedSong(
        song=Song(
            ticks_per_quarter=score.ticks_per_quarter,
            **notes,
            track_program=np.array([track.program for track in tracks], np.uint8),
            track_is_drum=np.array([track.is_drum for track in tracks], np.bool_),
            tempo_ticks=tempo_map.ticks.astype(np.int32),
            tempo_us=tempo_map.us_per_quarter.astype(np.int32),
            metre_ticks=metre_map.ticks.astype(np.int32),
            metre_numerator=metre_map.numerator.astype(np.uint8),
            metre_denominator=metre_map.denominator.astype(np.uint8),
        ),
        seconds=_checked_seconds(notes, tempo_map, score.ticks_per_quarter, options),
        n_bars=bars.n_bars,
        repairs=zero_length + bad_tempos + bad_metres,
    )


def _read(data: bytes) -> ScoreTick:
    import symusic

    try:
        score = symusic.core.ScoreTick.from_midi(data, sanitize_data=True)
    except (RuntimeError, ValueError, IndexError, OverflowError, MemoryError) as error:
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise Rejected(f"not a readable MIDI file: {first_line[:200]}") from None
    if not 1 <= score.ticks_per_quarter <= MAX_TICKS_PER_QUARTER:
        raise Rejected(f"its header says {score.ticks_per_quarter} ticks a quarter")
    return score


def _check_size(n_notes: int, n_tracks: int, options: CorpusOptions) -> None:
    if n_notes < options.min_notes:
        raise Rejected(f"{n_notes} notes, fewer than {options.min_notes}")
    if n_notes > options.max_notes:
        raise Rejected(f"{n_notes} notes, more than {options.max_notes}")
    if n_tracks > options.max_tracks:
        raise Rejected(f"{n_tracks} tracks with notes, more than {options.max_tracks}")


def _sorted_notes(tracks: list[Any]) -> tuple[dict[str, Any], int]:
    """All notes of all tracks as sorted columns, and how many had no length and got one tick."""
    parts = [track.notes.numpy() for track in tracks]
    onset = np.concatenate([part["time"] for part in parts])
    duration = np.concatenate([part["duration"] for part in parts])
    pitch = np.concatenate([part["pitch"] for part in parts])
    velocity = np.concatenate([part["velocity"] for part in parts])
    if onset.min() < 0 or duration.min() < 0:
        raise Rejected("times beyond the range of 32-bit ticks")
    if pitch.min() < 0 or velocity.min() < 1:
        raise Rejected("pitch or velocity out of range")
    track = np.repeat(np.arange(len(parts)), [len(part["time"]) for part in parts])
    key = (onset.astype(np.int64) << 16) | (track << 8) | pitch
    # Stable, so that ties are in the file's order on every machine; and the concatenated tracks are
    # sorted runs already, which a merging sort turns into very little work.
    order = np.argsort(key, kind="stable")
    columns = {
        "onset": onset[order],
        "duration": np.maximum(duration, 1)[order],
        "pitch": pitch[order].astype(np.uint8),
        "velocity": velocity[order].astype(np.uint8),
        "track": track[order].astype(np.uint8),
    }
    return columns, int(np.count_nonzero(duration == 0))


def _tempo_map(score: Any) -> tuple[TempoMap, int]:
    events = score.tempos.numpy()
    ticks, us = events["time"], events["mspq"]
    valid = (ticks >= 0) & (us > 0) & (us <= MAX_US_PER_QUARTER)
    tempo_map = TempoMap.of(ticks=ticks[valid], us_per_quarter=us[valid])
    return tempo_map, int(np.count_nonzero(~valid))


def _metre_map(score: Any) -> tuple[MetreMap, int]:
    events = score.time_signatures.numpy()
    return metre_map_of(
        ticks=events["time"].astype(np.int64),
        numerator=events["numerator"].astype(np.int64),
        denominator=events["denominator"].astype(np.int64),
        ticks_per_quarter=score.ticks_per_quarter,
    )


def _checked_seconds(
    notes: dict[str, Any], tempo_map: TempoMap, ticks_per_quarter: int, options: CorpusOptions
) -> float:
    end_tick = int((notes["onset"].astype(np.int64) + notes["duration"]).max())
    if end_tick > MAX_STORED_TICK:
        raise Rejected(f"its last note ends at tick {end_tick}, above {MAX_STORED_TICK}")
    seconds = float(tempo_map.seconds_at(end_tick, ticks_per_quarter))
    if seconds > options.max_hours * _SECONDS_PER_HOUR:
        hours = seconds / _SECONDS_PER_HOUR
        raise Rejected(f"it lasts {hours:.1f} h, more than {options.max_hours:g} h")
    return seconds
