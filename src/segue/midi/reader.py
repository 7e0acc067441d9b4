"""The bytes of a MIDI file to raw events; like a DAW, it reads everything that can be read.

It interprets nothing and knows no notes. Each repair is named in a warning; only files without any
track, or with more than any music needs, are refused.
"""

import struct
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from segue.errors import FormatError
from segue.midi.containers import HEADER, find_smf
from segue.midi.messages import NOTE_ON
from segue.midi.smf import OtherChunk, Smf, TrackChunk, bridged
from segue.midi.track_reader import MAX_EVENTS, TooManyEventsError, TrackReading, read_track

__all__ = ["MAX_BYTES", "MAX_CHUNKS", "read_smf"]

MAX_BYTES: Final = 64 * 2**20
"""Larger files are refused: the largest MIDI files of real music have a few MiB."""
MAX_CHUNKS: Final = 2048
"""Files with more tracks are refused: the largest orchestral templates have a few hundred."""

_TRACK: Final = b"MTrk"
_SHORTEST_FILE: Final = 14
_LONGEST_HEADER: Final = 1024
_MAX_ENDS: Final = 256
"""How many ends of track in the middle of a track are skipped."""
_WAY_OUT: Final = "export the piece again as a Standard MIDI File, type 0 or 1"
_LOOK_ALIKES: Final = {
    b"PK": "a zip archive (perhaps compressed MusicXML or a DAW project)",
    b"<?xml": "XML (perhaps MusicXML)",
    b"<": "XML or HTML",
    b"XMF_": "an XMF file whose music is packed in an unknown way",
    b"RIFF": "a RIFF file without MIDI (perhaps WAV audio)",
    b"OggS": "Ogg audio",
    b"ID3": "MP3 audio",
    b"fLaC": "FLAC audio",
    b"X:": "ABC notation",
}


@dataclass(slots=True)
class _Reading:
    """What the walk over the chunks has gathered so far."""

    source: str
    max_events: int
    chunks: list[TrackChunk | OtherChunk] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_tracks: int = 0
    n_events: int = 0


