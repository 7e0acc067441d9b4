"""A made-up style of music, so that sets of any size can be drawn without a corpus."""

import numpy as np

from segue.score import Notes, Score, Track

TPQ = 12
BAR = 4 * TPQ
SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def band(seed: int, *, n_bars: int = 8) -> Score:
    """Drums, bass and a tune over random diatonic chords: two bars, repeated with changes."""
    generator = np.random.default_rng(seed)
    key = int(generator.integers(12))
    roots = np.resize(generator.integers(0, 7, size=generator.choice([2, 4])), n_bars)
    return Score(
        ticks_per_quarter=TPQ,
        tracks=(
            Track(notes=_drums(generator, n_bars), is_drum=True),
            Track(notes=_bass(generator, roots, key), program=33),
            Track(notes=_tune(generator, roots, key), program=int(generator.choice([0, 25, 80]))),
        ),
    )


def bands(first: int, count: int) -> list[Score]:
    """`count` pieces with seeds from `first` on."""
    return [band(seed) for seed in range(first, first + count)]


def _notes(rows: list[tuple[int, int, int, int]]) -> Notes:
    onset, duration, pitch, velocity = zip(*rows, strict=True)
    return Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=velocity)


def _drums(generator: np.random.Generator, n_bars: int) -> Notes:
    pattern = [(0, 36), (24, 36), (12, 38), (36, 38)]
    pattern += [(step, 42) for step in range(0, BAR, int(generator.choice([6, 12])))]
    return _notes(
        [
            (bar * BAR + step, 1, pitch, int(generator.integers(70, 110)))
            for bar in range(n_bars)
            for step, pitch in pattern
        ]
    )


def _bass(generator: np.random.Generator, roots: np.ndarray, key: int) -> Notes:
    return _notes(
        [
            (bar * BAR + beat * TPQ, TPQ, 36 + key % 12 + int(SCALE[root]), int(velocity))
            for bar, root in enumerate(roots)
            for beat, velocity in enumerate(generator.integers(80, 100, size=4))
        ]
    )


def _tune(generator: np.random.Generator, roots: np.ndarray, key: int) -> Notes:
    rows, degree = [], 0
    for bar, root in enumerate(roots):
        for step in range(0, BAR, 6):
            if generator.random() < 0.3:
                continue
            degree = int(np.clip(degree + generator.integers(-2, 3), -5, 9))
            octave, place = divmod(degree + int(root), 7)
            pitch = 60 + key + 12 * octave + int(SCALE[place])
            rows.append((bar * BAR + step, 6, pitch, int(generator.integers(60, 100))))
    return _notes(rows or [(0, 6, 60, 80)])
