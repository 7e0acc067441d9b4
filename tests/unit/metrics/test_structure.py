"""Structureness: the fitness of path families, and what repetition does to it."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.errors import InputError
from segue.metrics import structureness
from segue.metrics.structure import LONG, MIDDLE, SHORT, fitness
from segue.metrics.table import FloatArray
from segue.score import Score
from tests.strategies import scores
from tests.unit.metrics.music import EIGHTH, SILENCE, melody, piece

BANDS = [SHORT, MIDDLE, LONG]

Path = tuple[tuple[int, int], ...]


def passage(generator: np.random.Generator, bars: int) -> list[int]:
    """Eight notes a bar of one chord, so that bars differ in chroma; two seconds a bar."""
    chords = generator.choice(12, size=bars, replace=False)
    return [60 + int(chord) + step for chord in chords for step in (0, 4, 7, 4) * 2]


def paths_from(row: int, similarity: FloatArray, start: int, length: int) -> Iterator[Path]:
    """Every path through a passage that begins in a row."""
    open_paths: list[Path] = [((row, 0),)]
    while open_paths:
        path = open_paths.pop()
        at, column = path[-1]
        if column == length - 1:
            yield path
            continue
        for down, right in ((1, 1), (1, 2), (2, 1)):
            if at + down < len(similarity) and column + right < length:
                open_paths.append((*path, (at + down, column + right)))


def fitness_by_trying(similarity: FloatArray, start: int, length: int) -> set[float]:
    """The fitness of every family of the highest score: all families are tried."""
    count = len(similarity)
    paths = [p for row in range(count) for p in paths_from(row, similarity, start, length)]
    best: tuple[float, set[float]] = (0.0, {0.0})

    def extend(first_row: int, family: list[Path]) -> None:
        nonlocal best
        cells = [cell for path in family for cell in path]
        score = sum(similarity[row, start + column] for row, column in cells)
        covered = sum(path[-1][0] - path[0][0] + 1 for path in family)
        precise, new = (score - length) / max(len(cells), 1), (covered - length) / count
        worth = 2 * precise * new / (precise + new) if precise > 0 and new > 0 else 0.0
        if score > best[0] + 1e-9:
            best = (score, {worth})
        elif score > best[0] - 1e-9:
            best[1].add(worth)
        for path in paths:
            if path[0][0] >= first_row:
                extend(path[-1][0] + 1, [*family, path])

    extend(0, [])
    return best[1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.data())
def test_the_fitness_is_that_of_the_best_family_of_all(
    seed: int, count: int, data: st.DataObject
) -> None:
    generator = np.random.default_rng(seed)
    drawn = generator.choice([-2.0, 0.25, 0.5, 1.0], size=(count, count)) + generator.random() / 9
    similarity = np.maximum(drawn, drawn.T)
    np.fill_diagonal(similarity, 1.0)
    length = data.draw(st.integers(1, min(count, 3)))
    start = data.draw(st.integers(0, count - length))

    found = fitness(similarity, np.array([start, 0]), np.array([length, count]))[0]

    assert min(abs(found - each) for each in fitness_by_trying(similarity, start, length)) < 1e-9


@pytest.mark.parametrize("copies", [2, 3, 4, 8])
def test_of_exact_copies_the_first_explains_all_but_itself(copies: int) -> None:
    similarity = np.where(np.tile(np.eye(8), (copies, copies)) > 0, 1.0, -2.0)

    assert fitness(similarity, np.array([0]), np.array([8]))[0] == pytest.approx(1 - 1 / copies)


def test_a_passage_that_never_comes_back_has_none() -> None:
    similarity = np.where(np.eye(12) > 0, 1.0, -2.0)

    found = fitness(similarity, np.array([0, 3, 0]), np.array([4, 6, 12]))

    assert found.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("seed", range(3))
def test_repetition_is_seen_at_its_length_and_wandering_is_not(seed: int) -> None:
    generator = np.random.default_rng(seed)
    repeated = piece(melody(*passage(generator, 2) * 4, step=EIGHTH))
    wandering = piece(melody(*passage(generator, 8), step=EIGHTH))

    assert structureness(repeated, band=SHORT) > 0.6
    assert structureness(repeated, band=SHORT) > structureness(wandering, band=SHORT) + 0.2


def test_what_comes_back_after_a_long_time_has_long_structure() -> None:
    generator = np.random.default_rng(5)
    form = passage(generator, 8)
    twice = piece(melody(*form, *form, step=EIGHTH))
    never = piece(melody(*form, *generator.permutation(form).tolist(), step=EIGHTH))

    assert structureness(twice, band=LONG) > 0.4
    assert structureness(twice, band=LONG) > structureness(never, band=LONG) + 0.2


@settings(deadline=None)
@given(scores(), st.sampled_from(BANDS))
def test_is_a_share_of_any_music(score: Score, band: tuple[float, float]) -> None:
    assert 0.0 <= structureness(score, band=band) <= 1.0


def test_silence_and_short_music_have_none() -> None:
    short = piece(melody(*passage(np.random.default_rng(1), 2) * 2, step=EIGHTH))  # eight seconds

    assert structureness(SILENCE, band=SHORT) == 0.0
    assert structureness(short, band=MIDDLE) == 0.0


def test_a_band_must_hold_lengths() -> None:
    with pytest.raises(InputError, match="got 8 and 3"):
        structureness(SILENCE, band=(8, 3))
