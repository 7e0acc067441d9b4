"""Music as the page reads it: scores and MIDI messages to the models of `schemas`."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from segue.midi import MidiDocument, read_document
from segue.midi.messages import CONTROL, LAST_CHANNEL_STATUS
from segue.midi.resets import resets_at
from segue.score import Notes, Score
from segue.server.schemas import (
    AnswerNotes,
    Bars,
    Metre,
    NotesColumns,
    ScoreDetail,
    Tempo,
    TrackDetail,
)
from segue.theory.gm import instrument_name
from segue.theory.key import estimate_key, key_name
from segue.units import DRUM_CHANNEL, N_CHANNELS

__all__ = [
    "channels_of",
    "controllers",
    "document_of",
    "key_of",
    "notes_from",
    "resets",
    "score_detail",
    "time_of",
    "track_details",
]

_LAST_NOTE_STATUS: Final = 0x9F
_KEY_AFTERTOUCH: Final = CONTROL - 0x10


@lru_cache(maxsize=4)
def document_of(midi: bytes) -> MidiDocument:
    """The document of a node's bytes; nodes do not change, and the same few are asked for."""
    return read_document(midi, source="the piece")


def score_detail(document: MidiDocument) -> ScoreDetail:
    """A whole piece."""
    score = document.score
    return ScoreDetail(
        ticks_per_quarter=score.ticks_per_quarter,
        tracks=track_details(score, channels_of(document, score)),
        key=key_of(score),
        name=score.name,
        **dict(time_of(score, score.n_bars)),
    )


def time_of(score: Score, n_bars: int) -> Bars:
    """The tempos, metres and bar lines of a score of at least `n_bars` bars."""
    tempo, metre = score.tempo_map, score.metre_map
    return Bars(
        tempos=[
            Tempo(tick=tick, us_per_quarter=us)
            for tick, us in zip(tempo.ticks.tolist(), tempo.us_per_quarter.tolist(), strict=True)
        ],
        metres=[
            Metre(tick=tick, numerator=over, denominator=under)
            for tick, over, under in zip(
                metre.ticks.tolist(),
                metre.numerator.tolist(),
                metre.denominator.tolist(),
                strict=True,
            )
        ],
        bars=score.bar_grid(n_bars=n_bars).starts.tolist(),
    )


def track_details(score: Score, channels: Sequence[int]) -> list[TrackDetail]:
    """The tracks of a score, each on its channel."""
    return [
        TrackDetail(
            name=track.name,
            program=track.program,
            is_drum=track.is_drum,
            channel=channel,
            instrument=instrument_name(program=track.program, is_drum=track.is_drum),
            notes=_columns(track.notes),
        )
        for track, channel in zip(score.tracks, channels, strict=True)
    ]


def channels_of(document: MidiDocument, score: Score) -> list[int]:
    """The channel of each track of a version of the piece, 16 more for each port after the first.

    Tracks that the file does not have yet are given free channels, as far as there are any, only
    to be heard: where they will be in a file is decided when it is written.
    """
    contents = document.interpretation.contents
    found = [contents[o.chunk].port * N_CHANNELS + o.channel for o in document.origins]
    free = [c for c in range(N_CHANNELS) if c != DRUM_CHANNEL and c not in found] or [0]
    n_melodic = 0
    for track in score.tracks[len(found) :]:
        if track.is_drum:
            found.append(DRUM_CHANNEL)
        else:
            found.append(free[n_melodic % len(free)])
            n_melodic += 1
    return found


def controllers(document: MidiDocument) -> list[tuple[int, int, int, int, int]]:
    """[tick, channel, status, data1, data2] of every channel message that is not of a note."""
    found = []
    contents = document.interpretation.contents
    for chunk, content in zip(document.smf.tracks, contents, strict=True):
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True):
            status = message[0]
            if _LAST_NOTE_STATUS < status <= LAST_CHANNEL_STATUS:
                channel = content.port * N_CHANNELS + (status & 0x0F)
                second = message[2] if len(message) > 2 else 0
                found.append((tick, channel, status & 0xF0, message[1], second))
    found.sort(key=lambda event: event[0])  # stable: the file's order holds within a tick
    return found


def resets(
    document: MidiDocument, join: int | None, channels: Iterable[int]
) -> list[tuple[int, int, int, int, int]]:
    """What a file that is appended to at a tick is given there, as `controllers` are."""
    if join is None:
        return []
    contents = document.interpretation.contents
    found = []
    for channel in sorted(set(channels)):
        port, own = divmod(channel, N_CHANNELS)
        chunks = [
            chunk
            for chunk, content in zip(document.smf.tracks, contents, strict=True)
            if content.port == port
        ]
        for message in resets_at(chunks, own, join):
            found.append((join, channel, message[0] & 0xF0, message[1], message[2]))
    return found


def key_of(score: Score) -> str | None:
    """The likeliest key; None for a score without tones."""
    histogram = np.zeros(12)
    for track in score.tracks:
        if not track.is_drum and len(track.notes):
            weights = track.notes.duration / score.ticks_per_quarter
            histogram += np.bincount(track.notes.pitch % 12, weights=weights, minlength=12)
    return key_name(estimate_key(histogram)) if histogram.any() else None


def notes_from(columns: NotesColumns) -> Notes:
    """Notes that a client sent.

    Raises:
        InputError: columns of unequal length.
    """
    return Notes.of(
        onset=np.array(columns.onset, np.int64),
        duration=np.array(columns.duration, np.int64),
        pitch=np.array(columns.pitch, np.int64),
        velocity=np.array(columns.velocity, np.int64),
    )


def _columns(notes: Notes) -> AnswerNotes:
    # From arrays of checked integers: validating them again would cost more than sending them.
    return AnswerNotes.model_construct(
        onset=notes.onset.tolist(),
        duration=notes.duration.tolist(),
        pitch=notes.pitch.tolist(),
        velocity=notes.velocity.tolist(),
    )
