"""Music as the page reads it: scores and MIDI messages to the models of `schemas`."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import numpy as np

from segue.harmony.naming import named_chords, sections_of
from segue.harmony.retyping import shown_chords
from segue.midi import MidiDocument
from segue.midi.channels import ChannelEvent
from segue.midi.provenance import provenance_of
from segue.score import Notes, Score
from segue.server.keys import key_of
from segue.server.schemas.music import (
    AnswerNotes,
    Bars,
    ChordLine,
    ChordMark,
    Metre,
    NotesColumns,
    ScoreDetail,
    SectionMark,
    Tempo,
    TrackDetail,
)
from segue.theory.gm import instrument_name

__all__ = [
    "channels_of",
    "chord_line",
    "controllers",
    "notes_from",
    "resets",
    "rows",
    "score_detail",
    "section_marks",
    "time_of",
    "track_details",
    "written_by",
]

_LONGEST_NAME: Final = 200


def score_detail(document: MidiDocument) -> ScoreDetail:
    """A whole piece."""
    score = document.score
    return ScoreDetail(
        ticks_per_quarter=score.ticks_per_quarter,
        tracks=track_details(score, channels_of(document, score)),
        sections=section_marks(sections_of(document)),
        key=key_of(document),
        name=score.name,
        **dict(time_of(score, score.n_bars)),
    )


def section_marks(sections: Iterable[tuple[int, str]]) -> list[SectionMark]:
    """Sections by their ticks and names."""
    return [SectionMark(tick=tick, name=name) for tick, name in sections]


def chord_line(document: MidiDocument) -> ChordLine:
    """The chords of a piece: those that its file names, or else those that are read."""
    return ChordLine(
        named=bool(named_chords(document)),
        chords=[ChordMark(tick=tick, symbol=str(chord)) for tick, chord in shown_chords(document)],
    )


def written_by(document: MidiDocument) -> str | None:
    """The model that wrote last in a piece, as its file says."""
    told = (provenance_of(document.smf) or {}).get("model")
    return told[:_LONGEST_NAME] if isinstance(told, str) else None


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

    Tracks that the file does not have yet have those that they will have in the file.
    """
    return [place.number for place in document.channels.of(score)]


def controllers(document: MidiDocument) -> list[tuple[int, int, int, int, int]]:
    """[tick, channel, status, data1, data2] of every channel message that is not of a note."""
    return rows(document.channels.controllers())


def rows(events: Iterable[ChannelEvent]) -> list[tuple[int, int, int, int, int]]:
    """Channel messages as `controllers` are."""
    return [_row(event) for event in events]


def resets(
    document: MidiDocument, join: int | None, going_on: Collection[int]
) -> list[tuple[int, int, int, int, int]]:
    """What a file that is appended to at a tick is given there, as `controllers` are.

    `going_on` are the tracks that play on, by their index.
    """
    if join is None:
        return []
    return rows(document.resets(join, going_on))


def _row(event: ChannelEvent) -> tuple[int, int, int, int, int]:
    """[tick, channel, status, data1, data2] of a channel message."""
    tick, place, message = event
    second = message[2] if len(message) > 2 else 0
    return (tick, place.number, message[0] & 0xF0, message[1], second)


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
