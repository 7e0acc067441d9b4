"""What the trial of obedience measures of new bars, whatever was asked for them.

Of every part of the prompt the same quantities as the controls of the model have
(`encoding.controls`): the mean over the bars in which it plays, and the class of the usual one, the
median. So a take with nothing asked can be held against any wish.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

import numpy as np

from segue.encoding.controls import Control, cell_values, control_class
from segue.encoding.roster import Roster
from segue.encoding.table import Field, encode
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.trials.sounding import Beat, beats_of
from segue.evaluation.trials.wishes import instruments_of
from segue.metrics import METRICS, as_table
from segue.score import Score

__all__ = ["MUSIC", "Facts", "facts_of"]

MUSIC: Final = ("scale_consistency", "chord_fit", "groove_similarity", "groove_consistency")
"""Metrics that would show that a wish spoils the music."""


@dataclass(frozen=True)
class Facts:
    """Of some bars; lists by part are in the order of the prompt's roster, None of silent parts."""

    notes_a_bar: float
    """Of all parts together."""
    roster: list[int]
    """What the parts play, 128 for drums."""
    classes: list[list[int] | None]
    """The class of each control that is usual."""
    values: list[list[float] | None]
    """The mean of what each control measures."""
    pitch_classes: list[int]
    """How many notes have each of the twelve, but for drums."""
    instruments: list[int]
    """That play, 128 for drums."""
    music: dict[str, float | None]
    """The values of `MUSIC`."""
    beats: list[Beat] = field(default_factory=list)
    """What sounds in each."""

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def of_mapping(cls, data: Mapping[str, Any]) -> Self:
        """The other way round."""
        return cls(**{**data, "beats": [Beat(**beat) for beat in data["beats"]]})


def facts_of(score: Score, roster: Roster, n_bars: int) -> Facts:
    """Of `n_bars` bars of a score whose first tracks are the prompt's.

    `roster`: of the prompt; parts that joined count in the notes and instruments alone.
    """
    table = encode(score, roster)
    cell, found = cell_values(table)
    first = np.unique(cell, return_index=True)[1]
    part_of_cell = table[first, Field.PART]
    classes: list[list[int] | None] = []
    values: list[list[float] | None] = []
    for part in range(len(roster)):
        own = found[part_of_cell == part]
        if not len(own):
            classes.append(None)
            values.append(None)
            continue
        of_bars = np.stack([control_class(c, own[:, c]) for c in Control], axis=1)
        classes.append(np.median(of_bars, axis=0).astype(np.int64).tolist())
        values.append(own.mean(axis=0).tolist())
    pitch = as_table(score, n_bars=n_bars).pitched().pitch
    music = as_table(comparable(score), n_bars=n_bars)
    return Facts(
        notes_a_bar=score.n_notes / n_bars,
        roster=roster.instruments.tolist(),
        classes=classes,
        values=values,
        pitch_classes=np.bincount(pitch % 12, minlength=12).tolist(),
        instruments=sorted(instruments_of(score)),
        music={each.name: each(music) for each in METRICS if each.name in MUSIC},
        beats=beats_of(score, n_bars),
    )
