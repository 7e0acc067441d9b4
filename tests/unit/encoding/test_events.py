"""Decoding what was encoded gives the quantised score, for any score."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segue.encoding.events import (
    Field,
    decode,
    encode,
    event_grid,
    nearest_ticks,
)
from segue.encoding.vocabulary import (
    BAR,
    DRUM_PITCH_OFFSET,
    DRUMS,
    DURATIONS,
    MAX_POSITIONS,
    N_DURATIONS,
    N_PARTS,
    N_VELOCITIES,
    PART_ORDER,
    PART_RANK,
    duration_class,
    tempo_class,
    velocity_class,
    velocity_of,
)
from segue.score import MetreMap, Notes, Score, Track, diff
from tests.strategies import SEEDS, scores
from tests.unit.encoding.quantising import bars_of, quantised

ANY_RESOLUTION = (*range(1, 49), 96, 100, 120, 192, 220, 384, 480, 960, 1000, 32767)


def one_track(*notes: tuple[int, int, int, int], ticks_per_quarter: int = 480) -> Score:
    """A piano that plays (onset, duration, pitch, velocity)."""
    onset, duration, pitch, velocity = ([note[i] for note in notes] for i in range(4))
    played = Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=velocity)
    return Score(ticks_per_quarter=ticks_per_quarter, tracks=(Track(notes=played),))


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_decoding_gives_the_quantised_score(score: Score) -> None:
    assert diff(quantised(score), decode(encode(score), score)) == []


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_what_was_quantised_once_stays_as_it_is(score: Score) -> None:
    once = decode(encode(score), score)

    assert np.array_equal(encode(once), encode(score))


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_the_grid_has_the_score_s_bars_with_long_ones_cut(score: Score) -> None:
    grid = event_grid(score)
    bars = bars_of(score)

    assert grid.starts.tolist() == [*(bar.start for bar in bars), bars[-1].end]
    assert grid.lengths.min() >= 1
    assert grid.lengths.max() <= MAX_POSITIONS


@given(scores())
def test_rows_are_sorted_distinct_and_inside_the_vocabulary(score: Score) -> None:
    table = encode(score)
    rows = [
        (bar, PART_RANK[part], position, pitch, track)
        for bar, position, part, pitch, _, _, track in table.tolist()
    ]

    assert rows == sorted(set(rows))
    drums = table[:, Field.PART] == DRUMS
    assert np.array_equal(drums, table[:, Field.PITCH] >= DRUM_PITCH_OFFSET)
    lengths = event_grid(score).lengths[table[:, Field.BAR]]
    limits = {Field.PART: N_PARTS, Field.DURATION: N_DURATIONS, Field.VELOCITY: N_VELOCITIES}
    assert (table >= 0).all()
    assert (table[:, Field.POSITION] < lengths).all()
    assert all((table[:, field] < limit).all() for field, limit in limits.items())


@given(scores(), SEEDS)
def test_the_order_of_tracks_matters_to_their_numbers_only(score: Score, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(score.tracks))
    turned = score.with_tracks([score.tracks[i] for i in order])

    assert diff(decode(encode(turned), turned), quantised(turned)) == []
    without = [field for field in Field if field != Field.TRACK]
    assert sorted(encode(turned)[:, without].tolist()) == sorted(encode(score)[:, without].tolist())


def test_of_notes_at_one_place_the_longest_is_kept_then_the_loudest() -> None:
    score = one_track((0, 100, 60, 100), (1, 480, 60, 20), (2, 480, 60, 40), (0, 10, 61, 9))

    notes = decode(encode(score), score).tracks[0].notes

    assert notes == Notes.of(onset=[0, 0], duration=[480, 20], pitch=[60, 61], velocity=[44, 12])


def test_two_tracks_of_one_program_keep_their_own_notes() -> None:
    score = one_track((0, 480, 60, 100))
    both = score.with_tracks(score.tracks * 2)

    assert encode(both)[:, Field.TRACK].tolist() == [0, 1]


def test_a_note_nearer_to_the_next_bar_begins_it() -> None:
    score = one_track((1915, 480, 60, 100), (1920, 480, 62, 100))

    assert encode(score)[:, [Field.BAR, Field.POSITION]].tolist() == [[1, 0], [1, 0]]


def test_a_note_at_the_very_end_of_the_last_bar_stays_in_it() -> None:
    assert encode(one_track((1919, 480, 60, 100)))[0, Field.POSITION] == 95


@pytest.mark.parametrize("numerator", [9, 17, 255])
def test_a_bar_of_more_than_eight_quarters_is_written_as_several(numerator: int) -> None:
    score = Score(
        ticks_per_quarter=96,
        tracks=(),
        metre_map=MetreMap.constant(numerator=numerator, denominator=4),
    )

    lengths = event_grid(score).lengths.tolist()

    assert lengths == [MAX_POSITIONS] * (numerator // 8) + [numerator % 8 * 24]


@pytest.mark.parametrize("resolution", [96, 120, 192, 384, 480, 960])
def test_in_usual_resolutions_every_position_and_duration_is_a_tick(resolution: int) -> None:
    positions = np.arange(MAX_POSITIONS)

    exact = positions * resolution / 24

    assert np.array_equal(nearest_ticks(positions, resolution), exact)


@given(st.integers(1, 100_000), st.sampled_from(ANY_RESOLUTION))
@example(105, 120)  # 21 positions: as near to 20 as to 22
def test_a_duration_s_class_is_the_nearest(ticks: int, resolution: int) -> None:
    found = int(duration_class(np.array([ticks * 24 / resolution]))[0])
    distances = [abs(d * resolution - ticks * 24) for d in DURATIONS.tolist()]

    assert found == distances.index(min(distances))


def test_velocities_come_back_within_half_a_class() -> None:
    velocity = np.arange(1, 128)

    assert np.abs(velocity_of(velocity_class(velocity)) - velocity).max() <= 4


def test_parts_are_ordered_drums_bass_then_by_program() -> None:
    assert PART_ORDER.tolist() == [DRUMS, *range(32, 40), *range(32), *range(40, 128)]
    assert PART_ORDER[PART_RANK].tolist() == list(range(N_PARTS))
    assert BAR not in PART_ORDER


@given(st.floats(1, 10_000))
def test_tempo_classes_are_a_ninth_apart_and_end_at_1_and_16(bpm: float) -> None:
    found = int(tempo_class(np.array([bpm]))[0])
    middle = 42 * (9 / 8) ** (found - 1)

    assert 1 <= found <= 16
    if 1 < found < 16:
        assert (8 / 9) ** 0.5 * 0.999 < bpm / middle < (9 / 8) ** 0.5 * 1.001
