"""Chords that a musician types over those of a piece, moves or clears: each a new file.

What is typed over is what the musician sees: the chords that the file names, or else those read
from its notes. From then on the file names them all, also those of bars that are appended.
"""

from collections.abc import Sequence

from segue.harmony import chords_of
from segue.harmony.naming import ChordAt, chart_at, named_chords, names_own, with_chords
from segue.harmony.reading import beats_of_bar, chart_of, read_chords
from segue.midi import MidiDocument
from segue.score import slice_bars
from segue.theory.chart import Chart, parse_chart
from segue.theory.chords import NO_CHORD

__all__ = ["appended", "cleared", "moved", "shown_chords", "typed"]


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


def appended(document: MidiDocument, *, bars: int) -> bytes | None:
    """The file with the chords of appended bars named as they are read, where it names none there.

    Else its last chord would seem to go on through all of them. `bars`: how many it had before.
    None: it names no chords of ours, or has no such bars.
    """
    if not names_own(document):
        return None
    score, named = document.score, named_chords(document)
    grid = score.bar_grid(n_bars=score.n_bars)
    first = max(bars, 1 + int(grid.bar_of(min(named[-1].tick, grid.end_tick - 1))))
    if first >= score.n_bars:
        return None
    new = slice_bars(score, first, score.n_bars)
    heard = read_chords(new)
    chart = chart_of(heard, beats_of_bar(new, len(heard))).transposed(0)
    last = first + len(chart.bars)
    found = chart_at(chart, score, first=first, last=last, before=named[-1].chord)
    return with_chords(document, [*named, *found])


def _transposed(chords: Sequence[ChordAt], semitones: int) -> list[ChordAt]:
    if not semitones:
        return list(chords)
    chart = Chart(tuple((chord.chord,) for chord in chords)).transposed(semitones)
    return [
        ChordAt(at.tick, bar[0] or NO_CHORD) for at, bar in zip(chords, chart.bars, strict=True)
    ]
