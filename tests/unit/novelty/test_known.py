"""A fingerprint never says less than the index; reports say what was measured."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.errors import CorpusError, FormatError
from segue.evaluation.copies.yardstick import make_known_music
from segue.novelty import (
    Fingerprint,
    Kind,
    NoveltyReport,
    Yardstick,
    lines_of_score,
    longest_of,
    measure_passages,
    read_known_music,
)
from segue.novelty.known import known_music_of
from segue.novelty.passages import Passage
from segue.novelty.report import report_novelty
from segue.score import Notes, Score
from tests.unit.novelty.conftest import Indexed
from tests.unit.novelty.planting import chance_notes, excerpt_of, notes_of, piece_of


def mixed_piece(indexed: Indexed, seed: int) -> Score:
    """Chance, and copies of training and other songs in pieces."""
    random = Random(seed)
    lines = [chance_notes(seed)]
    for _ in range(random.randint(1, 3)):
        song = indexed.store.score(random.randrange(len(indexed.store)))
        copy = excerpt_of(
            song,
            random.randint(0, 1),
            first=random.randint(0, 40),
            count=random.randint(2, 50),
            transpose=random.randint(-5, 5),
        )
        lines.append(Notes.concat([copy, chance_notes(seed + 1, n_notes=random.randint(1, 4))]))
    return piece_of(*lines)


@given(seed=st.integers(0, 10_000), has_prompt=st.booleans())
def test_the_fingerprint_never_says_less_than_the_index(
    indexed: Indexed, seed: int, has_prompt: bool
) -> None:
    piece = mixed_piece(indexed, seed)
    own = [mixed_piece(indexed, seed + 1)] if has_prompt else []
    lines = lines_of_score(piece)
    exact, bound = indexed.index.reaches(lines), indexed.known.fingerprint.reaches(lines)
    for least, most in zip(exact, bound, strict=True):
        assert np.all(least <= most)
    exactly = measure_passages(piece, indexed.index, own)
    at_most = measure_passages(piece, indexed.known.fingerprint, own)
    for kind in Kind:
        least_found, most_found = longest_of(exactly, kind), longest_of(at_most, kind)
        if least_found is not None:
            assert most_found is not None
            assert least_found.counted <= most_found.counted


def test_a_fingerprint_of_nothing_knows_nothing_but_what_it_does_not_look_at() -> None:
    piece = piece_of(chance_notes(1), drums=chance_notes(2))
    reaches = Fingerprint.of([], 64).reaches(lines_of_score(piece))
    assert not any(reach.any() for reach in reaches)


def test_unknown_grams_pass_as_often_as_it_says(indexed: Indexed) -> None:
    fingerprint = indexed.known.fingerprint
    line = lines_of_score(piece_of(chance_notes(7, n_notes=20_000)))[0]
    passed = (fingerprint.reaches([line])[0] > 0).mean()
    assert 0 < fingerprint.false_positive_rate < 0.5
    assert passed == pytest.approx(fingerprint.false_positive_rate, abs=0.02)


def copy_report(indexed: Indexed, *, exact: bool) -> NoveltyReport:
    song = indexed.store.score(int(indexed.store.split("train")[0]))
    copy = excerpt_of(song, 0, first=10, count=50, transpose=1)
    piece = piece_of(chance_notes(1), copy)
    known = indexed.known
    return known.exact_report(piece, indexed.index) if exact else known.report(piece)


@pytest.mark.parametrize("exact", [True, False])
def test_a_copy_deserves_attention(indexed: Indexed, exact: bool) -> None:
    report = copy_report(indexed, exact=exact)
    assert report.longest is not None
    assert report.deserves_attention
    assert report.track is not None
    assert report.track.track == 1
    assert report.track.notes == 50 if exact else 50 <= report.track.notes <= 55
    assert report.is_bound is not exact
    # 50 of 110 notes are copied; a fingerprint lets others pass, too.
    assert 0.4 < report.share < (0.5 if exact else 0.9)
    assert "listen whether you know it" in report.words
    assert ("at most" in report.words) is not exact


def strummed(n_strokes: int, *, n_chords: int) -> Notes:
    """Chords of five strings, struck in an uneven rhythm, from few shapes."""
    shapes = [
        (40, 47, 52, 56, 59),
        (43, 47, 50, 55, 59),
        (45, 52, 57, 60, 64),
        (38, 45, 50, 54, 62),
    ]
    rows, onset = [], 0
    for stroke in range(n_strokes):
        shape = shapes[(stroke * stroke // 3) % n_chords]
        rows += [(onset, pitch) for pitch in shape]
        onset += (240, 120, 360, 120, 240, 480)[(stroke * 7 + stroke // 5) % 6]
    return notes_of(rows)


@pytest.mark.parametrize(
    ("notes", "is_strum"),
    [
        (strummed(24, n_chords=4), True),
        (strummed(6, n_chords=4), False),  # as many chords as strokes
        (chance_notes(3), False),
    ],
)
def test_a_few_chords_struck_again_and_again_are_a_strum(notes: Notes, is_strum: bool) -> None:
    line = lines_of_score(piece_of(notes))[0]
    assert Passage(line, 1, len(line), len(line) - 1).is_strum is is_strum


def test_a_strum_is_named_and_needs_no_listening() -> None:
    piece = piece_of(strummed(24, n_chords=4))
    fingerprint = Fingerprint.of([lines_of_score(piece)[0].tokens], 2**17)
    size = np.tile(np.repeat(50, 300), (3, 1)).astype(np.int32)
    yardstick = Yardstick(size, np.zeros_like(size))
    report = report_novelty(piece, own=[], ruler=fingerprint, yardstick=yardstick, is_bound=True)

    assert report.deserves_attention
    assert report.is_strum
    assert report.words.endswith("pieces of new real music: a few chords, struck again and again.")


def test_what_repeats_the_prompt_is_no_copy(indexed: Indexed) -> None:
    song = indexed.store.score(int(indexed.store.split("train")[0]))
    copy = piece_of(excerpt_of(song, 0, first=10, count=50))
    report = indexed.known.exact_report(copy, indexed.index, own=[copy])
    assert report.longest is None
    assert report.share == 0
    assert report.words == "No passage of 9 notes or more is known from the training music."


def test_silence_and_one_note_repeated_share_nothing(indexed: Indexed) -> None:
    for piece in (piece_of(), piece_of(notes_of([(240 * i, 60) for i in range(200)]))):
        report = indexed.known.exact_report(piece, indexed.index)
        assert (report.longest, report.share, report.deserves_attention) == (None, 0, False)


def test_as_much_is_the_share_of_excerpts_of_the_size() -> None:
    size = np.tile(np.repeat([50, 5000], 300), (3, 1)).astype(np.int32)
    length = np.tile(np.concatenate([np.arange(300), np.arange(300) + 1000]), (3, 1))
    yardstick = Yardstick(size, length.astype(np.int32))
    assert yardstick.as_much(Kind.TRACK, size=60, length=0) == 1
    assert yardstick.as_much(Kind.TRACK, size=60, length=225) == 0.25
    assert yardstick.as_much(Kind.DRUMS, size=60, length=1000) == 0
    assert yardstick.as_much(Kind.DRUMS, size=4000, length=1000) == 1
    assert yardstick.quantile(Kind.TRACK, size=60, share=0.5) == 149.5


def test_the_yardstick_is_of_music_that_the_index_has_not(indexed: Indexed) -> None:
    with pytest.raises(CorpusError, match='is of the split "train" itself'):
        make_known_music(indexed.store, indexed.index, split="train", count=1, seed=1)


def test_a_file_gives_back_what_was_written(indexed: Indexed, tmp_path: Path) -> None:
    indexed.known.write(tmp_path / "novelty.npz")
    read = read_known_music(tmp_path / "novelty.npz")
    assert np.array_equal(read.fingerprint.bitmap, indexed.known.fingerprint.bitmap)
    assert np.array_equal(read.bound.size, indexed.known.bound.size)
    assert np.array_equal(read.exact.length, indexed.known.exact.length)
    assert read.corpus == indexed.known.corpus


def test_a_model_without_the_file_knows_nothing(tmp_path: Path) -> None:
    assert known_music_of(tmp_path) is None


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="segue corpus fingerprint"):
        read_known_music(tmp_path / "novelty.npz")


@pytest.mark.parametrize("keep", [0, 100, -200])
def test_a_damaged_file_is_refused(indexed: Indexed, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "novelty.npz"
    indexed.known.write(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FormatError, match=r"novelty\.npz: damaged"):
        read_known_music(path)


def test_flipped_bytes_are_refused(indexed: Indexed, tmp_path: Path) -> None:
    path = tmp_path / "novelty.npz"
    indexed.known.write(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 50] = bytes(50)
    path.write_bytes(data)
    with pytest.raises(FormatError, match="damaged"):
        read_known_music(path)


def test_a_bitmap_of_another_type_is_refused(indexed: Indexed, tmp_path: Path) -> None:
    wrong = Fingerprint(np.zeros((2, 2), np.uint8))
    replace(indexed.known, fingerprint=wrong).write(tmp_path / "novelty.npz")
    with pytest.raises(FormatError, match="bitmap"):
        read_known_music(tmp_path / "novelty.npz")
