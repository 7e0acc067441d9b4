"""MusicXML as a score: pitches, lengths, instruments, metre and tempo, repeats written out."""

from pathlib import Path
from typing import Any, Final

from segue.errors import FormatError, InputError
from segue.score import MetreMap, Notes, Score, TempoMap, Track
from segue.units import DEFAULT_TICKS_PER_QUARTER, US_PER_MINUTE

__all__ = ["read_musicxml"]

_VELOCITY: Final = 80
"""Where the notation says nothing."""
_SNARE: Final = 38
_MOST_VELOCITY: Final = 127


def read_musicxml(path: Path) -> Score:
    """The music of a .musicxml, .xml or .mxl file.

    Raises:
        InputError: it cannot be read.
        FormatError: it is not MusicXML.
        ImportError: music21 is not installed.
    """
    from music21 import converter

    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    try:
        whole: Any = converter.parse(str(path.resolve()), format="musicxml", forceSource=True)
        whole = whole.expandRepeats() if whole.recurse().getElementsByClass("RepeatMark") else whole
    except Exception as error:
        raise FormatError(
            f"{path}: not MusicXML that can be read ({type(error).__name__}: {error})"
        ) from error
    flat = whole.flatten()
    metres = flat.getElementsByClass("TimeSignature")
    tempos = flat.getElementsByClass("MetronomeMark")
    found_tempos = {_ticks(mark.offset): mark.getQuarterBPM() for mark in tempos}
    found_tempos = {tick: bpm for tick, bpm in found_tempos.items() if bpm}
    found_metres = {_ticks(m.offset): (m.numerator, m.denominator) for m in metres}
    title = whole.metadata.bestTitle if whole.metadata is not None else None
    return Score(
        ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER,
        tracks=tuple(_track(part) for part in whole.parts),
        tempo_map=TempoMap.of(
            ticks=list(found_tempos),
            us_per_quarter=[round(US_PER_MINUTE / bpm) for bpm in found_tempos.values()],
        ),
        metre_map=MetreMap.of(
            ticks=list(found_metres),
            numerator=[metre[0] for metre in found_metres.values()],
            denominator=[metre[1] for metre in found_metres.values()],
        ),
        name=title or "",
    )


def _track(part: Any) -> Track:
    player = part.getInstrument(returnDefault=True)
    rows: set[tuple[int, int, int, int]] = set()
    flat = part.flatten().stripTies()
    is_drum = bool(flat.getElementsByClass(("Unpitched", "PercussionChord")))
    for each in flat.notes:
        if not each.quarterLength:  # a grace note, or the symbol of a chord
            continue
        velocity = min(max(round(each.volume.velocity or _VELOCITY), 1), _MOST_VELOCITY)
        for one in getattr(each, "notes", (each,)):
            pitch = one.pitch.midi if hasattr(one, "pitch") else _hit(one)
            length = max(_ticks(each.quarterLength), 1)
            rows.add((_ticks(each.offset), length, pitch, velocity))
    ordered = sorted(rows)
    return Track(
        name=part.partName or "",
        program=0 if is_drum else player.midiProgram or 0,
        is_drum=is_drum,
        notes=Notes.of(
            onset=[row[0] for row in ordered],
            duration=[row[1] for row in ordered],
            pitch=[row[2] for row in ordered],
            velocity=[row[3] for row in ordered],
        ),
    )


def _hit(unpitched: Any) -> int:
    """The drum that stands at a place of the staff."""
    from segue.notation.writing import DRUM_AT

    return DRUM_AT.get(f"{unpitched.displayStep}{unpitched.displayOctave}", _SNARE)


def _ticks(quarters: Any) -> int:
    return round(float(quarters) * DEFAULT_TICKS_PER_QUARTER)
