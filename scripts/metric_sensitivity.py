"""What the distances between sets of music see: known damage done to real excerpts.

    python scripts/metric_sensitivity.py CORPUS_DIR [COUNT]

Draws two disjoint sets of real excerpts, damages the second in one way at a time, and prints the
figures of `segue.evaluation` for each. The first row is no damage at all: the ceiling that a model
can reach.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from segue.corpus import CorpusStore
from segue.evaluation import comparable, compare_sets, draw_excerpts
from segue.score import Notes, Score, Track

Damage = Callable[[Track, np.random.Generator, int], Track]


def unharmed(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Leave the track as it is."""
    return track


def shuffled_in_time(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Permute the onsets of the track: the same notes, in another order."""
    notes = track.notes
    return _with(track, onset=generator.permutation(notes.onset))


def shifted_by_sixteenths(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Begin the track up to four sixteenths late: tracks no longer keep together."""
    step = end // 128
    return track.with_notes(track.notes.shifted(step * int(generator.integers(0, 5))))


def transposed_apart(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Transpose each pitched track by up to a tritone of its own."""
    if track.is_drum or not len(track.notes):
        return track
    steps = int(generator.integers(-6, 7))
    pitch = np.clip(track.notes.pitch.astype(int) + steps, 0, 127)
    return _with(track, pitch=pitch)


def wrong_notes(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Move every tenth pitched note by a semitone."""
    if track.is_drum:
        return track
    wrong = generator.random(len(track.notes)) < 0.1
    return _with(track, pitch=np.clip(track.notes.pitch + wrong.astype(int), 0, 127))


def dropped(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Silence a third of the tracks."""
    return track.with_notes(Notes.empty()) if generator.random() < 1 / 3 else track


def thin_drums(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Leave out a third of the drum notes."""
    if not track.is_drum:
        return track
    return track.with_notes(track.notes.select(generator.random(len(track.notes)) > 1 / 3))


def flat_velocity(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Play every note equally loud."""
    return _with(track, velocity=np.full(len(track.notes), 84))


def looped(track: Track, generator: np.random.Generator, end: int) -> Track:
    """Repeat the first bar eight times."""
    bar = end // 8
    first = track.notes.select(track.notes.onset < bar)
    return track.with_notes(Notes.concat([first.shifted(bar * k) for k in range(8)]))


DAMAGES: Final[tuple[Damage, ...]] = (
    unharmed,
    shuffled_in_time,
    shifted_by_sixteenths,
    transposed_apart,
    wrong_notes,
    dropped,
    thin_drums,
    flat_velocity,
    looped,
)


def damaged(score: Score, damage: Damage, seed: int) -> Score:
    """The score with the damage done to each of its tracks."""
    generator = np.random.default_rng(seed)
    end = score.bar_grid(n_bars=8).end_tick
    return score.with_tracks([damage(track, generator, end) for track in score.tracks])


def main(corpus: Path, count: int) -> None:
    """Print a table, a row a damage."""
    drawn = draw_excerpts(CorpusStore.open(corpus), split="test", count=2 * count, seed=0)
    scores = [comparable(each.score) for each in drawn]
    real, others = scores[:count], scores[count:]
    for damage in DAMAGES:
        harmed = [damaged(score, damage, seed) for seed, score in enumerate(others)]
        report = compare_sets(real, harmed, seed=0)
        telling = ", ".join(gap.name for gap in report.features[:3])
        cells = " | ".join(report.row().values())
        print(f"| {damage.__name__.replace('_', ' ')} | {cells} | {telling} |", flush=True)


def _with(track: Track, **columns: np.ndarray) -> Track:
    kept = {name: column for name, column in track.notes.columns().items() if name not in columns}
    return track.with_notes(Notes.of(**kept, **columns))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
