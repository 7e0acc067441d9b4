"""Parts move by steps, in their register, and repeat their pitches as often as they did."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, END, MAX_PARTS, NO_PART, IntArray
from segue.generation.lines import OCTAVE_OUTSIDE, OF_USUAL, STEPS, USUAL, Lines

BEGIN = 384
PIANO, KIT = 0, 1


def line(pitches: list[int | tuple[int, ...]], *, part: int = PIANO, begin: int = 0) -> IntArray:
    """A note or a chord every 24 positions, as events."""
    notes = [
        (begin + 24 * i, pitch)
        for i, onset in enumerate(pitches)
        for pitch in ((onset,) if isinstance(onset, int) else onset)
    ]
    events = np.zeros((len(notes), N_COLUMNS), np.int64)
    events[:, Column.KIND], events[:, Column.PART] = NOTE_EVENT, part
    if notes:
        events[:, [Column.TIME, Column.PITCH]] = notes
    return events


def after(prompt: IntArray, new: IntArray, *, rows: int = 1) -> Lines:
    instruments = np.full((rows, MAX_PARTS), NO_PART)
    instruments[:, PIANO], instruments[:, KIT] = 0, DRUMS
    lines = Lines(prompt[None], instruments, begin=BEGIN)
    for note in new:
        lines.written(np.arange(rows), note[None].repeat(rows, axis=0))
    return lines


def changes(lines: Lines, *, time: int, part: int = PIANO) -> dict[int, float]:
    """Of each pitch that loses or gains, for a note at a time after the first written bar began."""
    (found,) = lines.of(np.array([part]), np.array([BEGIN + time]))
    return {int(pitch): float(found[pitch]) for pitch in np.flatnonzero(found)}


def losses(lines: Lines, *, time: int, part: int = PIANO) -> dict[int, float]:
    """What repetitions lose: pitches of the scale's register."""
    found = changes(lines, time=time, part=part)
    return {pitch: nats for pitch, nats in found.items() if nats > 0 and 60 <= pitch <= 72}


SCALE = line([60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 62])
HAMMERED = line([60] * 16)


def test_a_part_that_begins_to_hammer_loses_the_more_the_longer_it_does() -> None:
    lost = [
        losses(after(SCALE, line([65] * n, begin=BEGIN)), time=24 * n).get(65, 0.0)
        for n in range(1, 9)
    ]
    assert lost[0] == 0
    assert all(a < b for a, b in pairwise(lost[1:]))
    assert lost[-1] > 1


def test_a_part_that_hammered_may_go_on() -> None:
    lost = losses(after(HAMMERED, line([60] * 6, begin=BEGIN)), time=24 * 6)
    assert lost.get(60, 0) < 0.5 < losses(after(SCALE, line([60] * 6, begin=BEGIN)), time=144)[60]


def test_a_line_that_moves_as_before_loses_nothing() -> None:
    assert losses(after(SCALE, line([64, 65, 67, 69, 67], begin=BEGIN)), time=120) == {}


def test_of_a_chord_every_note_counts_and_none_of_its_own_onset() -> None:
    lines = after(SCALE, line([(60, 64, 67)] * 4, begin=BEGIN))
    assert set(losses(lines, time=96)) == {60, 64, 67}
    again = after(
        SCALE, np.concatenate([line([(60, 64, 67)] * 4, begin=BEGIN), line([72], begin=BEGIN + 96)])
    )
    assert set(losses(again, time=96)) == {60, 64, 67}
    assert set(losses(again, time=120)) == {72}


def test_drums_and_the_end_of_a_bar_are_free() -> None:
    kit = line([165] * 8, part=KIT, begin=BEGIN)
    lines = after(np.concatenate([SCALE, line([164, 166] * 8, part=KIT)]), kit)
    assert changes(lines, time=192, part=KIT) == {}
    changes(lines, time=192, part=END)


def test_steps_gain_the_more_the_more_of_them_a_part_has_played() -> None:
    leaping = line([60, 65, 70, 65, 60, 65, 70, 65, 60, 65, 70, 65, 60, 65, 70, 65])
    by_steps, by_leaps = (changes(after(prompt, line([])), time=0) for prompt in (SCALE, leaping))
    for last, found in ((62, by_steps), (65, by_leaps)):
        gains = {pitch: -nats for pitch, nats in found.items() if nats < 0}
        assert set(gains) == {last - 2, last - 1, last + 1, last + 2}
        assert gains[last + 1] / gains[last + 2] == pytest.approx(STEPS[0] / STEPS[1])
    assert -by_steps[63] > 0.8 * STEPS[0] > 0.2 * STEPS[0] > -by_leaps[66]


def test_what_joins_a_chord_or_follows_one_is_no_step() -> None:
    chord = after(SCALE, line([(60, 64, 67)], begin=BEGIN))
    single = after(SCALE, line([64], begin=BEGIN))
    assert min(changes(chord, time=24).values()) >= 0
    assert min(changes(single, time=0).values()) >= 0
    assert min(changes(single, time=24).values()) < 0


def test_pitches_lose_by_their_distance_from_the_register() -> None:
    lines = after(SCALE, line([]))
    found = changes(lines, time=0)
    assert 71 not in found
    assert found[84] == pytest.approx(OCTAVE_OUTSIDE)
    assert found[48] == pytest.approx(OCTAVE_OUTSIDE)
    assert found[96] == pytest.approx(2 * OCTAVE_OUTSIDE)
    higher = changes(after(SCALE, line([84], begin=BEGIN)), time=24)
    assert 80 not in higher
    ahead = np.concatenate([SCALE, line([84], begin=BEGIN + 1000)])
    assert 80 not in changes(after(ahead, line([])), time=0)


def test_a_part_without_notes_may_begin_anywhere() -> None:
    assert changes(after(line([]), line([])), time=0) == {}


def test_what_comes_after_the_written_bars_is_not_what_was_played_last() -> None:
    ahead = line([72] * 4, begin=BEGIN + 1000)
    lines = after(np.concatenate([SCALE, ahead]), line([65] * 4, begin=BEGIN))
    assert set(losses(lines, time=96)) == {65}


@given(st.lists(st.integers(40, 80), min_size=1, max_size=30), st.integers(0, 3))
def test_rows_do_not_depend_on_one_another(pitches: list[int], kept: int) -> None:
    new = line(list(pitches), begin=BEGIN)
    alone, together = after(SCALE, new), after(SCALE, new, rows=4)
    together.written(np.array([(kept + 1) % 4]), line([90], begin=BEGIN + 24 * len(pitches)))
    together.keep(np.array([kept]))

    time = 24 * len(pitches)
    assert changes(together, time=time) == changes(alone, time=time)


ONSETS = st.lists(st.frozensets(st.integers(40, 45), min_size=1, max_size=3), max_size=12)


@given(ONSETS, ONSETS)
def test_a_prompt_counts_as_its_notes_one_by_one_do(
    one: list[frozenset[int]], other: list[frozenset[int]]
) -> None:
    parts = [line([tuple(onset) for onset in part], part=i) for i, part in enumerate((one, other))]
    prompt = np.concatenate(parts)
    prompt = prompt[np.argsort(prompt[:, Column.TIME], kind="stable")]
    at_once, stepwise = after(prompt, line([])), after(line([]), prompt)

    for name in ("_at", "_latest", "_before", "_lowest", "_highest", "_notes", "_stepped"):
        np.testing.assert_array_equal(getattr(at_once, name), getattr(stepwise, name))
    share = (stepwise._repeated + OF_USUAL * USUAL) / (stepwise._notes + OF_USUAL)
    np.testing.assert_allclose(at_once._share, share)
