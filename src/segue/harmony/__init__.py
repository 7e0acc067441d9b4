"""The chords of a piece: read from its notes, or named in its file.

`reading` listens to the notes, `naming` looks into the file, `xf` knows Yamaha's way of naming.
"""

from dataclasses import dataclass

from segue.harmony.naming import bars_of, named_chords
from segue.harmony.reading import beats_of_bar, chart_of, read_chords
from segue.midi import MidiDocument
from segue.theory.chart import Chart

__all__ = ["PieceChords", "chords_of"]


@dataclass(frozen=True)
class PieceChords:
    """The chords of a piece, and where they are from."""

    chart: Chart
    """As many bars as the piece has; a piece without notes has none."""
    named: bool
    """Whether its file names them; otherwise they were read from the notes."""


def chords_of(document: MidiDocument, *, read: bool = False) -> PieceChords:
    """The chords that a file names, or else those read from its notes; `read`: those at any rate.

    Those that are read are spelled as their key is.
    """
    score = document.score
    named = [] if read else named_chords(document)
    bars = bars_of(named, score, score.n_bars) if named else read_chords(score)
    chart = chart_of(bars, beats_of_bar(score, len(bars)))
    return PieceChords(chart if named else chart.transposed(0), bool(named))
