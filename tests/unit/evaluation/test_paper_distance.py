"""The paper's distance: its columns, and what it cannot see."""

import numpy as np
import pytest

from segue.encoding.paper import note_table
from segue.errors import InputError
from segue.evaluation import frechet_distance, paper_distance
from segue.evaluation.distances.frechet import Gaussian
from segue.score import Notes, Score, TempoMap, Track
from tests.unit.evaluation.bands import bands


def test_columns_by_hand() -> None:
    empty = Track(notes=Notes.empty(), program=5)
    notes = Notes.of(onset=[0, 480], duration=[240, 480], pitch=[60, 64], velocity=[80, 90])
    score = Score(
        ticks_per_quarter=480,
        tracks=(empty, Track(notes=notes, program=33), Track(notes=notes.select([0]))),
        tempo_map=TempoMap.of(ticks=[0, 480], us_per_quarter=[500_000, 1_000_000]),
    )

    assert note_table(score).tolist() == [
        [60, 80, 0, 33, 0.0, 0.25],
        [64, 90, 0, 33, 0.5, 1.0],
        [60, 80, 1, 0, 0.0, 0.25],
    ]


def test_is_the_frechet_distance_of_the_pooled_notes() -> None:
    real, generated = bands(0, 6), bands(100, 6)
    pooled = [np.concatenate([note_table(s) for s in scores]) for scores in (real, generated)]
    exact = frechet_distance(*(Gaussian.fit(rows, shrink=False) for rows in pooled))

    found = paper_distance(real, generated, seed=0)

    assert found.value == pytest.approx(exact, rel=1e-6)
    assert found.low <= found.value <= found.high


def test_cannot_see_which_notes_sound_together() -> None:
    real = bands(0, 5)
    generator = np.random.default_rng(0)

    def shuffled(track: Track) -> Track:
        order = generator.permutation(len(track.notes))
        columns = track.notes.columns()
        moved = {name: columns[name][order] for name in ("pitch", "velocity")}
        kept = {name: columns[name] for name in ("onset", "duration")}
        return track.with_notes(Notes.of(**kept, **moved))

    scrambled = [score.with_tracks([shuffled(t) for t in score.tracks]) for score in real]

    # Pitches sit on other onsets of their track: the cloud of rows hardly moves.
    assert paper_distance(real, scrambled, seed=0).value < 1.0


def test_notes_are_needed() -> None:
    with pytest.raises(InputError, match="at least 2 notes, got 0"):
        paper_distance([Score(ticks_per_quarter=4, tracks=())], bands(0, 1), seed=0)
