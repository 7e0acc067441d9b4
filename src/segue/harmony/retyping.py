"""Chords that a musician types over those of a piece, moves or clears: each a new file.

What is typed over is what the musician sees: the chords that the file names, or else those read
from its notes. From then on the file names them all.
"""

from collections.abc import Sequence

from segue.harmony import chords_of
from segue.harmony.naming import ChordAt, chart_at, named_chords, with_chords
from segue.midi import MidiDocument
from segue.theory.chart import Chart, parse_chart
from segue.theory.chords import NO_CHORD

__all__ = ["cleared", "moved", "shown_chords", "typed"]


def shown_chords(document: MidiDocument) -> list[ChordAt]:
    """The chords that a file names, also those after its last bar, or else those that are read."""
    named = named_chords(document)
    if named:
        return named
    chart = chords_of(document, read=True).chart
    return chart_at(chart, document.score, first=0, last=len(chart.bars))


def typed(document: MidiDocument, text: str, *, first: int) -> bytes:
    """The file with other chords from a bar on, for as many bars as are typed.

    Nothing typed: no chord begins in that bar.

    Raises:
        InputError: what is no chord, with its bar.
    """
    chart = parse_chart(text, first=first) if text.strip() else None
    last = first + (1 if chart is None else len(chart.bars))
    now, grid = shown_chords(document), document.score.bar_grid(n_bars=last)
    begin, end = grid.start(first), grid.start(last)
    before = [chord for chord in now if chord.tick < begin]
    after = [chord for chord in now if chord.tick >= end]
    heard = before[-1].chord if before else NO_CHORD
    new: list[ChordAt] = []
    if chart is not None:
        new = chart_at(chart, document.score, first=first, last=last, before=heard)
        goes_on = [chord for chord in now if chord.tick < end]
        is_inside = last < document.score.n_bars or after
        if goes_on and is_inside and (not after or after[0].tick > end):
            after.insert(0, ChordAt(end, goes_on[-1].chord))
    return with_chords(document, [*before, *new, *after])


def moved(document: MidiDocument, semitones: int) -> bytes:
    """The file with its chords so much higher; by 0 those that are read are named."""
    return with_chords(document, _transposed(shown_chords(document), semitones))


def cleared(document: MidiDocument) -> bytes:
    """The file without chords of its own: those that are read are shown again."""
    return with_chords(document, [])


def _transposed(chords: Sequence[ChordAt], semitones: int) -> list[ChordAt]:
    if not semitones:
        return list(chords)
    chart = Chart(tuple((chord.chord,) for chord in chords)).transposed(semitones)
    return [
        ChordAt(at.tick, bar[0] or NO_CHORD) for at, bar in zip(chords, chart.bars, strict=True)
    ]
