"""Bulk reading: the bytes of a MIDI file to a Score, thousands of files a second, by symusic.

For corpora only: symusic keeps notes, tempo, metre and names and drops much of the rest, so a
musician's own file goes through `segue.midi.read_document`. Only bytes are handed to symusic, never
a path, because it would run an external program on some file names.

Conventions: a score track per (MTrk, channel, program) that has notes, as symusic splits them;
notes without any length get one tick; tempo and metre events with impossible values are left out.
"""

import numpy as np
from symusic.core import ScoreTick, TrackTick

from segue.errors import FormatError
from segue.midi.export import score_to_bytes
from segue.midi.metre_events import metre_map_of
from segue.score import MetreMap, Notes, Score, TempoMap, Track
from segue.score.score import MAX_TICKS_PER_QUARTER
from segue.score.tempo import MAX_US_PER_QUARTER

__all__ = ["from_symusic", "parse_bulk", "to_symusic"]


def parse_bulk(data: bytes) -> Score:
    """The music in the bytes of a MIDI file; data bytes over 127 are clamped.

    Raises:
        FormatError: symusic cannot parse the bytes (damaged, truncated, SMPTE time division), or a
            resolution of 0. The message names no file, since none is known here.
    """
    try:
        parsed = ScoreTick.from_midi(data, sanitize_data=True)
    except (RuntimeError, ValueError) as error:
        reason = str(error).removeprefix("MiniMidi: ").split(": iostream")[0]
        raise FormatError(f"not a MIDI file that symusic reads: {reason}") from error
    if not 1 <= parsed.ticks_per_quarter <= MAX_TICKS_PER_QUARTER:
        raise FormatError(f"the header says {parsed.ticks_per_quarter} ticks a quarter")
    return from_symusic(parsed)


def to_symusic(score: Score) -> ScoreTick:
    """The score as symusic has it, for libraries that work on its scores; as in a MIDI file.

    Raises:
        InputError: more melodic tracks than MIDI has channels (1920).
    """
    return ScoreTick.from_midi(score_to_bytes(score))


def from_symusic(parsed: ScoreTick) -> Score:
    """The music of a symusic score; its tracks without notes are left out."""
    filled = [track for track in parsed.tracks if len(track.notes)]
    return Score(
        ticks_per_quarter=parsed.ticks_per_quarter,
        tracks=tuple(
            Track(
                notes=notes,
                program=track.program,
                is_drum=track.is_drum,
                name=track.name,
            )
            for track, notes in zip(filled, _notes(filled), strict=True)
        ),
        tempo_map=_tempo_map(parsed),
        metre_map=_metre_map(parsed),
    )


def _notes(tracks: list[TrackTick]) -> list[Notes]:
    if not tracks:
        return []
    columns = [track.notes.numpy() for track in tracks]
    joined = {
        name: np.concatenate([part[name] for part in columns])
        for name in ("time", "duration", "pitch", "velocity")
    }
    return Notes.grouped(
        group=np.repeat(np.arange(len(tracks)), [len(track.notes) for track in tracks]),
        n_groups=len(tracks),
        onset=joined["time"],
        duration=np.maximum(joined["duration"], 1),
        pitch=joined["pitch"],
        velocity=joined["velocity"],
    )


def _tempo_map(parsed: ScoreTick) -> TempoMap:
    columns = parsed.tempos.numpy()
    us = columns["mspq"]
    sane = (us > 0) & (us <= MAX_US_PER_QUARTER)
    return TempoMap.of(ticks=columns["time"][sane], us_per_quarter=us[sane])


def _metre_map(parsed: ScoreTick) -> MetreMap:
    columns = parsed.time_signatures.numpy()
    metre_map, _ = metre_map_of(
        ticks=columns["time"].astype(np.int64),
        numerator=columns["numerator"].astype(np.int64),
        denominator=columns["denominator"].astype(np.int64),
        ticks_per_quarter=parsed.ticks_per_quarter,
    )
    return metre_map
