"""Notes become a score that a MIDI channel can play."""

import numpy as np

from segue.encoding.grid import event_grid
from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, IntArray, duration_class
from segue.generation import Options
from segue.generation.assemble import place_notes
from segue.generation.cast import Cast, cast_of
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.midi import read_document
from segue.score import Notes, Score, Track
from tests.composers import line, new_notes, score_of
from tests.strategies import encode_smf

Row = tuple[int, int, int, int]
"""Position, track, pitch, length in positions; in bar 1."""


def put(piece: Piece, cast: Cast, table: IntArray, region: Region) -> Score:
    """The cast's score with the notes of a table in it."""
    grid = event_grid(piece.score, piece.score.bar_grid(n_bars=region.last))
    return place_notes(cast.score, table, grid=grid, region=region, cast=cast, piece=piece)


def placed(piece: Piece, rows: list[Row], region: Region) -> list[list[tuple[int, int, int]]]:
    """(onset, duration, pitch) of what is new in each track."""
    cast = cast_of(piece, piece.score, region, Options(), seed=1, take=1)
    table = np.zeros((len(rows), len(Field)), np.int64)
    table[:, Field.BAR] = 1
    for row, (position, track, pitch, length) in zip(table, rows, strict=True):
        part = cast.of_tracks[track]
        row[[Field.POSITION, Field.PART, Field.PITCH]] = position, part, pitch
        row[Field.DURATION] = duration_class(np.array([length]))[0]
        row[Field.VELOCITY] = 40
    found = new_notes(piece.score, put(piece, cast, table, region))
    return [sorted((o, d, p) for o, d, p, _ in notes.elements()) for notes in found]


def test_a_note_ends_with_the_region_or_where_its_pitch_begins_again() -> None:
    piece = Piece.of(score_of(line([60] * 4)))
    rows = [(0, 0, 60, 96), (24, 0, 60, 96), (48, 0, 64, 384)]
    assert placed(piece, rows, Region(1, 2)) == [[(384, 96, 60), (480, 288, 60), (576, 192, 64)]]


def test_a_note_gives_way_to_one_of_the_piece_that_still_sounds() -> None:
    held = Notes.of(onset=[300, 310], duration=[200, 9], pitch=[60, 60], velocity=[80, 80])
    piece = Piece.of(score_of(Track(notes=held)))
    rows = [(0, 0, 60, 24), (24, 0, 60, 24), (30, 0, 60, 24), (0, 0, 61, 24)]
    assert placed(piece, rows, Region(1, 2)) == [[(384, 96, 61), (504, 96, 60)]]


def test_a_note_ends_where_a_note_of_the_piece_begins() -> None:
    later = Notes.of(onset=[0, 500], duration=[9, 50], pitch=[60, 60], velocity=[80, 80])
    piece = Piece.of(score_of(Track(notes=later), line([62] * 8, program=40)))
    # Bar 1 is written in the other track only: what the first plays in it stays, and so it limits
    # nothing here; the same pitch on its own channel does.
    assert placed(piece, [(0, 1, 60, 96)], Region(1, 2, (1,)))[1] == [(384, 384, 60)]


def test_tracks_that_share_a_channel_give_way_to_each_other() -> None:
    def body(tick: int, pitch: int) -> list[tuple[int, bytes]]:
        on, off = bytes((0x90, pitch, 80)), bytes((0x80, pitch, 64))
        return [(tick, on), (tick + 400, off), (tick + 400, b"\xff\x2f\x00")]

    piece = Piece.of(read_document(encode_smf([body(0, 40), body(300, 80)])))
    assert piece.channels(piece.score).tolist() == [0, 0]
    # 80 sounds in the second track until tick 700, which is position 79 of bar 1.
    rows = [(0, 1, 80, 24), (80, 1, 80, 24), (0, 0, 41, 24)]
    assert placed(piece, rows, Region(1, 2)) == [[(384, 96, 41)], [(704, 64, 80)]]


def test_new_instruments_get_a_track_with_their_name_when_they_join() -> None:
    piece, region = Piece.of(score_of(line([60] * 4))), Region(1, 2)
    wanted = Options(instruments=(0, 40, DRUMS, 73))
    cast = cast_of(piece, piece.score, region, wanted, seed=1, take=1)
    violin = cast.roster.instruments.tolist().index(40)
    table = np.zeros((3, len(Field)), np.int64)
    table[:, [Field.BAR, Field.VELOCITY]] = 1, 40
    table[:, Field.PART] = [violin, 0, violin]
    table[:, Field.PITCH] = [76, DRUM_PITCH_OFFSET + 38, 79]
    joined = cast.joined(table[:, Field.PART])
    made = cast.finished(put(piece, cast, table, region), joined)
    found = [(t.name, t.program, t.is_drum, len(t.notes)) for t in made.tracks[1:]]
    assert found == [("Violin", 40, False, 2), ("Drums", 0, True, 1)]


def test_at_a_coarse_resolution_notes_that_fall_together_become_one() -> None:
    coarse = Score(ticks_per_quarter=1, tracks=(line([60] * 4, step=1),))
    rows = [(0, 0, 60, 12), (5, 0, 60, 12), (30, 0, 60, 1)]
    assert placed(Piece.of(coarse), rows, Region(1, 2)) == [[(4, 1, 60), (5, 1, 60)]]


def test_nothing_written_leaves_the_piece_as_it_is() -> None:
    piece, region = Piece.of(score_of(line([60] * 4))), Region(1, 2)
    cast = cast_of(piece, piece.score, region, Options(), seed=1, take=1)
    empty: IntArray = np.zeros((0, len(Field)), np.int64)
    assert cast.finished(put(piece, cast, empty, region), ()) == piece.score
