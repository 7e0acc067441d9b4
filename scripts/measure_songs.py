"""What songs made of loops are like, beside the real songs that their loops were cut from.

    python -m scripts.measure_songs CORPUS --out FOLDER

Nine loops are eight bars of songs of the test split, drawn at random, from the ninth bar with music
on; three are Segue's examples. Each becomes a song in one of the named forms, take 1 of seed 1. A
song, and as many bars of the real one from the loop on, are measured alike; `FOLDER` gets the songs
and their piano rolls. Seconds are those of the processor, so that other programs do not count.
"""

import json
import time
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from segue.corpus import CorpusStore
from segue.examples import example_path
from segue.files import write_bytes
from segue.generation.composer import load
from segue.generation.form import FORMS
from segue.generation.take import Take
from segue.metrics import as_table, structureness
from segue.metrics.sections import section_changes
from segue.metrics.structure import LONG, MIDDLE, SHORT
from segue.midi import read_document
from segue.picture import draw_roll
from segue.score import Score, slice_bars

BARS: Final = 8
BEFORE: Final = 8
"""Bars of a real song that are left out, so that its loop is not an introduction."""
REAL: Final = 9
MOST: Final = 60
"""Bars that a real song must have from its loop on: those of the longest form, and some more."""
BANDS: Final = {"short": SHORT, "middle": MIDDLE, "long": LONG}
COMES_BACK: Final = 0.5


def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    out: Annotated[Path, typer.Option("--out", help="The folder for songs and pictures.")],
    first: Annotated[int, typer.Option(min=1, help="The first song to make.")] = 1,
    last: Annotated[int, typer.Option(help="The last one.")] = REAL + 3,
) -> None:
    """Write the songs and measure them."""
    out.mkdir(parents=True, exist_ok=True)
    model = load()
    rows: list[dict[str, Any]] = []
    prompts = [*_real_songs(CorpusStore.open(corpus)), *_examples()]
    for number, (name, prompt, real) in enumerate(prompts):
        if not first <= number + 1 <= last:
            continue
        form = list(FORMS)[number % len(FORMS)]
        started = time.process_time()
        (take,) = model.arrange(prompt, form=form, takes=1, seed=1)
        seconds = time.process_time() - started
        take.save(out / f"{number + 1:02}-{form}.mid")
        draw_roll(
            take.score,
            out / f"{number + 1:02}-{form}.png",
            title=f"{name}: {FORMS[form].form}",
            new_bars=(take.region.first, take.region.last),
        )
        row = {"song": name, "form": form, "seconds": round(seconds, 1)} | _ends(take)
        row |= {"made": measured(slice_bars(take.score, 0, take.region.last))}
        if real is not None:
            row |= {"real": measured(slice_bars(real, 0, take.region.last))}
        rows.append(row)
        print(json.dumps(row), flush=True)
    write_bytes(out / f"songs-{first}-{last}.json", (json.dumps(rows, indent=1) + "\n").encode())
    for which in ("made", "real"):
        found = [row[which] for row in rows if "real" in row]
        print(which, {key: round(float(np.mean([f[key] for f in found])), 3) for key in found[0]})


def measured(score: Score) -> dict[str, float]:
    """Structureness in three bands, and what becomes of its sections of eight bars."""
    table = as_table(score)
    changes = section_changes(table, bars=BARS)
    back = [each.notes_in_common >= COMES_BACK for each in changes]
    return {
        **{name: round(structureness(table, band=band), 3) for name, band in BANDS.items()},
        "comes back": round(float(np.mean(back)), 3),
        "notes in common": round(float(np.mean([each.notes_in_common for each in changes])), 3),
    }


def _ends(take: Take) -> dict[str, bool]:
    """Whether all who play in the last two bars begin their last note at the last bar line."""
    grid = take.score.bar_grid(n_bars=take.region.last)
    line, before = grid.start(take.region.last - 1), grid.start(take.region.last - 2)
    late = [t.notes for t in take.score.tracks if np.any(t.notes.onset >= before)]
    return {"ends": all(int(notes.onset[-1]) == line for notes in late)}


def _real_songs(store: CorpusStore) -> list[tuple[str, Score, Score | None]]:
    """Loops of the test split, each with its song from there on."""
    found: list[tuple[str, Score, Score | None]] = []
    for index in np.random.default_rng(0).permutation(store.split("test")).tolist():
        song = store.score(index)
        table = as_table(song)
        first = int(table.bar.min()) + BEFORE if len(table) else 0
        if not len(table) or song.n_bars - first < MOST:
            continue
        rest = slice_bars(song, first, song.n_bars)
        loop = slice_bars(rest, 0, BARS)
        if loop.n_bars == BARS:
            found.append((f"test song {index}", loop, rest))
        if len(found) == REAL:
            break
    return found


def _examples() -> list[tuple[str, Score, Score | None]]:
    names = ("band", "quartet", "chiptune")
    return [(name, read_document(example_path(name)).score, None) for name in names]


if __name__ == "__main__":
    typer.run(main)
