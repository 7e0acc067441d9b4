"""How well are chords read? Pieces whose chords are known, read and compared.

    python scripts/measure_chords.py [--songs FOLDER] [--out docs/evaluation/chords.md]

Without files: the project's own examples, whose chords stand here, and charts drawn by chance
(`segue.evaluation.music.charts`), 20 pieces of 16 bars in each style. With `--songs` also the MIDI
files of a folder that name their chords, by markers or by Yamaha's XF; others are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from segue.errors import InputError
from segue.evaluation.music.charts import STYLES, draw_piece
from segue.examples import band, chiptune, quartet
from segue.files import write_bytes
from segue.harmony.naming import bars_of, named_chords
from segue.harmony.reading import read_chords
from segue.midi import read_document
from segue.score import Score
from segue.theory.chart import Bar, parse_chart
from segue.theory.chords import NO_CHORD, Chord

PIECES: Final = 20
BASSES: Final = range(32, 40)
EXAMPLES: Final = {
    "band": (band, "Am9 D13 Am9 D13 Fmaj7 G6 Am E7#9"),
    "chiptune": (chiptune, "Am F G C Dm Am F E"),
    "quartet": (quartet, "D | A7/C# | D G . | D/A A . | D . D/F# | Bm . Bm/D | A/E . E7 | A"),
}
_A_QUARTER: Final = 12
"""Places in a quarter at which chords are compared."""


@dataclass(frozen=True)
class Row:
    """Shares of the time in which a chord is known, of so many pieces; the mean over pieces."""

    name: str
    pieces: int
    root: float
    triad: float
    tones: float
    bass: float | None
    """None: nobody plays it."""


def compared(known: Sequence[Bar], score: Score) -> tuple[float, ...] | None:
    """How much of a piece has the right root, triad, tones and bass; None without chords."""
    read = read_chords(score, n_bars=len(known))
    grid = score.bar_grid(n_bars=len(known))
    found = []
    for number, (own, other) in enumerate(zip(known, read, strict=True)):
        places = max(1, _A_QUARTER * grid.length(number) // score.ticks_per_quarter)
        for place in range(places):
            right, heard = _at(own, place / places), _at(other, place / places)
            if right != NO_CHORD:
                found.append(
                    (
                        right.root == heard.root,
                        _triad(right) == _triad(heard),
                        right.tones - {right.bass} <= heard.tones <= right.tones | {heard.bass},
                        right.bass == heard.bass,
                    )
                )
    return tuple(np.mean(found, axis=0).tolist()) if found else None


def _at(bar: Bar, share: float) -> Chord:
    return [chord for start, chord in bar if start <= share + 1e-9][-1]


def _triad(chord: Chord) -> tuple[int, bool, bool]:
    """The root, and whether there is a minor third, a major one above it."""
    return chord.root, (chord.root + 3) % 12 in chord.tones, (chord.root + 4) % 12 in chord.tones


def row_of(
    name: str, pieces: Iterator[tuple[Sequence[Bar], Score]], *, has_bass: bool = True
) -> Row:
    """The mean over pieces with chords."""
    found = [each for known, score in pieces if (each := compared(known, score)) is not None]
    root, triad, tones, bass = np.mean(found, axis=0).tolist()
    return Row(name, len(found), root, triad, tones, bass if has_bass else None)


def _examples() -> Iterator[tuple[Sequence[Bar], Score]]:
    for module, text in EXAMPLES.values():
        score, chart = module.compose(), parse_chart(text)
        beats = int(score.metre_map.numerator[0])
        yield [chart.bar(bar, beats=beats) for bar in range(len(chart.bars))], score


def _drawn(style: str, seed: int) -> Iterator[tuple[Sequence[Bar], Score]]:
    for number in range(PIECES):
        piece = draw_piece(style, seed=seed + number)
        beats = int(piece.score.metre_map.numerator[0])
        yield [piece.chart.bar(b, beats=beats) for b in range(len(piece.chart.bars))], piece.score


def _songs(folder: Path) -> Iterator[tuple[Sequence[Bar], Score]]:
    for path in sorted(folder.rglob("*.mid")):
        try:
            document = read_document(path)
        except InputError as error:
            print(error)
            continue
        chords = named_chords(document)
        if chords:
            yield bars_of(chords, document.score, document.score.n_bars), document.score


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def main(
    songs: Annotated[Path | None, typer.Option(help="MIDI files that name their chords.")] = None,
    out: Annotated[Path, typer.Option(help="Where the table goes.")] = Path(
        "docs/evaluation/chords.md"
    ),
    seed: Annotated[int, typer.Option(help="Of the charts.")] = 1,
) -> None:
    """Read the chords of all pieces, and write how often they are right."""
    rows = [row_of("the three examples", _examples())]
    for style, players in STYLES.items():
        has_bass = any(program in BASSES for program, _ in players)
        rows.append(row_of(f"charts: {style}", _drawn(style, seed), has_bass=has_bass))
    if songs is not None:
        rows.append(row_of("real songs that name their chords", _songs(songs)))
    lines = [
        "# Chords that are read",
        "",
        "How much of the time the chord that `segue chords` reads is right, in percent, the mean "
        "over pieces. The triad is right where root and third are; the tones, where all of the "
        "chord as it is named are heard and no others, sevenths and ninths included. Written by "
        "`python scripts/measure_chords.py`"
        + ("" if songs is None else f" `--songs FOLDER`, with a folder of {rows[-1].pieces} songs")
        + f"; seed {seed}.",
        "",
        "| | pieces | root | triad | all tones | bass |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {row.name} | {row.pieces} | "
        + " | ".join(_percent(share) for share in (row.root, row.triad, row.tones, row.bass))
        + " |"
        for row in rows
    ]
    lines += [
        "",
        "The charts are simple music, which real songs are not; what songs name are arrangers' "
        "chords, about which two musicians often differ. Chords with sixths, ninths and more are "
        "read as the triad or the seventh in them. Of charts without a bass "
        "the lowest tone is chance, so nothing stands there. The reader's few numbers were "
        "chosen with the eleven songs in view, so that new songs may be read a little worse.",
    ]
    write_bytes(out, ("\n".join(lines) + "\n").encode())
    print("\n".join(lines))


if __name__ == "__main__":
    typer.run(main)
