"""Pieces whose chords are known: charts drawn by chance, played by simple bands.

The chords move as songs do: from a chord of the key to another, now and then through the dominant
of the next, one or two a bar. What is played is plain, and not all of it belongs to the chord:
tunes have passing notes, basses walk, pads are held over. Whoever reads chords has to find those of
the chart again (`scripts/measure_chords.py`). The same seed, the same piece.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from segue.score import MetreMap, Notes, Score, Track
from segue.theory.chart import Chart
from segue.theory.chords import Chord, chord_name
from segue.theory.key import scale_of

__all__ = ["STYLES", "KnownPiece", "draw_piece"]

TICKS_PER_QUARTER: Final = 480
_METRES: Final = ((4, 4), (4, 4), (3, 4), (6, 8))
_MAJOR: Final = ((0, ""), (2, "m"), (4, "m"), (5, ""), (7, ""), (9, "m"), (11, "dim"))
_MINOR: Final = ((0, "m"), (2, "dim"), (3, ""), (5, "m"), (7, ""), (8, ""), (10, ""))
_USUAL: Final = np.array([6, 3, 2, 5, 6, 5, 1], float)
"""How often each degree is moved to."""
_SEVENTHS: Final = {"": "maj7", "m": "m7", "dim": "m7b5"}

Voice = tuple[int, int, int]
"""Onset, duration and pitch."""
Beat = tuple[int, int, Chord]
"""Onset and length in ticks, and what is to be heard."""


@dataclass(frozen=True)
class KnownPiece:
    """A piece and its chart."""

    score: Score
    chart: Chart
    style: str


def draw_piece(style: str, *, seed: int, bars: int = 16) -> KnownPiece:
    """A piece in a style of `STYLES`."""
    random = np.random.default_rng([seed, sorted(STYLES).index(style)])
    key = int(random.integers(24))
    metre = _METRES[int(random.integers(len(_METRES)))]
    chart = _draw_chart(random, key, bars, sevenths=bool(random.random() < 0.5))
    beats = _beats(chart, metre)
    tracks = [
        Track(program=program, notes=_notes(play(beats, key, random), random))
        for program, play in STYLES[style]
    ]
    metre_map = MetreMap.constant(numerator=metre[0], denominator=metre[1])
    score = Score(
        ticks_per_quarter=TICKS_PER_QUARTER, tracks=tuple(tracks), metre_map=metre_map, name=style
    )
    return KnownPiece(score, chart, style)


# ---- charts --------------------------------------------------------------------------------------


def _draw_chart(random: np.random.Generator, key: int, bars: int, *, sevenths: bool) -> Chart:
    degrees = _MAJOR if key < 12 else _MINOR
    found: list[tuple[Chord | None, ...]] = []
    for _ in range(bars):
        chosen = random.choice(7, size=2, replace=False, p=_USUAL / _USUAL.sum()).tolist()
        last = _chord(key, *degrees[chosen[0]], sevenths=sevenths)
        kind = random.random()
        if kind < 0.6:
            found.append((last,))
        elif kind < 0.8:
            found.append((_chord(key, *degrees[chosen[1]], sevenths=sevenths), last))
        else:
            found.append((chord_name((last.root + 7) % 12, "7"), last))
    return Chart(tuple(found))


def _chord(key: int, step: int, quality: str, *, sevenths: bool) -> Chord:
    if sevenths:
        quality = "7" if (step, quality) == (7, "") else _SEVENTHS[quality]
    return chord_name((key + step) % 12, quality)


def _beats(chart: Chart, metre: tuple[int, int]) -> list[Beat]:
    """Every beat with its chord; of 6/8 every dotted quarter."""
    bar = 4 * TICKS_PER_QUARTER * metre[0] // metre[1]
    count = 2 if metre == (6, 8) else metre[0]
    found = []
    for number in range(len(chart.bars)):
        chords = chart.bar(number, beats=metre[0])
        for each in range(count):
            now = [chord for start, chord in chords if start <= Fraction(each, count)][-1]
            found.append((number * bar + each * bar // count, bar // count, now))
    return found


# ---- what is played ------------------------------------------------------------------------------


def _changes(beats: Sequence[Beat]) -> list[Beat]:
    """The same with beats of one chord put together, but for chords that last."""
    found: list[Beat] = []
    for onset, length, chord in beats:
        if found and found[-1][2] == chord and found[-1][1] < 3 * length:
            found[-1] = (found[-1][0], found[-1][1] + length, chord)
        else:
            found.append((onset, length, chord))
    return found


def _voicing(chord: Chord, random: np.random.Generator, low: int) -> list[int]:
    """The tones of a chord above a pitch, from any of them."""
    low += int(random.integers(0, 6))
    return sorted(low + (tone - low) % 12 for tone in chord.tones)


def _blocks(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    return [
        (at, length, pitch) for at, length, chord in beats for pitch in _voicing(chord, random, 55)
    ]


def _held(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """Long chords that end late."""
    late = TICKS_PER_QUARTER // 4
    return [
        (at, length + late, pitch) for at, length, pitch in _blocks(_changes(beats), key, random)
    ]


def _broken(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """A tone of the chord every quarter of a beat, up and down."""
    found = []
    for at, length, chord in beats:
        tones = _voicing(chord, random, 48)
        walk = [*tones, *tones[-2:0:-1]]
        step = length // 4
        found += [(at + i * step, step, walk[i % len(walk)]) for i in range(4)]
    return found


def _shells(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """Off the beat, without the root: third, seventh or fifth, and a ninth of the scale."""
    scale, found = scale_of(key), []
    for at, length, chord in beats:
        tones = sorted(chord.tones - {chord.root})
        ninth = (chord.root + 2) % 12
        tones += [ninth] if ninth in scale and random.random() < 0.3 else []
        pitches = [53 + (tone - 53) % 12 for tone in tones]
        found += [(at + length // 2, length // 2, pitch) for pitch in pitches]
    return found


def _bass(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """Roots, and fifths on other beats."""
    found = []
    for at, length, chord in _changes(beats):
        found.append((at, length // 2, 28 + (chord.bass - 28) % 12))
        second = chord.bass if random.random() < 0.6 else (chord.root + 7) % 12
        second = second if second in chord.tones else chord.bass
        found.append((at + length // 2, length // 2, 28 + (second - 28) % 12))
    return found


def _walking(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """A note a beat: the root where a chord begins, then tones, and a half step before the next."""
    found, before = [], None
    for number, (at, length, chord) in enumerate(beats):
        following = beats[(number + 1) % len(beats)][2]
        if chord != before:
            tone = chord.bass
        elif following != chord:
            tone = (following.bass + int(random.choice([-1, 1]))) % 12
        else:
            tone = int(random.choice(sorted(chord.tones)))
        found.append((at, length, 31 + (tone - 31) % 12))
        before = chord
    return found


def _tune(beats: Sequence[Beat], key: int, random: np.random.Generator) -> list[Voice]:
    """Tones of the chord on the beat, neighbours in the scale after them."""
    scale, found, at_pitch = scale_of(key), [], 74
    for at, length, chord in beats:
        near = [pitch for pitch in range(at_pitch - 6, at_pitch + 7) if pitch % 12 in chord.tones]
        at_pitch = int(np.clip(random.choice(near), 65, 86))
        neighbours = [p for p in range(at_pitch - 3, at_pitch + 4) if p % 12 in scale]
        found.append((at, length // 2, at_pitch))
        found.append((at + length // 2, length // 2, int(random.choice(neighbours))))
    return found


def _notes(voices: Sequence[Voice], random: np.random.Generator) -> Notes:
    onset, duration, pitch = np.array(sorted(set(voices)), np.int64).T
    velocity = random.integers(60, 100, len(onset))
    return Notes.of(onset=onset, duration=np.maximum(1, duration), pitch=pitch, velocity=velocity)


Play = Callable[[Sequence[Beat], int, np.random.Generator], list[Voice]]

STYLES: Final[dict[str, tuple[tuple[int, Play], ...]]] = {
    "piano and bass": ((0, _blocks), (33, _bass)),
    "broken chords and a tune": ((24, _broken), (73, _tune)),
    "strings and a tune": ((48, _held), (40, _tune)),
    "shells, walking bass and a tune": ((26, _shells), (32, _walking), (65, _tune)),
    "a tune and a bass": ((65, _tune), (33, _bass)),
}
"""Programs, and what they play."""
