"""A part is a track: decoding what was encoded gives the quantised score, track by track."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.controls import Control, cell_controls
from segue.encoding.grid import event_grid
from segue.encoding.roster import NOT_A_TRACK, Roster
from segue.encoding.table import Field, decode, encode
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    DURATIONS,
    MAX_PARTS,
    N_DURATIONS,
    N_VELOCITIES,
    duration_class,
    velocity_class,
    velocity_of,
)
from segue.score import Notes, Score, Track, diff
from tests.strategies import SEEDS, scores
from tests.unit.encoding.quantising import even, quantised

ANY_RESOLUTION = (*range(1, 49), 96, 100, 120, 192, 220, 384, 480, 960, 1000, 32767)


def one_track(*notes: tuple[int, int, int, int], ticks_per_quarter: int = 480) -> Score:
    """A piano that plays (onset, duration, pitch, velocity)."""
    onset, duration, pitch, velocity = ([note[i] for note in notes] for i in range(4))
    played = Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=velocity)
    return Score(ticks_per_quarter=ticks_per_quarter, tracks=(Track(notes=played),))


def playing(*programs: int, notes: int = 1) -> Score:
    """A track of each program, each with so many notes; 128 is a drum kit."""
    line = Notes.of(
        onset=[480 * i for i in range(notes)],
        duration=[240] * notes,
        pitch=[60] * notes,
        velocity=[80] * notes,
    )
    tracks = [
        Track(notes=line, program=program % 128, is_drum=program == DRUMS) for program in programs
    ]
    return Score(ticks_per_quarter=480, tracks=tuple(tracks))


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_decoding_gives_the_quantised_score(score: Score) -> None:
    roster = Roster.of_score(score)

    assert diff(quantised(score), decode(encode(score, roster), score, roster)) == []


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_what_was_quantised_once_stays_as_it_is(score: Score) -> None:
    roster = Roster.of_score(score)
    once = decode(encode(score, roster), score, roster)

    assert np.array_equal(encode(once, roster), encode(score, roster))


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_rows_are_sorted_and_no_two_are_at_one_place(score: Score) -> None:
    table = encode(score, Roster.of_score(score))

    places = [tuple(row) for row in table[:, :4].tolist()]
    assert places == sorted(set(places))


def test_two_tracks_of_one_program_stay_two_parts() -> None:
    score = playing(24, 24)
    table = encode(score, Roster.of_score(score))

    assert table[:, Field.PART].tolist() == [0, 1]


def test_parts_are_drums_then_basses_then_others_in_the_file_s_order() -> None:
    roster = Roster.of_score(playing(48, 0, 33, DRUMS, 0))

    assert roster.instruments.tolist() == [DRUMS, 33, 0, 0, 48]
    assert roster.tracks.tolist() == [3, 2, 1, 4, 0]


def test_where_there_are_too_many_tracks_the_busiest_are_parts() -> None:
    quiet, busy = playing(*[0] * 10), playing(*[1] * MAX_PARTS, notes=2)
    score = quiet.with_tracks([*quiet.tracks, *busy.tracks])

    roster = Roster.of_score(score)
    part = roster.part_of_track(len(score.tracks))

    assert len(roster) == MAX_PARTS
    assert (part[:10] == NOT_A_TRACK).all()
    assert sorted(part[10:]) == list(range(MAX_PARTS))


@given(st.floats(1, 512))
def test_lengths_are_within_four_percent(positions: float) -> None:
    nearest = int(DURATIONS[duration_class(np.array([positions]))[0]])

    assert abs(nearest - positions) <= max(0.5, 0.04 * positions)


@given(st.integers(1, 127))
def test_even_velocities_come_back_exactly_and_odd_ones_within_one(velocity: int) -> None:
    classes = velocity_class(np.array([velocity]))

    assert 0 <= classes[0] < N_VELOCITIES
    assert velocity_of(classes)[0] == even(velocity)


def test_the_length_control_rises_with_the_notes_lengths() -> None:
    def length_of(duration: int) -> int:
        score = playing(0)
        track = score.tracks[0]
        longer = Notes.of(onset=[0], duration=[duration], pitch=[60], velocity=[80])
        score = score.with_tracks([track.with_notes(longer)])
        table = encode(score, Roster.of_score(score))
        return int(cell_controls(table)[0, Control.LENGTH])

    classes = [length_of(duration) for duration in (20, 240, 480, 1920)]
    assert classes == sorted(set(classes))
    assert classes[0] >= 1
    assert classes[-1] <= 8


@given(scores())
def test_every_value_is_inside_the_vocabulary(score: Score) -> None:
    roster = Roster.of_score(score)
    table = encode(score, roster)
    limits = {Field.PART: len(roster), Field.DURATION: N_DURATIONS, Field.VELOCITY: N_VELOCITIES}

    drums = roster.is_drum[table[:, Field.PART]]
    assert np.array_equal(drums, table[:, Field.PITCH] >= DRUM_PITCH_OFFSET)
    assert (table >= 0).all()
    assert (table[:, Field.POSITION] < event_grid(score).lengths[table[:, Field.BAR]]).all()
    assert all((table[:, field] < limit).all() for field, limit in limits.items())


@given(scores(), SEEDS)
def test_the_order_of_tracks_matters_to_their_parts_only(score: Score, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(score.tracks))
    turned = score.with_tracks([score.tracks[i] for i in order])
    one, other = (Roster.of_score(each) for each in (score, turned))

    assert diff(decode(encode(turned, other), turned, other), quantised(turned)) == []
    assert np.array_equal(one.instruments, other.instruments)


def test_of_notes_at_one_place_the_longest_is_kept_then_the_loudest() -> None:
    score = one_track((0, 100, 60, 100), (1, 480, 60, 20), (2, 480, 60, 40), (0, 10, 61, 9))
    roster = Roster.of_score(score)

    notes = decode(encode(score, roster), score, roster).tracks[0].notes

    assert notes == Notes.of(onset=[0, 0], duration=[480, 20], pitch=[60, 61], velocity=[40, 8])


def test_a_note_nearer_to_the_next_bar_begins_it() -> None:
    score = one_track((1915, 480, 60, 100), (1920, 480, 62, 100))
    table = encode(score, Roster.of_score(score))

    assert table[:, [Field.BAR, Field.POSITION]].tolist() == [[1, 0], [1, 0]]


def test_a_note_at_the_very_end_of_the_last_bar_stays_in_it() -> None:
    score = one_track((1919, 480, 60, 100))

    assert encode(score, Roster.of_score(score))[0, Field.POSITION] == 95
