"""What the encoding loses of real music: percentiles of the error, over songs of a corpus.

    python scripts/measure_quantisation.py CORPUS [--songs 500]

Onsets in milliseconds, durations in per cent of the note's length, velocities in MIDI units.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from segue.corpus import CorpusStore, Song
from segue.encoding.grid import nearest_ticks
from segue.encoding.vocabulary import (
    DURATIONS,
    POSITIONS_PER_QUARTER,
    duration_class,
    velocity_class,
    velocity_of,
)
from segue.training.packing import has_score_metre, song_grid

PERCENTILES = (50, 75, 90, 95, 99)
Floats = npt.NDArray[np.float64]


def onset_errors_ms(song: Song) -> Floats:
    """How far each onset is from its position, (N,)."""
    grid = song_grid(song)
    onset = song.onset.astype(np.int64)
    place = grid.to_positions(onset)
    moved = np.abs(grid.to_ticks(place[:, 0], place[:, 1]) - onset)
    at = np.searchsorted(song.tempo_ticks, onset, side="right") - 1
    us_a_tick = song.tempo_us[np.maximum(at, 0)] / song.ticks_per_quarter
    return np.asarray(moved * us_a_tick / 1000)


def duration_errors(song: Song, positions: Floats) -> Floats:
    """How far each duration is from its class's, in per cent of itself, (N,)."""
    ticks = nearest_ticks(DURATIONS[duration_class(positions)], song.ticks_per_quarter)
    return np.asarray(100 * np.abs(np.maximum(1, ticks) - song.duration) / song.duration)


def errors(song: Song) -> Iterator[tuple[str, Floats]]:
    """The errors of a song, by what they are of."""
    positions = song.duration.astype(np.int64) * POSITIONS_PER_QUARTER / song.ticks_per_quarter
    yield "onset, ms", onset_errors_ms(song)
    lost = duration_errors(song, positions)
    yield "duration, %", lost
    yield "duration of a quarter or more, %", lost[positions >= POSITIONS_PER_QUARTER]
    back = velocity_of(velocity_class(song.velocity))
    yield "velocity", np.abs(back - song.velocity.astype(np.int64)).astype(np.float64)


def main() -> None:
    """Measure songs of the validation split and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--songs", type=int, default=500)
    asked = parser.parse_args()
    store = CorpusStore.open(asked.corpus)
    found: dict[str, list[Floats]] = {}
    order = np.random.default_rng(0).permutation(store.split("valid"))
    songs = (store.song(int(index)) for index in order)
    measurable = [song for song in songs if has_score_metre(song)][: asked.songs]
    for song in measurable:
        for name, values in errors(song):
            found.setdefault(name, []).append(values)
    print(f"| {len(measurable)} songs | " + " | ".join(f"{p} %" for p in PERCENTILES) + " |")
    print("|---|" + "--:|" * len(PERCENTILES))
    for name in sorted(found):
        values = np.percentile(np.concatenate(found[name]), PERCENTILES)
        print(f"| {name} | " + " | ".join(f"{v:.2f}" for v in values) + " |")


if __name__ == "__main__":
    main()
