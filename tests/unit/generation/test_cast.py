"""Who may play in a take, and where what they play goes."""

import numpy as np
import pytest

from segue.encoding.vocabulary import MAX_PARTS
from segue.errors import InputError
from segue.generation import Options
from segue.generation.cast import Cast, cast_of, is_drawn
from segue.generation.ensembles import draw_ensemble, shipped_ensembles, who_would_join
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.midi import read_document
from segue.score import Notes, Score, Track
from tests.composers import band, line, new_notes, score_of, small_composer
from tests.strategies import Event, encode_smf

DRUMS = 128
AFTER = Region(4, 6)


def cast(piece: Piece | Score, region: Region = AFTER, *, take: int = 1, **wishes: object) -> Cast:
    piece = Piece.of(piece) if isinstance(piece, Score) else piece
    return cast_of(piece, piece.score, region, Options(**wishes), seed=1, take=take)  # type: ignore[arg-type]


def allowed(found: Cast) -> list[int]:
    """The instruments that may play."""
    return [int(i) for i in found.roster.instruments[found.allowed]]


def test_every_track_is_a_part_of_its_own_in_the_order_of_instruments() -> None:
    quartet = score_of(*(line([pitch] * 8, program=48) for pitch in (79, 72, 62, 48)))
    found = cast(quartet.with_tracks([*quartet.tracks, *band().tracks]))
    assert found.roster.instruments.tolist() == [DRUMS, 33, 0, 48, 48, 48, 48]
    assert found.roster.tracks.tolist() == found.targets.tolist() == [4, 5, 6, 0, 1, 2, 3]
    assert found.allowed.all()


def test_a_silent_track_is_a_part_only_where_it_is_named_or_all_are_silent() -> None:
    flute = Track(notes=Notes.empty(), program=73)
    piece = score_of(line([60] * 8), flute)
    assert allowed(cast(piece)) == [0]
    assert allowed(cast(piece, Region(0, 1, (1,)))) == [73]
    assert allowed(cast(piece, instruments=("flute",))) == [73]
    assert len(cast(piece, instruments=("flute",)).score.tracks) == 2
    assert allowed(cast(score_of(flute), Region(0, 2))) == [73]


def test_instruments_that_are_named_are_those_of_the_piece_or_join() -> None:
    found = cast(band(), instruments=("bass", "violin"))
    assert allowed(found) == [33, 40]
    assert found.n_own == 3
    assert [t.name for t in found.score.tracks[3:]] == ["Violin"]
    assert not is_drawn(band(), AFTER, Options(instruments=("violin",)))


def test_what_is_drawn_differs_by_take_and_is_the_same_for_the_same_take() -> None:
    silent = score_of()
    bands = [cast(silent, Region(0, 2), take=take) for take in range(1, 9)]
    drawn = [tuple(found.roster.instruments.tolist()) for found in bands]
    assert len(set(drawn)) > 4
    assert {tuple(sorted(ensemble)) for ensemble in drawn} <= {
        tuple(sorted(ensemble)) for ensemble in shipped_ensembles()
    }
    again = cast(silent, Region(0, 2), take=3)
    assert tuple(again.roster.instruments.tolist()) == drawn[2]
    assert is_drawn(silent, Region(0, 2), Options())


def test_instruments_that_join_are_new_to_the_piece_and_few() -> None:
    for take in range(1, 9):
        found = cast(band(), take=take, new_instruments=True)
        joining = found.roster.instruments[found.roster.tracks >= 3].tolist()
        assert len(joining) <= 3
        assert not {DRUMS, 33, 0} & set(joining)
        assert found.allowed.all()
    assert len(who_would_join([], np.random.default_rng(1))) > 0
    assert all(0 <= i <= DRUMS for i in draw_ensemble(np.random.default_rng(2)))


def test_of_very_many_tracks_the_busiest_and_the_named_ones_are_parts() -> None:
    many = score_of(*(line([60] * (4 + i)) for i in range(40)))
    assert cast(many).roster.tracks.tolist() == list(range(8, 40))
    assert allowed(cast(many, Region(0, 1, (2,)))) == [0]
    assert 2 in cast(many, Region(0, 1, (2,))).roster.tracks
    (take,) = small_composer().infill(many, first=0, last=1, takes=1)
    assert take.region.tracks == tuple(range(8, 40))
    with pytest.raises(InputError, match="at most 32 tracks"):
        small_composer().infill(many, first=0, last=1, tracks=range(33))
    assert MAX_PARTS == 32


def test_a_score_of_parts_has_what_every_part_is_known_by() -> None:
    piece = band()
    found = cast(piece, instruments=("violin", "bass", "drums"))
    parts = found.score_of_parts(found.score)
    assert [len(t.notes) for t in parts.tracks] == [16, 16, 16, 0]
    assert found.of_tracks.tolist() == [0, 1, 2, 3]


def test_two_programs_of_one_channel_do_not_play_at_once() -> None:
    def note(tick: int, length: int) -> list[Event]:
        return [(tick, b"\x90\x3c\x50"), (tick + length, b"\x80\x3c\x40")]

    body = [
        (0, b"\xc0\x18"),
        *note(0, 96),
        (384, b"\xc0\x1e"),
        *note(384, 96),
        (500, b"\xff\x2f\0"),
    ]
    piece = Piece.of(read_document(encode_smf([body])))
    assert [t.program for t in piece.score.tracks] == [0x18, 0x1E]
    found = cast(piece, Region(2, 3))
    assert found.targets.tolist() == [2, 1]  # the guitar is distorted by now
    assert [t.program for t in found.score.tracks] == [0x18, 0x1E, 0x18]
    assert cast(piece, Region(2, 3, (0,))).targets.tolist() == [0, 1]


def test_tracks_that_a_daw_wrote_on_one_channel_all_stay_where_they_play() -> None:
    def part(program: int, pitch: int) -> list[Event]:
        notes = [
            (tick, message)
            for at in range(0, 768, 96)
            for tick, message in (
                (at, bytes((0x90, pitch, 80))),
                (at + 90, bytes((0x80, pitch, 64))),
            )
        ]
        return [(0, bytes((0xC0, program))), *notes, (768, b"\xff\x2f\0")]

    piece = Piece.of(read_document(encode_smf([part(73, 72), part(48, 60), part(33, 40)])))
    found = cast(piece, Region(2, 3))
    assert found.targets.tolist() == found.roster.tracks.tolist()


def test_cells_of_tracks_are_cells_of_parts() -> None:
    found = cast(band(), new_instruments=True)
    cells = np.array([[True, False, False], [False, False, False]])
    parts = found.of_cells(cells)
    assert parts.shape == (2, len(found))
    own = found.roster.tracks < 3
    assert parts[:, own].tolist() == cells[:, found.roster.tracks[own]].tolist()
    assert parts[0, ~own].all()
    assert not parts[1].any()


def test_two_tracks_of_one_instrument_keep_their_lines() -> None:
    """Each is written by itself, and what is written for one goes to no other."""
    piece = score_of(line([79] * 16, program=48), line([48] * 16, program=48))
    for take in small_composer(longing_for_bars=-1.0).infill(piece, first=1, last=3, tracks=[1]):
        assert [sum(notes.values()) > 0 for notes in new_notes(piece, take.score)] == [False, True]
