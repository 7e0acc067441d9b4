"""A bar that is to be sparser keeps what carries it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, MAX_PARTS, IntArray
from segue.generation import Options
from segue.generation.thinning import thinned, usual_notes
from segue.score import Score
from tests.composers import boosted, line, score_of

DRUMS, BASS, PIANO = range(3)


def table(*notes: tuple[int, int, int, int]) -> IntArray:
    """(bar, part, position, pitch) of each note."""
    found = np.zeros((len(notes), len(Field)), np.int64)
    columns = [Field.BAR, Field.PART, Field.POSITION, Field.PITCH]
    found[:, columns] = np.array(notes, np.int64).reshape(-1, len(columns))
    return found


def most(**parts: int) -> IntArray:
    found = np.full(MAX_PARTS, 99)
    for name, count in parts.items():
        found[{"drums": DRUMS, "piano": PIANO, "bass": BASS}[name]] = count
    return found


def test_what_is_usual_is_the_median_of_the_bars_in_which_a_part_plays() -> None:
    notes = [(bar, PIANO, 6 * i, 60) for bar, n in enumerate((2, 8, 3)) for i in range(n)]
    notes += [(9, BASS, 0, 40)]
    usual = usual_notes(table(*notes))
    assert usual[PIANO] == 3
    assert usual[BASS] == 1
    assert usual[DRUMS] == 2  # of all four cells
    assert not usual_notes(table()).any()


def test_notes_off_the_beat_go_first_and_then_those_inside_chords() -> None:
    line_ = table(*[(0, BASS, 12 * i, 40) for i in range(8)])
    assert thinned(line_, most(bass=4))[:, Field.POSITION].tolist() == [0, 24, 48, 72]
    chords = table(*[(0, PIANO, at, pitch) for at in (0, 48) for pitch in (60, 64, 67)])
    kept = thinned(chords, most(piano=3))
    assert kept[:, [Field.POSITION, Field.PITCH]].tolist() == [[0, 64], [0, 67], [48, 67]]
    kick, hat = 36 + DRUM_PITCH_OFFSET, 42 + DRUM_PITCH_OFFSET
    drums = table(*[(0, DRUMS, at, pitch) for at in (0, 24) for pitch in (kick, hat)])
    assert thinned(drums, most(drums=2))[:, Field.PITCH].tolist() == [kick, hat]
    assert thinned(drums, most(drums=1))[:, Field.PITCH].tolist() == [kick]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([PIANO, BASS]),
            st.integers(0, 95),
            st.integers(0, 127),
        )
    ),
    st.integers(1, 5),
)
def test_no_bar_has_more_than_it_may_and_none_that_played_falls_silent(
    notes: list[tuple[int, int, int, int]], cap: int
) -> None:
    whole = table(*notes)
    left = thinned(whole, np.full(MAX_PARTS, cap))
    before = np.unique(whole[:, [Field.BAR, Field.PART]], axis=0, return_counts=True)
    after = np.unique(left[:, [Field.BAR, Field.PART]], axis=0, return_counts=True)
    assert (before[0] == after[0]).all()
    assert (after[1] == np.minimum(before[1], cap)).all()


def in_bars(score: Score, first: int) -> list[list[int]]:
    """How many notes each track begins in each bar of 384 ticks from one on."""
    bars = [track.notes.onset // 384 - first for track in score.tracks]
    return [np.bincount(bar[bar >= 0], minlength=3).tolist() for bar in bars]


def test_sparser_takes_have_at_most_two_thirds_of_each_part_s_usual_notes() -> None:
    piece = score_of(line([60, 62] * 16, step=48), line([40] * 16, program=33))
    composer = boosted([0, 33], 8.0)  # both go on for long in every bar
    told: list[int] = []
    takes = composer.continue_(
        piece,
        bars=3,
        options=Options(density="sparser"),
        on_music=lambda take, bar, music: told.append(music.n_notes),
    )
    assert sum(take.n_new_notes for take in takes) == sum(told)
    for take in takes:
        piano, bass = in_bars(take.score, 4)
        assert max(piano) <= 5
        assert max(bass) <= 2
    fuller = composer.continue_(piece, bars=3)
    assert sum(t.n_new_notes for t in fuller) > sum(t.n_new_notes for t in takes)
