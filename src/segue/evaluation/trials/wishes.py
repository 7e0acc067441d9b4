"""The wishes of the trial of obedience: what is asked after each prompt, in a musician's words.

Nothing first, which is what every other wish is held against; then every word of
`generation.options.CHOICES`; a key a fifth and one a minor third above the prompt's own; the chords
of a song in its key, and of a song in the key a minor third above, two a bar; half of
the prompt's instruments together with one of a family that the prompt does not have; and, what no
word stands for, the other controls of the model, told less of all of them and more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.controls import Control
from segue.encoding.vocabulary import instrument_of
from segue.generation.options import CHOICES, Options
from segue.metrics import as_table
from segue.score import Score
from segue.theory.chart import parse_chart
from segue.theory.gm import DRUMS, FAMILIES, family_of
from segue.theory.key import estimate_key, transposed_key

__all__ = [
    "CHORDS",
    "CHORD_WORDS",
    "INSTRUMENTS",
    "KEY",
    "KEYS",
    "NOTHING",
    "TOLD",
    "TOLD_CONTROLS",
    "TOLD_STEPS",
    "Wish",
    "instruments_of",
    "wishes_of",
]

NOTHING: Final = "nothing"
KEY: Final = "key"
CHORDS: Final = "chords"
INSTRUMENTS: Final = "instruments"
TOLD: Final = "told"
"""Kinds of wishes; the others are the names of `CHOICES`."""
KEYS: Final = {"a fifth above": 7, "a minor third above": 3}
"""Semitones above the prompt's key."""
CHORD_WORDS: Final = {
    "I V vi IV": (0, "C G | Am F"),
    "ii7 V7 Imaj7 vi7, a minor third above": (3, "Dm7 G7 | Cmaj7 Am7"),
}
"""Semitones above the prompt's key, or in minor above its relative major's; and in C major."""
TOLD_CONTROLS: Final = (Control.POLYPHONY, Control.LOUDNESS, Control.LENGTH)
TOLD_STEPS: Final = {"less": -2, "more": 2}
"""Classes from the usual one."""
_MINOR_FROM: Final = 12
_RELATIVE_MAJOR: Final = 3
_COMMON: Final = (
    "piano", "organ", "guitar", "bass", "strings", "ensemble", "brass", "reed", "pipe",
)  # fmt: skip
"""Families that an instrument is added of."""


@dataclass(frozen=True)
class Wish:
    """What is asked once of each prompt."""

    kind: str
    """`NOTHING`, a name of `CHOICES`, `KEY`, `CHORDS`, `INSTRUMENTS` or `TOLD`."""
    word: str
    """Which of its kind."""
    options: Options

    @property
    def name(self) -> str:
        """Of its kind and word."""
        return f"{self.kind}: {self.word}" if self.word else self.kind


def wishes_of(prompt: Score, *, seed: int) -> list[Wish]:
    """Everything that is asked after a prompt; `seed` chooses the instruments."""
    found = [Wish(NOTHING, "", Options())]
    for name, choice in CHOICES.items():
        words: list[dict[str, str]] = [{name: value} for value in choice.values]
        found += [Wish(name, asked[name], Options(**asked)) for asked in words]  # type: ignore[arg-type]
    table = as_table(prompt).pitched()
    if len(table.pitch):
        own = estimate_key(
            np.bincount(table.pitch % 12, weights=table.duration, minlength=12).astype(np.float64)
        )
        for word, semitones in KEYS.items():
            found.append(Wish(KEY, word, Options(key=transposed_key(own, semitones))))
        tonic = own if own < _MINOR_FROM else own + _RELATIVE_MAJOR
        for word, (semitones, text) in CHORD_WORDS.items():
            chart = parse_chart(text).transposed((tonic + semitones) % 12)
            found.append(Wish(CHORDS, word, Options(chords=str(chart))))
    found.append(Wish(INSTRUMENTS, "", Options(instruments=_named(prompt, seed))))
    for word, step in TOLD_STEPS.items():
        told = {control.name.lower(): step for control in TOLD_CONTROLS}
        found.append(Wish(TOLD, word, Options(told=told)))
    return found


def instruments_of(score: Score) -> set[int]:
    """What plays: programs, and `DRUMS` for drums; tracks without notes do not."""
    return {
        instrument_of(program=track.program, is_drum=track.is_drum)
        for track in score.tracks
        if len(track.notes)
    }


def _named(prompt: Score, seed: int) -> tuple[int, ...]:
    """Half of a prompt's instruments, rounded up, and one of a family that it does not have."""
    random = np.random.default_rng(seed)
    own = sorted(instruments_of(prompt))
    kept = random.permutation(own)[: -(-len(own) // 2)].tolist()
    playing = {family_of(program) for program in own if program != DRUMS}
    lacking = [family for family in _COMMON if family not in playing] or [FAMILIES[0]]
    added = 8 * FAMILIES.index(str(random.choice(lacking)))
    return (*sorted(kept), added)
