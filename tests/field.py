"""What must hold for any file that a musician brings, judged by mido, an independent parser."""

import io
from bisect import bisect_left
from collections.abc import Iterator

import mido

from segue.midi import MidiDocument, read_document
from tests.composers import small_composer

NEW_BARS = 2

Event = tuple[int, mido.Message]

_OF_NO_FILE = {"quarter_frame", "songpos", "song_select", "tune_request"}
"""Messages that may not stand in a file; they are dropped, with a warning."""


def by_mido(data: bytes) -> mido.MidiFile | None:
    """The file as mido reads it, without what is wrapped around it; None if mido cannot."""
    start = data.find(b"MThd")
    try:
        return mido.MidiFile(file=io.BytesIO(data[max(start, 0) :]))
    except (OSError, EOFError, ValueError, KeyError, IndexError, LookupError):
        return None


def timed(track: mido.MidiTrack) -> list[Event]:
    """(tick, message) of a track, without its end; deltas are left out of the messages."""
    found, tick = [], 0
    for message in track:
        tick += message.time
        if message.type != "end_of_track":
            found.append((tick, message.copy(time=0)))
    return found


def bar_lines(file: mido.MidiFile, until: int) -> list[int]:
    """The ticks of the bar lines of a file, at least up to a tick."""
    metres = sorted(
        (tick, message.numerator * 4 * file.ticks_per_beat // message.denominator)
        for track in file.tracks
        for tick, message in timed(track)
        if message.type == "time_signature"
    )
    lines: list[int] = []
    tick, length = 0, 4 * file.ticks_per_beat
    while not lines or lines[-1] < until:
        while metres and metres[0][0] <= tick:
            length = metres.pop(0)[1]
        lines.append(tick)
        tick += length
        if metres and metres[0][0] < tick:  # a metre that begins inside a bar begins a new one
            tick = metres[0][0]
    return lines


def to_keep(events: list[Event]) -> Iterator[Event]:
    """The events without what may be left out: stray note-offs, messages that are of no file."""
    sounding: dict[tuple[int, int], int] = {}
    for tick, message in events:
        if message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if message.type == "note_on" and message.velocity:
                sounding[key] = sounding.get(key, 0) + 1
            elif not sounding.get(key):
                continue
            else:
                sounding[key] -= 1
        if message.type not in _OF_NO_FILE:
            yield tick, message


def require_sound(data: bytes, source: str) -> None:
    """The file is read, goes on, and keeps all that was in it.

    Raises:
        InputError: it is refused.
    """
    document = read_document(data, source=source)
    document.require_one_piece()
    for take in small_composer().continue_(document, bars=NEW_BARS, takes=2, seed=1):
        require_continued(data, document, take.to_bytes())


def require_continued(data: bytes, document: MidiDocument, taken: bytes) -> None:
    """A take holds all that its prompt held, and ends on the bar line of its last new bar."""
    before = by_mido(data) or by_mido(document.updated(document.score))
    after = by_mido(taken)
    assert before is not None
    assert after is not None, "mido cannot open the take"
    last_onset = max(
        (
            tick
            for track in before.tracks
            for tick, message in timed(track)
            if message.type == "note_on" and message.velocity
        ),
        default=-1,
    )
    lines = bar_lines(after, last_onset + 1)
    join = lines[bisect_left(lines, last_onset + 1)] if last_onset >= 0 else 0
    for index, track in enumerate(before.tracks):
        kept = timed(after.tracks[index])
        rest = iter(kept)
        missing = [event for event in to_keep(timed(track)) if event not in rest]
        if data[12] & 0x80:  # its tempo events mean nothing, and give way to one that does
            missing = [event for event in missing if event[1].type != "set_tempo"]
        assert missing == [], f"track {index} lost events"
    _require_end(before, after, join)


def _require_end(before: mido.MidiFile, after: mido.MidiFile, join: int) -> None:
    ends = [sum(message.time for message in track) for track in before.tracks]
    lines = bar_lines(after, join)
    while len([line for line in lines if line > join]) < NEW_BARS:
        lines = bar_lines(after, lines[-1] + 1)
    end = [line for line in lines if line > join][NEW_BARS - 1]
    for index, track in enumerate(after.tracks):
        own = ends[index] if index < len(ends) else 0
        assert sum(message.time for message in track) == max(end, own), f"end of track {index}"
    new = [
        tick
        for track in after.tracks
        for tick, message in timed(track)
        if message.type == "note_on" and message.velocity and tick >= join
    ]
    assert new
    assert max(new) < end
