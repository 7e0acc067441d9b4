"""`segue chords`: the chords of a MIDI file, bar by bar, and as markers for a DAW."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.asking import Encoding, InputFile, read_prompt
from segue.cli.keeping import Force, put
from segue.cli.messages import note, say

__all__ = ["chords"]

_A_LINE = 4


def chords(
    file: InputFile,
    read: Annotated[
        bool,
        typer.Option("--read", help="Read the notes even where the file names chords itself."),
    ] = False,
    transpose: Annotated[
        int, typer.Option(metavar="SEMITONES", min=-11, max=11, help="Show them so much higher.")
    ] = 0,
    line: Annotated[
        bool,
        typer.Option("--line", help="All in one line, as --chords of other commands takes it."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT.mid",
            help="Also write the file with the chords as markers, which DAWs show above the bars.",
        ),
    ] = None,
    force: Force = False,
    encoding: Encoding = None,
) -> None:
    """Show the chords of a piece: those that its file names, or else those read from its notes."""
    from segue.harmony import chords_of
    from segue.harmony.naming import chart_at, with_chords
    from segue.theory.chart import Chart

    document = read_prompt(file, encoding=encoding)
    found = chords_of(document, read=read)
    chart, n_bars = found.chart, len(found.chart.bars)
    if not n_bars:
        note(f"{document.source}: no notes, so no chords")
        return
    if transpose:
        chart = chart.transposed(transpose)
    if line:
        say(str(chart))
    else:
        note(f"{document.source}: {'named in the file' if found.named else 'read from the notes'}")
        for first in range(0, n_bars, _A_LINE):
            shown = [str(Chart((bar,))).strip("| ") for bar in chart.bars[first : first + _A_LINE]]
            say(f"{first + 1:>4}  | {' | '.join(shown)} |")
    if out is not None:
        placed = chart_at(chart, document.score, first=0, last=n_bars)
        say(str(put(out, with_chords(document, placed), force=force)))
