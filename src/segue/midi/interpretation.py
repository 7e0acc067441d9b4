"""Raw events to music: which notes sound on which instrument, under which tempo and metre.

It edits nothing. A score track stands for one (track chunk, channel, program) that has notes; it is
drums where most of its notes sound on a channel that plays drums (`kits`). A note's program is the
last that its own track chunk chose for the channel; if it chose none, the last that any chunk on
the same port chose, as a synthesizer would hear it; if none did, 0.

One damaged time moves all that follows in its track by hours. Notes that end later than any music
stay in the file and out of the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from segue.midi.channels import Channels, Place
from segue.midi.kits import Kits
from segue.midi.messages import META, SET_TEMPO, TIME_SIGNATURE
from segue.midi.metre_events import metre_map_of
from segue.midi.naming import ChunkNames, read_names, texts_of
from segue.midi.programs import ProgramHistory
from segue.midi.resolution import resolution_of
from segue.midi.scan import NO_END, NO_PROGRAM, TrackContents, number_ports, scan
from segue.midi.smf import Smf, TrackChunk, meta_payload
from segue.midi.texts import Texts
from segue.score import MetreMap, Notes, Score, TempoMap, Track
from segue.score.columns import Int64Array

__all__ = ["MAX_DURATION_S", "ChunkNotes", "Interpretation", "Origin", "interpret"]

MAX_DURATION_S: Final = 3 * 60 * 60.0
"""Longer than symphonies and DJ sets; notes that end later are not taken for music."""


class Origin(NamedTuple):
    """Where a score track lives in the file."""

    chunk: int
    """Index among the track chunks."""
    channel: int
    """0..15."""
    program: int
    """0..127."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChunkNotes:
    """The notes of one track chunk with the places of their messages; all columns of shape (N,)."""

    on: Int64Array
    """Index of the note-on among the chunk's messages."""
    off: Int64Array
    """Index of the note-off, or NO_END."""
    onset: Int64Array
    """Tick of the note-on."""
    end: Int64Array
    """Tick of the note-off; without one, that of the end of track."""
    duration: Int64Array
    """Length in ticks; a note of no length is given one tick."""
    channel: Int64Array
    """0..15."""
    pitch: Int64Array
    """0..127."""
    velocity: Int64Array
    """1..127."""
    program: Int64Array
    """0..127, by the rule above."""
    in_score: npt.NDArray[np.bool_]
    """Whether the note is early enough to be music."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpretation:
    """The music in a file and where each part of it came from."""

    score: Score
    """The music."""
    origins: tuple[Origin, ...]
    """One for each score track."""
    contents: tuple[TrackContents, ...]
    """One for each track chunk."""
    notes: tuple[ChunkNotes, ...]
    """One for each track chunk."""
    history: ProgramHistory
    """The program changes on each channel of each port."""
    channels: Channels
    """What each channel of each port is used for."""
    texts: Texts
    """How the texts of the file are encoded."""
    warnings: tuple[str, ...]
    """What was read differently from how it stands in the file."""


def interpret(smf: Smf, *, encoding: str | None = None) -> Interpretation:
    """Read the music in a file; its texts in the given encoding, or in one that fits them."""
    tracks = smf.tracks
    contents = [scan(track) for track in tracks]
    number_ports(contents)
    kits = Kits(tracks, contents)
    history = ProgramHistory(tracks, contents)
    notes = [
        _chunk_notes(track, found, history) for track, found in zip(tracks, contents, strict=True)
    ]
    warnings = [line for index, found in enumerate(notes) for line in _repairs(index, found)]
    resolution = resolution_of(smf.division)
    events = [
        (track.ticks[index], track.messages[index])
        for track, found in zip(tracks, contents, strict=True)
        for index in found.metas
    ]
    if resolution.fixed_us_per_quarter is None:
        tempo_map = _tempo_map(events, warnings)
    else:
        tempo_map = TempoMap.constant(resolution.fixed_us_per_quarter)
        warnings.append(
            "the file counts in SMPTE frames: its notes are placed at "
            f"{tempo_map.bpm_at(0):.1f} quarters a minute, so bar lines are a guess; with other "
            f"music it is written with {resolution.ticks_per_quarter} ticks a quarter, since few "
            "programs open such files"
        )
    last_tick = int(tempo_map.ticks_at(MAX_DURATION_S, resolution.ticks_per_quarter))
    notes = [replace(found, in_score=found.end <= last_tick) for found in notes]
    warnings += [line for index, found in enumerate(notes) for line in _left_out(index, found)]
    texts = texts_of(tracks, contents) if encoding is None else Texts(encoding)
    names = [read_names(track, found, texts) for track, found in zip(tracks, contents, strict=True)]
    ports = tuple(found.port for found in contents)
    origins, score_tracks = _split(notes, names, ports, kits, is_type_0=smf.format == 0)
    score = Score(
        ticks_per_quarter=resolution.ticks_per_quarter,
        tracks=tuple(score_tracks),
        tempo_map=tempo_map,
        metre_map=_metre_map(events, resolution.ticks_per_quarter, warnings),
        name=_title(notes, names, is_type_0=smf.format == 0),
    )
    return Interpretation(
        score=score,
        origins=tuple(origins),
        contents=tuple(contents),
        notes=tuple(notes),
        history=history,
        channels=Channels(
            chunks=tracks,
            ports=ports,
            kits=kits,
            tracks=tuple(Place(ports[origin.chunk], origin.channel) for origin in origins),
            score=score,
        ),
        texts=texts,
        warnings=tuple(warnings),
    )


def _chunk_notes(track: TrackChunk, contents: TrackContents, history: ProgramHistory) -> ChunkNotes:
    ticks = np.asarray(track.ticks, dtype=np.int64)
    on, off = np.asarray(contents.on, np.int64), np.asarray(contents.off, np.int64)
    onset, end = ticks[on], ticks[off]  # NO_END is -1: the end of track
    program = [
        history.program_at(contents.port, channel, tick) if own == NO_PROGRAM else own
        for own, channel, tick in zip(
            contents.program, contents.channel, onset.tolist(), strict=True
        )
    ]
    return ChunkNotes(
        on=on,
        off=off,
        onset=onset,
        end=end,
        duration=np.maximum(end - onset, 1),
        channel=np.asarray(contents.channel, np.int64),
        pitch=np.asarray(contents.pitch, np.int64),
        velocity=np.asarray(contents.velocity, np.int64),
        program=np.asarray(program, np.int64),
        in_score=np.ones(on.size, np.bool_),
    )


def _repairs(index: int, notes: ChunkNotes) -> list[str]:
    warnings = []
    unended = int(np.count_nonzero(notes.off == NO_END))
    if unended:
        warnings.append(f"track {index}: {unended} notes without an end last to the track's end")
    instant = int(np.count_nonzero((notes.off != NO_END) & (notes.onset == notes.end)))
    if instant:
        warnings.append(f"track {index}: {instant} notes of no length are read as one tick long")
    return warnings


def _left_out(index: int, notes: ChunkNotes) -> list[str]:
    late = int(np.count_nonzero(~notes.in_score))
    if not late:
        return []
    first = int(notes.onset[~notes.in_score].min())
    return [
        f"track {index}: {late} notes that end after {MAX_DURATION_S / 3600:.0f} hours are left "
        f"where they are and not read (the first at tick {first})"
    ]


def _title(notes: list[ChunkNotes], names: list[ChunkNames], *, is_type_0: bool) -> str:
    """The name of the first chunk where it is that of the piece: in type 0, or without notes."""
    return names[0].track if notes and (is_type_0 or not notes[0].on.size) else ""


def _split(
    notes: list[ChunkNotes],
    names: list[ChunkNames],
    ports: Sequence[int],
    kits: Kits,
    *,
    is_type_0: bool,
) -> tuple[list[Origin], list[Track]]:
    """One score track for each (chunk, channel, program) that has notes."""
    origins: list[Origin] = []
    tracks: list[Track] = []
    for chunk, (found, named) in enumerate(zip(notes, names, strict=True)):
        heard = found.in_score
        if not heard.any():
            continue
        own = "" if is_type_0 else named.track or named.instrument
        key = found.channel << 7 | found.program
        keys, group = np.unique(key[heard], return_inverse=True)
        split = Notes.grouped(
            group=group,
            n_groups=int(keys.size),
            onset=found.onset[heard],
            duration=found.duration[heard],
            pitch=found.pitch[heard],
            velocity=found.velocity[heard],
        )
        for number, its_notes in zip(keys.tolist(), split, strict=True):
            channel, program = number >> 7, number & 0x7F
            origins.append(Origin(chunk, channel, program))
            tracks.append(
                Track(
                    notes=its_notes,
                    program=program,
                    is_drum=_is_drum(kits, Place(ports[chunk], channel), its_notes),
                    name=named.channels.get(channel, own),
                )
            )
    return origins, tracks


def _is_drum(kits: Kits, place: Place, notes: Notes) -> bool:
    """Whether most of the notes of a channel sound while it plays drums."""
    if not kits.is_ever_changed(*place):
        return kits.is_ever_drum(*place)
    drums = [kits.is_drum(*place, tick) for tick in notes.onset.tolist()]
    return 2 * sum(drums) > len(drums)


def _payloads(events: list[tuple[int, bytes]], kind: int) -> list[tuple[int, bytes]]:
    """(tick, payload) of the meta messages of a kind."""
    head = bytes((META, kind))
    return [(tick, meta_payload(message)) for tick, message in events if message.startswith(head)]


def _tempo_map(events: list[tuple[int, bytes]], warnings: list[str]) -> TempoMap:
    tempos = [
        (tick, int.from_bytes(payload, "big") if len(payload) == 3 else 0)
        for tick, payload in _payloads(events, SET_TEMPO)
    ]
    sane = [(tick, us) for tick, us in tempos if us > 0]
    if len(sane) < len(tempos):
        bad = next(tick for tick, us in tempos if us == 0)
        warnings.append(
            f"{len(tempos) - len(sane)} tempo events of 0 or of a wrong length are ignored "
            f"(the first at tick {bad})"
        )
    return TempoMap.of(ticks=[tick for tick, _ in sane], us_per_quarter=[us for _, us in sane])


def _metre_map(
    events: list[tuple[int, bytes]], ticks_per_quarter: int, warnings: list[str]
) -> MetreMap:
    # Files give the denominator as a power of two: 7 is too large already, 255 would be absurd.
    metres = [
        (tick, payload[0], 1 << min(payload[1], 7)) if len(payload) >= 2 else (tick, 0, 0)
        for tick, payload in _payloads(events, TIME_SIGNATURE)
    ]
    columns = np.asarray(metres, dtype=np.int64).reshape(-1, 3)
    metre_map, left_out = metre_map_of(
        ticks=columns[:, 0],
        numerator=columns[:, 1],
        denominator=columns[:, 2],
        ticks_per_quarter=ticks_per_quarter,
    )
    if left_out:
        warnings.append(f"{left_out} metre events with impossible values are ignored")
    return metre_map
