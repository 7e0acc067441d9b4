"""How near expression in new bars comes to what really came next: the measurement of its rule.

    python scripts/measure_expression.py CORPUS_DIR MIDI_DIR [--songs 400]

Takes songs of the validation split whose files lie in MIDI_DIR, cuts each in its middle, and gives
it back the notes that really came next in eight bars, with what `segue.midi.expression` makes of
them and without. So the rule is judged alone, whatever a model would write. Prints, by item, the
figures of the real bars, and the mean absolute difference from them: with nothing, with the rule,
and of the eight bars before.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import typer

from segue.corpus import CorpusStore
from segue.errors import SegueError
from segue.midi import MidiDocument, cut_document, read_document
from segue.midi.channels import ChannelEvent, Place
from segue.midi.setups import BEND, Settings, settings_of

BARS: Final = 8
PEDAL: Final = 64
NAMES: Final = {PEDAL: "pedal", 1: "modulation", 11: "expression", BEND: "bend"}
FIGURES: Final = {
    PEDAL: ("share of time down", "presses a bar", "down at other times"),
    1: ("mean, of 127", "changes a bar", "range, of 127", "distance, of 127"),
    11: ("mean, of 127", "changes a bar", "range, of 127", "distance, of 127"),
    BEND: ("share of time bent", "changes a bar", "furthest, of 8192", "distance, of 8192"),
}
POINTS: Final = 512
FEWEST_ONSETS: Final = 4

Floats = npt.NDArray[np.float64]


def curve(settings: Settings, item: int, start: int, end: int) -> Floats:
    """The item at `POINTS` moments of the ticks [start, end)."""
    ticks = np.linspace(start, end, POINTS, endpoint=False).astype(int).tolist()
    return np.array([settings.value_at(item, tick) or 0 for tick in ticks], np.float64)


def figures(settings: Settings, item: int, start: int, end: int) -> list[float]:
    """What was done with an item in the ticks [start, end), in 8 bars."""
    line = curve(settings, item, start, end)
    rows = zip(settings.ticks.get(item, ()), settings.values.get(item, ()), strict=True)
    values = [value for tick, value in rows if start <= tick < end]
    if item == PEDAL:
        down = [(settings.value_at(item, start - 1) or 0) >= 64, *(v >= 64 for v in values)]
        presses = sum(now > was for was, now in pairwise(down))
        return [float((line >= 64).mean()), presses / BARS]
    if item == BEND:
        off = np.abs(line - 8192)
        furthest = max((abs(value - 8192) for value in values), default=0)
        return [float((off > 164).mean()), len(values) / BARS, furthest / 8192]
    return [line.mean() / 127, len(values) / BARS, (line.max() - line.min()) / 127]


def distance(one: Settings, other: Settings, item: int, start: int, end: int) -> float:
    """How far two lines are from each other, in the mean."""
    lines = [curve(each, item, start, end) for each in (one, other)]
    if item == PEDAL:
        return float(np.mean((lines[0] >= 64) != (lines[1] >= 64)))
    return float(np.abs(lines[0] - lines[1]).mean()) / (8192 if item == BEND else 127)


def songs(corpus: Path, folder: Path, count: int, seed: int) -> Iterator[MidiDocument]:
    """Validation songs whose files are there, in a random order."""
    rows = CorpusStore.open(corpus).metadata.select(["path", "split"]).to_pylist()
    paths = [folder / row["path"] for row in rows if row["split"] == "valid"]
    paths = [path for path in paths if path.is_file()]
    Random(seed).shuffle(paths)
    for path in paths[:count]:
        try:
            yield read_document(path)
        except SegueError as error:
            typer.echo(f"{path}: {error}", err=True)


def measured(document: MidiDocument) -> Iterator[tuple[int, str, list[list[float]]]]:
    """(item, whether it went on, figures: real, nothing, rule, before; then two distances)."""
    score = document.score
    middle = score.n_bars // 2
    if middle < BARS:
        return
    grid = score.bar_grid(n_bars=middle + BARS)
    before, start, end = (grid.start(middle + bars) for bars in (-BARS, 0, BARS))
    head = cut_document(document, start)
    longer = head.score.with_tracks(
        [score.tracks[document.origins.index(origin)] for origin in head.origins]
    )
    joined = {"reset_at": start, "end_at": end}
    nothing = _with(head, head.sent_beside(longer, **joined))  # type: ignore[arg-type]
    rule = _with(head, head.sent_beside(longer, expressed=(start, end), **joined))
    real = settings_of(document.channels.controllers())
    empty = Settings()
    for place, onsets in _onsets(head, longer.tracks).items():
        if min(_count(onsets, before, start), _count(onsets, start, end)) < FEWEST_ONSETS:
            continue
        lines = [each.get(place, empty) for each in (real, nothing, rule)]
        for item in NAMES:
            used = [
                _count(lines[0].ticks.get(item, ()), *span) >= 2
                for span in ((before, start), (start, end))
            ]
            if not any(used):
                continue
            goes_on = any(start <= tick < end for tick in lines[2].ticks.get(item, ()))
            kind = "went on" if goes_on else "used before" if used[0] else "new"
            found = [figures(line, item, start, end) for line in lines]
            found.append(figures(lines[0], item, before, start))
            far = [distance(lines[0], line, item, start, end) for line in lines]
            yield item, kind, [[*row, d] for row, d in zip(found, [*far, np.nan], strict=True)]


def _with(head: MidiDocument, sent: Sequence[ChannelEvent]) -> Mapping[Place, Settings]:
    events = [*head.channels.controllers(), *sent]
    return settings_of(sorted(events, key=lambda event: event.tick))


def _onsets(head: MidiDocument, tracks: Sequence[object]) -> dict[Place, list[int]]:
    found: defaultdict[Place, list[int]] = defaultdict(list)
    for place, track in zip(head.channels.tracks, tracks, strict=True):
        found[place] += track.notes.onset.tolist()  # type: ignore[attr-defined]
    return found


def _count(ticks: Sequence[int], start: int, end: int) -> int:
    return sum(start <= tick < end for tick in ticks)


def main(
    corpus: Path,
    folder: Path,
    songs_: Annotated[int, typer.Option("--songs")] = 400,
    seed: int = 1,
) -> None:
    """Measure and print."""
    rows: defaultdict[tuple[int, str], list[list[list[float]]]] = defaultdict(list)
    for document in songs(corpus, folder, songs_, seed):
        for item, kind, found in measured(document):
            rows[item, kind].append(found)
    for (item, kind), group in sorted(rows.items()):
        table = np.array(group)  # (parts, real nothing rule before, figures)
        off = np.abs(table - table[:, :1])
        off[..., -1] = table[..., -1]
        typer.echo(f"{NAMES[item]}, {kind}: {len(group)} parts")
        for number, name in enumerate(FIGURES[item]):
            real = table[:, 0, number].mean()
            nothing, rule, before = off[:, 1:, number].mean(axis=0)
            typer.echo(
                f"  {name}: really {real:.3f}; off by {nothing:.3f} with nothing, "
                f"{rule:.3f} with the rule, {before:.3f} repeating"
            )


if __name__ == "__main__":
    typer.run(main)
