"""Damage does what it is called and leaves the rest."""

from collections import Counter

import numpy as np
import pytest

from segue.evaluation.music.damage import DAMAGES, damaged
from segue.evaluation.music.excerpts import comparable
from segue.metrics import as_table, bar_similarity
from segue.score import Score, diff
from tests.unit.evaluation.bands import band

EXCERPT = comparable(band(3))


def notes_of(score: Score, *columns: str) -> Counter[tuple[int, ...]]:
    table = as_table(score)
    rows = np.stack([table.instrument, *(getattr(table, name) for name in columns)], axis=1)
    return Counter(map(tuple, rows.tolist()))


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_done_and_is_a_function_of_the_seed(name: str) -> None:
    found = [damaged(EXCERPT, name, seed=seed) for seed in range(5)]
    assert any(diff(each, EXCERPT) != [] for each in found)
    assert diff(found[1], damaged(EXCERPT, name, seed=1)) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_silence_can_be_damaged(name: str) -> None:
    silent = EXCERPT.with_tracks([])
    assert damaged(silent, name, seed=0).n_notes == 0


def test_shuffling_keeps_every_note_and_every_onset() -> None:
    for name in ("shuffled in time", "bars shuffled"):
        found = damaged(EXCERPT, name, seed=0)
        assert notes_of(found, "pitch", "velocity") == notes_of(EXCERPT, "pitch", "velocity")
        assert notes_of(found, "step") == notes_of(EXCERPT, "step")


def test_transposing_and_flattening_keep_the_time() -> None:
    for name in ("tracks transposed apart", "velocity flattened", "every tenth note wrong"):
        found = damaged(EXCERPT, name, seed=0)
        assert notes_of(found, "onset", "duration") == notes_of(EXCERPT, "onset", "duration")


def test_the_first_bar_is_repeated() -> None:
    assert bar_similarity(damaged(EXCERPT, "one bar repeated", seed=0), lag=1) == 1.0


def test_jitter_moves_by_a_twelfth_of_a_quarter_at_most() -> None:
    found = damaged(EXCERPT, "onsets jittered", seed=0)
    for before, after in zip(EXCERPT.tracks, found.tracks, strict=True):
        moved = np.abs(np.sort(before.notes.onset) - np.sort(after.notes.onset))
        assert moved.max() <= EXCERPT.ticks_per_quarter / 12


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_damage_adds_no_bar(name: str) -> None:
    for seed in range(4):
        assert DAMAGES[name](band(seed), np.random.default_rng(seed)).n_bars <= 8
