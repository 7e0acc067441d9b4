"""OctupleMIDI through MidiTok: explicit ranges, and a way back that is exact."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.octuple import ATTRIBUTES, decode_octuple, encode_octuple, sizes
from segue.errors import InputError
from segue.score import MetreMap, Score, TempoMap
from tests.strategies import SEEDS, random_track


@st.composite
def plain_scores(draw: st.DrawFn) -> Score:
    """Music in one metre, at any tempi that change anywhere."""
    random = Random(draw(SEEDS))
    metre = draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 4)]))
    n_tempi = draw(st.integers(0, 3))
    return Score(
        ticks_per_quarter=draw(st.sampled_from([24, 96, 480])),
        tracks=tuple(
            random_track(random, n_notes=draw(st.integers(0, 10)), max_tick=4000)
            for _ in range(draw(st.integers(0, 3)))
        ),
        tempo_map=TempoMap.of(
            ticks=[random.randrange(4000) for _ in range(n_tempi)],
            us_per_quarter=[random.randrange(250_000, 1_500_000) for _ in range(n_tempi)],
        ),
        metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
    )


@given(plain_scores())
def test_decoding_inverts_encoding(score: Score) -> None:
    rows = encode_octuple(score)

    np.testing.assert_array_equal(encode_octuple(decode_octuple(rows)), rows)


@given(plain_scores(), SEEDS)
def test_the_first_rows_are_music_of_their_own(score: Score, seed: int) -> None:
    rows = encode_octuple(score)
    first = rows[: Random(seed).randint(0, len(rows))]

    np.testing.assert_array_equal(encode_octuple(decode_octuple(first)), first)


@given(plain_scores())
def test_every_value_is_in_its_range(score: Score) -> None:
    rows = encode_octuple(score)

    assert rows.shape[1] == len(ATTRIBUTES) == len(sizes())
    assert ((rows >= 0) & (rows < np.array(sizes()))).all()


@given(SEEDS)
def test_any_numbers_in_the_ranges_are_music(seed: int) -> None:
    random = np.random.default_rng(seed)
    score = decode_octuple(random.integers(0, np.array(sizes()), (20, len(ATTRIBUTES))))

    assert 0 < sum(len(track.notes) for track in score.tracks) <= 20


def test_a_number_outside_its_range_is_named() -> None:
    rows = np.zeros((3, 8), dtype=np.int64)
    rows[2, 0] = 128

    with pytest.raises(InputError, match=r"note 2: pitch must be 0\.\.127, got 128"):
        decode_octuple(rows)
    with pytest.raises(InputError, match=r"the shape \(notes, 8\), got \(3, 6\)"):
        decode_octuple(rows[:, :6])
