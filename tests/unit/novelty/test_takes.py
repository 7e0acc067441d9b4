"""A take's report is of its new bars, against its model's training music, without its prompt."""

from dataclasses import replace
from pathlib import Path

import pytest

from segue.errors import FormatError
from segue.generation.take import Take
from segue.generation.window import Region
from segue.novelty.known import FILE_NAME
from segue.score import Score, append_bars
from tests.composers import small_composer
from tests.unit.novelty.conftest import Indexed
from tests.unit.novelty.planting import chance_notes, excerpt_of, piece_of


@pytest.fixture
def model_folder(indexed: Indexed, tmp_path: Path) -> Path:
    indexed.known.write(tmp_path / FILE_NAME)
    return tmp_path


def copied_song(indexed: Indexed) -> Score:
    song = indexed.store.score(int(indexed.store.split("train")[1]))
    return piece_of(excerpt_of(song, 0, first=0, count=40))


def take_of(prompt: Score, new: Score, folder: Path | None) -> Take:
    whole = append_bars(prompt, new)
    region = Region(prompt.n_bars, prompt.n_bars + new.n_bars)
    return Take(1, whole, region, 0.0, 1, {}, None, own=(prompt,), model_folder=folder)


def test_a_copy_in_the_new_bars_is_reported(indexed: Indexed, model_folder: Path) -> None:
    novelty = take_of(piece_of(chance_notes(1)), copied_song(indexed), model_folder).novelty
    assert novelty is not None
    assert novelty.longest_notes >= 39
    assert novelty.deserves_attention
    assert novelty.is_bound


def test_a_copy_in_the_prompt_and_its_repetition_are_not(
    indexed: Indexed, model_folder: Path
) -> None:
    song = copied_song(indexed)
    assert take_of(song, piece_of(chance_notes(1)), model_folder).novelty == (
        take_of(piece_of(chance_notes(2)), piece_of(chance_notes(1)), model_folder).novelty
    )
    again = take_of(song, song, model_folder).novelty
    assert again is not None
    assert again.longest is None


def test_without_a_file_there_is_no_report(indexed: Indexed, tmp_path: Path) -> None:
    prompt = piece_of(chance_notes(1))
    assert take_of(prompt, prompt, None).novelty is None
    assert take_of(prompt, prompt, tmp_path).novelty is None


def test_a_damaged_file_is_told_of(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no")
    prompt = piece_of(chance_notes(1))
    with pytest.raises(FormatError, match=r"novelty\.npz: damaged"):
        _ = take_of(prompt, prompt, tmp_path).novelty


def test_a_composer_tells_its_takes_where_it_is_from_and_what_was_there(
    model_folder: Path,
) -> None:
    composer = small_composer()
    composer = type(composer)(composer.network, name="small", context=64, folder=model_folder)
    prompt = piece_of(chance_notes(1))
    for take in composer.continue_(prompt, bars=1, takes=2):
        assert take.model_folder == model_folder
        assert take.own[0].n_notes == prompt.n_notes
        assert take.novelty is not None
        assert replace(take, rank=9).novelty == take.novelty
