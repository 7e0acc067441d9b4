"""Whether takes are as loud as their prompts where they join: a measurement, in LU.

    python scripts/measure_join_loudness.py CORPUS_DIR MIDI_DIR [--prompts 20] [--model band]

Cuts validation songs in their middle, continues them by four bars, renders each take and the song
itself without levelling, and prints by how much the first four new bars are louder than the four
before: of takes, and of what really came next.
"""

from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from scripts.measure_expression import songs
from segue.generation.composer import load
from segue.midi import MidiDocument, cut_document, read_document
from segue.midi.excerpt import excerpt
from segue.sound import builtin
from segue.sound.loudness import loudness
from segue.sound.soundfont import GM_SOUNDFONT

BARS: Final = 4


def step(document: MidiDocument, bar: int) -> float:
    """By how much the bars from one on are louder than those before it, in LU."""
    grid = document.score.bar_grid(n_bars=bar + BARS)
    before, join, end = (grid.start(bar + bars) for bars in (-BARS, 0, BARS))
    return _lufs(document, join, end) - _lufs(document, before, join)


def _lufs(document: MidiDocument, start: int, end: int) -> float:
    return loudness(builtin.synthesize(excerpt(document, start, end), GM_SOUNDFONT))


def main(
    corpus: Path,
    folder: Path,
    prompts: Annotated[int, typer.Option()] = 20,
    model: str = "band",
) -> None:
    """Measure and print."""
    composer = load(model)
    takes, real = [], []
    for document in songs(corpus, folder, 10 * prompts, 2):
        bar = document.score.n_bars // 2
        if bar < 2 * BARS or document.score.n_bars < bar + BARS:
            continue
        head = cut_document(document, document.score.bar_grid(n_bars=bar).start(bar))
        if head.score.n_bars != bar:
            continue
        (take,) = composer.continue_(head, bars=BARS, takes=1)
        steps = step(read_document(take.to_bytes()), bar), step(document, bar)
        if np.isfinite(steps).all():
            takes.append(steps[0])
            real.append(steps[1])
            typer.echo(f"{document.source}: {steps[0]:+.1f} LU, really {steps[1]:+.1f}")
        if len(takes) == prompts:
            break
    for name, found in (("takes", takes), ("real", real)):
        at = np.percentile(found, (10, 50, 90))
        far = np.abs(found).mean()
        typer.echo(
            f"{name}: median {at[1]:+.1f} LU, 10 to 90 % {at[0]:+.1f} to {at[2]:+.1f}, "
            f"mean distance {far:.1f}"
        )


if __name__ == "__main__":
    typer.run(main)
