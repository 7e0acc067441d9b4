"""Planted copies are found with their place, length and key; chance is not taken for a copy."""

import numpy as np
import pytest

from segue.errors import CorpusError
from segue.novelty import GRAM, Kind, longest_of, measure_passages
from segue.novelty.lines import STEPS_PER_QUARTER
from segue.novelty.search import FoundPassage, PassageSearch, kinships
from segue.score import Notes, Score
from tests.unit.novelty.conftest import Indexed
from tests.unit.novelty.planting import TICKS, chance_notes, excerpt_of, notes_of, piece_of


def a_song(indexed: Indexed, number: int = 0) -> tuple[int, Score]:
    song = int(indexed.store.split("train")[number])
    return song, indexed.store.score(song)


def search(indexed: Indexed, piece: Score, own: tuple[Score, ...] = ()) -> list[FoundPassage]:
    return PassageSearch(indexed.index, indexed.store).find(piece, own=own)


@pytest.mark.parametrize("transpose", [0, 5, -7])
@pytest.mark.parametrize("count", [12, 40, 90])
def test_a_copy_is_found_where_it_is_in_its_key(
    indexed: Indexed, transpose: int, count: int
) -> None:
    number, song = a_song(indexed, 3)
    copy = excerpt_of(song, 1, first=5, count=count, transpose=transpose, at_quarter=4)
    piece = piece_of(chance_notes(1), copy, chance_notes(2), drums=chance_notes(3))
    found = search(indexed, piece)[0]
    place = found.places[0]
    assert (found.passage.line.track, found.passage.first_note) == (1, 0)
    assert found.passage.last - found.passage.first_note == count
    assert (place.song, place.track, place.transposition) == (number, 1, transpose)
    onset = song.tracks[1].notes.onset[5] / song.ticks_per_quarter
    assert place.begins == round(onset * STEPS_PER_QUARTER) / STEPS_PER_QUARTER
    assert place.n_tokens == count - 1


def test_a_copy_in_a_file_of_another_resolution_is_found(indexed: Indexed) -> None:
    _, song = a_song(indexed)
    copy = excerpt_of(song, 0, first=0, count=30)
    coarse = Notes.of(
        onset=copy.onset // 40,
        duration=copy.duration // 40,
        pitch=copy.pitch,
        velocity=copy.velocity,
    )
    found = search(indexed, piece_of(coarse, ticks_per_quarter=TICKS // 40))
    assert found[0].passage.n_notes == 30


def test_a_note_put_in_breaks_the_passage_and_not_the_kinship(indexed: Indexed) -> None:
    number, song = a_song(indexed, 2)
    copy = excerpt_of(song, 0, first=0, count=40)
    between = int(copy.onset[20] + copy.onset[21]) // 2
    wrong = notes_of([(between, 20)])
    piece = piece_of(Notes.concat([copy, wrong]), chance_notes(9))
    found = search(indexed, piece)
    assert max(each.passage.n_notes for each in found) == 21
    closest = kinships(found)[0]
    assert (closest.song, closest.n_notes, closest.shift) == (number, 40, 0)


def test_what_two_tracks_and_the_drums_share_with_one_song_is_put_together(
    indexed: Indexed,
) -> None:
    number, song = a_song(indexed, 1)
    first = song.tracks[0].notes.select(np.arange(30))
    second = song.tracks[1].notes.select(np.arange(25))
    piece = piece_of(chance_notes(4), first.transposed(2), second.transposed(2))
    closest = kinships(search(indexed, piece))[0]
    assert (closest.song, closest.transposition) == (number, 2)
    assert (closest.tracks, closest.n_notes) == ((1, 2), 55)


def test_a_whole_song_is_shared_as_an_ensemble(indexed: Indexed) -> None:
    _, song = a_song(indexed)
    measured = measure_passages(song, indexed.index)
    ensemble = longest_of(measured, Kind.ENSEMBLE)
    assert ensemble is not None
    lines = [m.line for m in measured if m.line.kind is Kind.ENSEMBLE]
    assert ensemble.last - ensemble.first == len(lines[0]) - 1


@pytest.mark.parametrize("seed", range(5))
def test_music_of_chance_shares_nothing(indexed: Indexed, seed: int) -> None:
    piece = piece_of(*(chance_notes(10 * seed + i) for i in range(4)))
    assert search(indexed, piece) == []


def test_what_the_prompt_has_is_not_found(indexed: Indexed) -> None:
    _, song = a_song(indexed)
    copy = excerpt_of(song, 0, first=0, count=40)
    assert search(indexed, piece_of(copy), own=(piece_of(copy.transposed(3)),)) == []


def test_only_what_goes_on_after_the_prompt_counts(indexed: Indexed) -> None:
    _, song = a_song(indexed)
    prompt = excerpt_of(song, 0, first=0, count=40)
    longer = excerpt_of(song, 0, first=0, count=60)
    passage = search(indexed, piece_of(longer), own=(piece_of(prompt),))[0].passage
    assert passage.counted == 20 + GRAM - 1
    assert passage.last == 60


def test_an_index_of_another_corpus_is_refused(indexed: Indexed) -> None:
    from dataclasses import replace

    from segue.novelty import PassageIndex

    other = PassageIndex(indexed.index.path, replace(indexed.index.manifest, corpus="0" * 64))
    with pytest.raises(CorpusError, match="is not an index of"):
        PassageSearch(other, indexed.store)
