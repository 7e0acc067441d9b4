"""Chords that a MIDI file names, and how Segue names them there: by markers.

Markers are where DAWs show chords, and where they are kept apart from the notes. Many are sections,
and "A" is a section as often as a chord. So what a file's markers say is taken for chords where two
of them can be nothing else ("Em", "G7/B"); before each of its own Segue notes that it is one.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from segue.errors import InputError
from segue.harmony.xf import xf_chord
from segue.midi import MidiDocument, cut_document, read_document
from segue.midi.markers import Marker, markers_of, sequencer_events, with_markers
from segue.score import Score
from segue.theory.chart import Bar, Chart, write_bar
from segue.theory.chords import NO_CHORD, Chord, parse_chord

__all__ = [
    "ChordAt",
    "bars_of",
    "chart_at",
    "chart_of_region",
    "cut_keeping_chords",
    "named_chords",
    "names_own",
    "sections_of",
    "with_chords",
]

_NOTE: Final = "segue chords"
_SECTION: Final = re.compile("[A-G][1-6]?")
_SURE: Final = 2
"""So many different markers that can be nothing but chords make the others chords, too."""


class ChordAt(NamedTuple):
    """A chord from a tick on."""

    tick: int
    chord: Chord


def named_chords(document: MidiDocument) -> list[ChordAt]:
    """The chords that a file names, by time; none where it names none.

    What Segue wrote comes before what other programs did, and markers before Yamaha's XF.
    """
    markers = _chord_markers(document)
    if markers:
        return _tidy([ChordAt(marker.tick, chord) for marker, chord in markers])
    found = [(tick, xf_chord(payload)) for tick, payload in sequencer_events(document)]
    return _tidy([ChordAt(tick, chord) for tick, chord in found if chord is not None])


def names_own(document: MidiDocument) -> bool:
    """Whether the chords that a file names are Segue's own markers, and not another program's."""
    return any(marker.note == _NOTE.encode() for marker, _ in _chord_markers(document))


def sections_of(document: MidiDocument) -> list[tuple[int, str]]:
    """The markers of a file that are no chords: where its sections begin, and their names."""
    chords = {(marker.tick, marker.text) for marker, _ in _chord_markers(document)}
    return [section for section in document.sections if section not in chords]


def with_chords(document: MidiDocument, chords: Sequence[ChordAt]) -> bytes:
    """The file with these chords as markers, in place of those that it names; [] names none.

    Its other markers stay.
    """
    return with_markers(
        document,
        without=[marker for marker, _ in _chord_markers(document)],
        add=[(tick, str(chord)) for tick, chord in chords],
        note=_NOTE,
    )


def cut_keeping_chords(document: MidiDocument, tick: int) -> MidiDocument:
    """The file as far as a tick, but with all the chords that it names, also those behind.

    What comes there instead is to follow them.
    """
    chords = named_chords(document)
    if not chords or chords[-1].tick < tick:
        return cut_document(document, tick)
    encoding = document.interpretation.texts.encoding

    def named(file: MidiDocument) -> MidiDocument:
        return read_document(with_chords(file, chords), source=file.source, encoding=encoding)

    # All are Segue's own before the cut: of those of others, too few may be left to tell.
    return named(cut_document(named(document), tick))


def bars_of(chords: Sequence[ChordAt], score: Score, n_bars: int) -> list[Bar]:
    """The other way round: of each bar its chords, the first at 0, perhaps `NO_CHORD`."""
    grid = score.bar_grid(n_bars=n_bars)
    bars: list[Bar] = []
    now, rest = NO_CHORD, list(chords)
    for number in range(n_bars):
        begin, length = grid.start(number), grid.length(number)
        bar: dict[Fraction, Chord] = {Fraction(0): now}
        while rest and rest[0].tick < begin + length:
            tick, now = rest.pop(0)
            bar[max(Fraction(0), Fraction(tick - begin, length))] = now
        bars.append(tuple(bar.items()))
    return bars


def chart_at(
    chart: Chart, score: Score, *, first: int, last: int, before: Chord = NO_CHORD
) -> list[ChordAt]:
    """The chords of a chart on the bars [first, last) at their ticks.

    One that goes on is not named again; `before`: what is heard where they begin.
    """
    grid, found = score.bar_grid(n_bars=last), list[ChordAt]()
    for bar in range(first, last):
        for start, chord in chart.bar(bar - first, beats=int(grid.numerator[bar])):
            if chord != (found[-1].chord if found else before):
                found.append(ChordAt(grid.start(bar) + int(start * grid.length(bar)), chord))
    return found


def chart_of_region(
    chords: Sequence[ChordAt], score: Score, *, first: int, last: int
) -> Chart | None:
    """The chords of the bars [first, last) of a piece, some of which it may not have yet.

    A chord goes on until the next, but the last one no further than the piece; and what goes on
    from the piece's end asks nothing of new bars. None: nothing is asked of any bar.
    """
    if not chords:
        return None
    grid = score.bar_grid(n_bars=last)
    ends = max(score.n_bars, 1 + int(grid.bar_of(min(chords[-1].tick, grid.end_tick - 1))))
    begin = grid.start(first)
    if first >= score.n_bars:
        chords = [chord for chord in chords if chord.tick >= begin]
    bars = bars_of(chords, score, last)[first:]
    bars = [bar if first + i < ends else _NOTHING for i, bar in enumerate(bars)]
    if all(chord == NO_CHORD for bar in bars for _, chord in bar):
        return None
    written = zip(bars, grid.numerator[first:last].tolist(), strict=True)
    return Chart(tuple(write_bar(bar, beats=beats) for bar, beats in written))


_NOTHING: Final[Bar] = ((Fraction(0), NO_CHORD),)


def _chord_markers(document: MidiDocument) -> list[tuple[Marker, Chord]]:
    """The markers of a file that are chords."""
    found = []
    for marker in markers_of(document):
        try:
            found.append((marker, parse_chord(marker.text)))
        except InputError:  # a section, a lyric, a remark
            continue
    own = [pair for pair in found if pair[0].note == _NOTE.encode()]
    if own:
        return own
    sure = {str(chord) for _, chord in found if not _SECTION.fullmatch(str(chord))}
    return found if len(sure - {str(NO_CHORD)}) >= _SURE else []


def _tidy(chords: list[ChordAt]) -> list[ChordAt]:
    """By time, the last of several at one tick."""
    return [ChordAt(tick, chord) for tick, chord in dict(chords).items()]
