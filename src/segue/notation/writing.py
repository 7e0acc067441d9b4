"""A score as MusicXML: what is played as it would be written.

Notes are put on a grid of sixteenths and of triplets, 12 positions a quarter. A note that ends a
little before the next one is written as long as until there; a note's tail that reaches a little
into the next one is cut. What sounds at once and as long is a chord; what overlaps otherwise has a
voice of its own. Velocities, controllers and bends are not in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from segue.score import Score, Track
from segue.theory.gm import instrument_name
from segue.units import US_PER_MINUTE

__all__ = ["DRUM_AT", "chords_of", "musicxml_of"]

GRID: Final = 12
"""Positions a quarter."""
_BREATH: Final = 4
"""A rest that is shorter is not written: the note before lasts until the next one."""
_DRUM_PLACES: Final = {
    **dict.fromkeys((35, 36), "F4"),
    **dict.fromkeys((37, 38, 39, 40), "C5"),
    **dict.fromkeys((41, 43), "A4"),
    **dict.fromkeys((45, 47), "D5"),
    **dict.fromkeys((48, 50), "E5"),
    **dict.fromkeys((42, 46), "G5"),
    44: "D4",
    **dict.fromkeys((49, 52, 55, 57), "A5"),
    **dict.fromkeys((51, 53, 59), "F5"),
}
"""Where drums stand on the staff; others in the middle."""
DRUM_AT: Final = {
    "F4": 36,
    "C5": 38,
    "A4": 43,
    "D5": 47,
    "E5": 50,
    "G5": 42,
    "D4": 44,
    "A5": 49,
    "F5": 51,
}
"""The drum that is meant by a place."""


def musicxml_of(score: Score, *, key: str | None = None) -> bytes:
    """The bytes of a MusicXML file; tracks without notes are left out.

    Args:
        score: the music.
        key: such as "F# minor", for the key signature; None: there is none.

    Raises:
        ImportError: music21 is not installed.
    """
    from music21 import metadata, stream
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    whole: Any = stream.Score()
    whole.metadata = metadata.Metadata(title=score.name or "Segue")
    playing = [track for track in score.tracks if len(track.notes)]
    for number, track in enumerate(playing):
        whole.insert(0, _part(score, track, key, with_tempo=number == 0))
    return bytes(GeneralObjectExporter(whole).parse())


def _part(score: Score, track: Track, key: str | None, *, with_tempo: bool) -> Any:
    """A music21 part in measures."""
    from music21 import clef, instrument, meter, stream, tempo
    from music21 import key as keys

    part: Any = stream.Part()
    part.partName = track.name or instrument_name(program=track.program, is_drum=track.is_drum)
    if track.is_drum:
        player: Any = instrument.UnpitchedPercussion()
        part.insert(0, clef.PercussionClef())
    else:
        player = instrument.instrumentFromMidiProgram(track.program)
    player.midiProgram, player.partName = track.program, part.partName
    part.insert(0, player)
    if key is not None and not track.is_drum:
        tonic, mode = key.split()
        part.insert(0, keys.Key(tonic.replace("b", "-"), mode))
    metres = score.metre_map
    for tick, over, under in _rows(metres.ticks, metres.numerator, metres.denominator):
        part.insert(_quarters(score, tick), meter.TimeSignature(f"{over}/{under}"))
    if with_tempo:
        for tick, us in _rows(score.tempo_map.ticks, score.tempo_map.us_per_quarter):
            mark = tempo.MetronomeMark(number=round(US_PER_MINUTE / us))
            part.insert(_quarters(score, tick), mark)
    for onset, duration, pitches in chords_of(score, track):
        part.insert(Fraction(onset, GRID), _written(pitches, duration, is_drum=track.is_drum))
    measures = part.makeMeasures()
    for measure in measures.getElementsByClass(stream.Measure):
        measure.makeVoices(inPlace=True, fillGaps=True)
    return measures.makeTies()


def _written(pitches: Sequence[int], duration: int, *, is_drum: bool) -> Any:
    """A music21 note, or several at once."""
    from music21 import chord, note, percussion

    length = Fraction(duration, GRID)
    if is_drum:
        hits = [note.Unpitched(_DRUM_PLACES.get(pitch, "B4")) for pitch in pitches]
        if len(hits) == 1:
            hits[0].quarterLength = length
            return hits[0]
        return percussion.PercussionChord(hits, quarterLength=length)
    if len(pitches) == 1:
        return note.Note(pitches[0], quarterLength=length)
    return chord.Chord(list(pitches), quarterLength=length)


def chords_of(score: Score, track: Track) -> list[tuple[int, int, tuple[int, ...]]]:
    """What a track plays as it is written: (onset, duration, pitches) in positions, by onset."""
    notes, quarter = track.notes, score.ticks_per_quarter
    onset = np.rint(notes.onset * GRID / quarter).astype(int)
    end = np.rint(notes.offset * GRID / quarter).astype(int)
    end = np.maximum(end, onset + 1)
    starts = np.unique(onset)
    if track.is_drum:  # a hit has no length of its own
        end = onset + GRID
    following = starts[np.minimum(np.searchsorted(starts, onset, "right"), len(starts) - 1)]
    following = np.where(following > onset, following, end)
    is_close = np.abs(following - end) < _BREATH
    end = np.where(is_close | (track.is_drum & (following < end)), following, end)
    found: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for first, last, pitch in _rows(onset, end, notes.pitch):
        found[first, last - first].add(pitch)
    return [(first, length, tuple(sorted(own))) for (first, length), own in sorted(found.items())]


def _quarters(score: Score, tick: int) -> Fraction:
    return Fraction(round(tick * GRID / score.ticks_per_quarter), GRID)


def _rows(*columns: Any) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)