def read_smf(
    data: bytes, *, source: str, max_events: int | None = None
) -> tuple[Smf, tuple[str, ...]]:
    """Read a file's raw events; also say what was repaired or dropped.

    Args:
        data: the file.
        source: the name of the file in messages.
        max_events: a file with more is refused before it takes more time and memory.

    Raises:
        TooManyEventsError: more events than `max_events`.
        FormatError: no MIDI header, no track, a time division of 0, or more bytes, tracks, events
            or ticks than any music has.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(
            f"{source}: {len(data)} bytes are more than {MAX_BYTES}; split the file, "
            "or remove its samples and system exclusive data"
        )
    reading = _Reading(source, MAX_EVENTS if max_events is None else max_events)
    data, start = _find_header(data, reading)
    length, format, n_announced, division = struct.unpack_from(">IHHH", data, start + 4)
    body = start + 8
    header_extra = b""
    position = body + 6
    if 6 < length <= _LONGEST_HEADER and _is_chunk(data, body + length):
        header_extra, position = data[position : body + length], body + length
    elif length != 6:
        reading.warnings.append(f"the header's length is {length} instead of 6")
    if division == 0 or (division & 0x8000 and not division & 0xFF):
        raise FormatError(
            f"{source}: the header's time division is 0 (byte {start + 12}), "
            f"so nothing has a time; {_WAY_OUT}"
        )
    if format > 2:
        reading.warnings.append(f"the header says type {format}; read as type 1")
    _read_chunks(data, position, n_announced, reading)
    if reading.n_tracks == 0 and n_announced:
        raise FormatError(
            f"{source}: the header (byte {start}) announces {n_announced} tracks, but none "
            f"follows: the file is cut off; {_WAY_OUT}"
        )
    if format == 0 and reading.n_tracks > 1:
        reading.warnings.append(f"type 0 with {reading.n_tracks} tracks; read as type 1")
        format = 1
    if reading.n_tracks != n_announced:
        reading.warnings.append(
            f"the header announces {n_announced} tracks, the file has {reading.n_tracks}"
        )
    smf = Smf(
        format=format if format <= 2 else 1,
        division=division,
        header_extra=header_extra,
        chunks=tuple(reading.chunks),
    )
    return _one_timeline(smf, reading.warnings), tuple(reading.warnings)


def _find_header(data: bytes, reading: _Reading) -> tuple[bytes, int]:
    """The bytes up to the end of the MIDI file, and the position of its header."""
    if not data:
        raise FormatError(f"{reading.source}: the file is empty (0 bytes); {_WAY_OUT}")
    n_bytes = len(data)
    data, start, end, wrapper = find_smf(data, max_bytes=MAX_BYTES)
    if start < 0:
        hint = next((h for magic, h in _LOOK_ALIKES.items() if data.startswith(magic)), None)
        reason = f" but {hint}" if hint else ""
        raise FormatError(f"{reading.source}: this is not a MIDI file{reason}; {_WAY_OUT}")
    if len(data) < start + _SHORTEST_FILE:
        raise FormatError(
            f"{reading.source}: the header is cut off at byte {len(data)}; {_WAY_OUT}"
        )
    if wrapper:
        around = n_bytes - (end - start)
        reading.warnings.append(f"{around} bytes of {wrapper} around the MIDI file were dropped")
    return data[:end], start


def _read_chunks(data: bytes, position: int, n_announced: int, reading: _Reading) -> None:
    while position < len(data):
        if len(reading.chunks) >= MAX_CHUNKS:
            raise FormatError(
                f"{reading.source}: more than {MAX_CHUNKS} chunks before byte {position}; "
                "this is not a piece of music"
            )
        if data[position : position + 4] == _TRACK and position + 8 <= len(data):
            position = _read_track_chunk(data, position, reading)
        elif _is_chunk(data, position) and data[position : position + 4] != HEADER:
            (length,) = struct.unpack_from(">I", data, position + 4)
            body, position = position + 8, position + 8 + length
            identifier = data[body - 8 : body - 4]
            reading.chunks.append(OtherChunk(identifier=identifier, body=data[body:position]))
        elif data[position : position + 4] == HEADER:
            reading.warnings.append(
                f"a second MIDI file begins at byte {position}; it was left out"
            )
            return
        else:
            # Some programs write a shorter file over a longer one: what follows the announced
            # tracks then is the rest of an older piece.
            is_complete = reading.n_tracks >= n_announced > 0
            following = -1 if is_complete else data.find(_TRACK, position + 1)
            following = len(data) if following < 0 else following
            reading.warnings.append(
                f"{following - position} bytes at byte {position} belong to no chunk "
                "and were dropped"
            )
            position = following


def _read_track_chunk(data: bytes, position: int, reading: _Reading) -> int:
    """Read the track chunk at `position`; return where the next chunk is to be looked for."""
    (length,) = struct.unpack_from(">I", data, position + 4)
    body, end = position + 8, position + 8 + length
    where = f"track {reading.n_tracks}"
    trusted = end == len(data) or _is_chunk(data, end)
    if not trusted:
        following = data.find(_TRACK, body)
        end = len(data) if following < 0 else following
    try:
        track = read_track(data, body, end, max_events=reading.max_events - reading.n_events)
    except TooManyEventsError as error:
        raise TooManyEventsError(
            f"{reading.source}: {where}: more than {reading.max_events:,} events "
            f"before byte {position}; this is not a piece of music, or it must be split"
        ) from error
    except FormatError as error:
        raise FormatError(f"{reading.source}: {where}: {error}") from error
    if trusted and track.ended and track.stop < end:
        _read_on(data, track, end, reading.max_events - reading.n_events, where, reading.warnings)
    chunk = track.chunk()
    reading.chunks.append(chunk)
    reading.n_events += len(chunk.ticks) + track.n_dropped
    reading.n_tracks += 1
    if not trusted and track.stop != body + length:
        reading.warnings.append(
            f"{where}: its length is given as {length} bytes (byte {position + 4}), "
            f"but {track.stop - body} bytes were read"
        )
    reading.warnings += [f"{where}: {n} {what}" for what, n in _counts(track.repairs)]
    if track.damage:
        reading.warnings.append(
            f"{where}: {track.damage} (byte {track.stop}); the last {end - track.stop} bytes "
            "of the track were dropped"
        )
    elif not track.ended:
        reading.warnings.append(f"{where}: it has no end of track (byte {track.stop}); one was set")
    elif trusted and track.stop < end:
        reading.warnings.append(
            f"{where}: {end - track.stop} bytes after the end of track (byte {track.stop}) "
            "were dropped"
        )
    return end if trusted or not track.ended else track.stop


def _read_on(
    data: bytes, track: TrackReading, end: int, max_events: int, where: str, warnings: list[str]
) -> None:
    """Read on after an end of track that has events after it.

    The events are kept if they read without damage up to another end of track, or hold no notes;
    everything else is dropped, with a warning by the caller.
    """
    mark, n_before = track.stop, len(track.ticks)
    for _ in range(_MAX_ENDS):
        if not track.ended or track.stop >= end:
            break
        try:
            more = read_track(data, track.stop, end, max_events=max_events, tick=track.ticks[-1])
        except FormatError:
            break
        if more.damage or more.repairs or not (more.ended or _holds_no_notes(more)):
            break
        del track.ticks[-1], track.messages[-1]
        track.ticks += more.ticks
        track.messages += more.messages
        track.stop, track.ended = more.stop, more.ended
    kept = len(track.ticks) - n_before + (not track.ended)
    if kept:
        warnings.append(
            f"{where}: {kept} events after an end of track in its middle (byte {mark}) were kept"
        )


def _holds_no_notes(track: TrackReading) -> bool:
    return bool(track.messages) and all(m[0] >= NOTE_ON + 0x10 for m in track.messages)


def _counts(repairs: Counter[str]) -> list[tuple[str, int]]:
    return sorted(repairs.items())


def _is_chunk(data: bytes, position: int) -> bool:
    """Whether a whole chunk stands at `position`, or a track chunk that may be cut off."""
    identifier = data[position : position + 4]
    if len(data) < position + 8:
        return False
    if identifier == _TRACK:
        return True
    (length,) = struct.unpack_from(">I", data, position + 4)
    is_name = all(0x20 <= byte < 0x7F for byte in identifier)
    return is_name and position + 8 + length <= len(data)


def _one_timeline(smf: Smf, warnings: list[str]) -> Smf:
    """Type 2 holds independent sequences; put them one after another, as type 1."""
    if smf.format != 2:
        return smf
    begin = 0
    moved = []
    for track in smf.tracks:
        moved.append(bridged([tick + begin for tick in track.ticks], list(track.messages)))
        begin += track.end_tick
    if len(moved) > 1:
        warnings.append(f"type 2: its {len(moved)} sequences were put one after another")
    return replace(smf.with_tracks(moved, format=1), n_sequences=len(moved))
