"""Lines of tokens: the same in another key, place and resolution, and different otherwise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.novelty.lines import LONGEST_REST, START, Kind, Line, lines_of_score
from segue.score import Notes, Score
from tests.unit.novelty.planting import TICKS, chance_notes, notes_of, piece_of


def tokens_of(score: Score) -> list[list[int]]:
    return [line.tokens.tolist() for line in lines_of_score(score)]


def stretched(notes: Notes, factor: int) -> Notes:
    return Notes.of(
        onset=notes.onset * factor,
        duration=notes.duration * factor,
        pitch=notes.pitch,
        velocity=notes.velocity,
    )


@given(seed=st.integers(0, 99), up=st.integers(-30, 30), quarters=st.integers(0, 40))
def test_key_and_place_change_no_token(seed: int, up: int, quarters: int) -> None:
    notes = chance_notes(seed)
    moved = notes.transposed(up).shifted(quarters * TICKS)
    assert tokens_of(piece_of(notes)) == tokens_of(piece_of(moved))


@given(seed=st.integers(0, 99), factor=st.integers(2, 20))
def test_the_file_s_resolution_changes_no_token(seed: int, factor: int) -> None:
    notes = chance_notes(seed)
    finer = piece_of(stretched(notes, factor), ticks_per_quarter=TICKS * factor)
    assert tokens_of(piece_of(notes)) == tokens_of(finer)


def test_drums_that_are_transposed_are_other_drums() -> None:
    beat = notes_of([(0, 36), (240, 38), (480, 36), (720, 38)])
    assert tokens_of(piece_of(drums=beat)) != tokens_of(piece_of(drums=beat.transposed(1)))


def test_kinds_of_line_have_no_token_in_common() -> None:
    notes = chance_notes(1)
    lines = lines_of_score(piece_of(notes, notes.transposed(1), drums=notes))
    assert [line.kind for line in lines] == [Kind.TRACK, Kind.TRACK, Kind.DRUMS, Kind.ENSEMBLE]
    used = [set(lines[i].tokens.tolist()) - {START} for i in (0, 2, 3)]
    assert not used[0] & used[1]
    assert not used[0] & used[2]
    assert not used[1] & used[2]


def test_one_pitched_track_alone_is_no_ensemble() -> None:
    lines = lines_of_score(piece_of(chance_notes(1), drums=chance_notes(2)))
    assert [line.kind for line in lines] == [Kind.TRACK, Kind.DRUMS]


def test_a_chord_is_read_from_the_lowest_note_up_and_doubled_notes_count_once() -> None:
    chord = notes_of([(0, 67), (0, 60), (0, 64), (0, 60)])
    line = lines_of_score(piece_of(chord))[0]
    assert line.pitch.tolist() == [60, 64, 67]
    assert line.step.tolist() == [0, 0, 0]


def test_a_long_rest_begins_anew() -> None:
    def second_token(quarters: int) -> int:
        return int(
            lines_of_score(piece_of(notes_of([(0, 60), (quarters * TICKS, 62)])))[0].tokens[1]
        )

    assert second_token(LONGEST_REST) != START
    assert second_token(LONGEST_REST + 1) == START


def test_every_interval_and_rest_has_a_token_of_its_own() -> None:
    rows = [(step, pitch) for step in range(97) for pitch in (0, 127)]
    seen = set()
    for step, pitch in rows:
        for start in (0, 127):
            for drums in (False, True):
                notes = notes_of([(0, start), (40 * step + (step == 0 and pitch == start), pitch)])
                score = piece_of(drums=notes) if drums else piece_of(notes)
                line: Line = lines_of_score(score)[0]
                if len(line) == 2 and line.pitch[1] == pitch and line.pitch[0] == start:
                    key = (drums, step, pitch if drums else pitch - start)
                    seen.add((key, int(line.tokens[1])))
    assert len({key for key, _ in seen}) == len(seen) == len({token for _, token in seen})
    assert max(token for _, token in seen) < 2**16


def test_music_without_notes_has_no_lines() -> None:
    assert lines_of_score(piece_of()) == []
    assert lines_of_score(piece_of(Notes.empty())) == []


def test_columns_are_as_long_as_the_notes() -> None:
    for line in lines_of_score(piece_of(chance_notes(1), chance_notes(2))):
        assert len(line) == len(line.step) == len(line.pitch) == len(line.tokens)
        assert np.all(np.diff(line.step) >= 0)
