"""Another register: the model sees parts an octave away, and the musician's notes stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.roster import Roster
from segue.encoding.sequence import Column
from segue.encoding.table import encode
from segue.encoding.vocabulary import MAX_PARTS
from segue.generation import Options
from segue.generation.composer import Composer
from segue.generation.options import Register
from segue.generation.showing import octaves_of, shown
from segue.generation.window import Region
from segue.generation.writer import Writer
from segue.score import Score, diff
from tests.composers import band, line, lost_notes, new_notes, score_of, small_composer

EVERY = np.ones(3, bool)


def moves(piece: Score, register: Register, written: np.ndarray = EVERY) -> list[int]:
    found = octaves_of(encode(piece, Roster.of_score(piece)), register, written)
    assert found is not None
    assert not found[len(EVERY) :].any()
    return [int(by) for by in found[: len(EVERY)]]


def test_parts_are_moved_by_an_octave_and_drums_are_not() -> None:
    assert moves(band(2), "higher") == [0, 12, 12]
    assert moves(band(2), "lower") == [0, -12, -12]
    assert octaves_of(encode(band(2), Roster.of_score(band(2))), None, EVERY) is None


def test_a_part_without_an_octave_left_stays_and_so_does_one_that_is_not_written() -> None:
    low = score_of(line([60] * 4), line([28, 35] * 2, program=33), line([95] * 4, program=73))

    assert moves(low, "lower") == [0, -12, -12]  # the bass is the first part
    assert moves(low, "higher") == [12, 12, 0]
    assert moves(low, "higher", np.array([False, True, True])) == [0, 12, 0]


@given(st.integers(0, 3), st.integers(1, 2), st.sampled_from([12, -12]))
def test_what_is_shown_differs_by_octaves_outside_the_region_alone(
    first: int, length: int, by: int
) -> None:
    piece = band(4)
    asked = np.zeros(MAX_PARTS, np.int64)
    asked[2] = by

    found = shown(piece, asked, Region(first, first + length))

    piano, moved = piece.tracks[2].notes, found.tracks[2].notes
    bar = moved.onset // 384
    inside = (bar >= first) & (bar < first + length)
    np.testing.assert_array_equal(moved.pitch.astype(int) - piano.pitch, np.where(inside, 0, by))
    assert diff(piece.with_tracks(piece.tracks[:2]), found.with_tracks(found.tracks[:2])) == []


def test_where_nothing_moves_the_score_itself_is_shown() -> None:
    piece = band(2)
    assert shown(piece, None, Region(2, 3)) is piece
    assert shown(piece, np.zeros(MAX_PARTS, np.int64), Region(2, 3)) is piece


def test_no_pitch_leaves_the_keyboard() -> None:
    piece = score_of(line([120, 4, 60, 60]))
    asked = np.full(MAX_PARTS, 12)
    assert sorted(shown(piece, asked, Region(1, 2)).tracks[0].notes.pitch.tolist()) == [
        16, 72, 72, 120,
    ]  # fmt: skip


def seen(composer: Composer, register: Register | None, monkeypatch: pytest.MonkeyPatch) -> float:
    """The mean pitch of what the model sees of the piano; the prompt must stay as it is."""
    visible: list[np.ndarray] = []
    write = Writer.write

    def spy(self: Writer, **how: object) -> object:
        visible.append(self.visible[0])
        return write(self, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "write", spy)
    prompt = band(2)
    for take in composer.continue_(prompt, bars=2, options=Options(register=register)):
        assert not sum(map(len, lost_notes(prompt, take.score)))
        added = new_notes(prompt, take.score)[: len(prompt.tracks)]
        assert all(onset >= 2 * 384 for notes in added for onset, *_ in notes)
    monkeypatch.setattr(Writer, "write", write)
    rows = visible[0][visible[0][:, Column.INSTRUMENT] == 0]
    return float(rows[rows[:, Column.PITCH] > 0, Column.PITCH].mean())


def test_the_model_sees_the_octave_and_the_musician_s_notes_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    composer = small_composer()
    usual, higher, lower = (seen(composer, r, monkeypatch) for r in (None, "higher", "lower"))
    assert higher == pytest.approx(usual + 12)
    assert lower == pytest.approx(usual - 12)
