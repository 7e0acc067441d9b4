"""A set that copies the training songs is told from one that does not."""

from segue.evaluation.copies.set_novelty import measure_novelty
from segue.evaluation.report.tables import headline_table
from segue.midi import read_document
from segue.score import Score, slice_bars
from tests.tunes import Version, tune
from tests.unit.novelty.conftest import Indexed


def train_songs(indexed: Indexed) -> list[Score]:
    return [indexed.store.score(int(song)) for song in indexed.store.split("train")]


def test_copies_share_more_than_other_tunes(indexed: Indexed) -> None:
    copies = [slice_bars(score, 0, 8) for score in train_songs(indexed)]
    written = [tune(seed, Version(n_notes=100)) for seed in range(500, 510)]
    others = [slice_bars(read_document(data).score, 0, 8) for data in written]

    copied = measure_novelty(copies, indexed.known, own=None, seed=0)
    new = measure_novelty(others, indexed.known, own=None, seed=0)

    assert copied.longest["track"] > 2 * new.longest["track"]
    assert copied.longest["ensemble"] > 2 * new.longest["ensemble"]
    assert copied.deserves_attention.value == 1


def test_what_repeats_the_prompt_is_no_copy(indexed: Indexed) -> None:
    copies = [slice_bars(score, 0, 8) for score in train_songs(indexed)]

    found = measure_novelty(copies, indexed.known, own=[[each] for each in copies], seed=0)

    assert set(found.longest.values()) == {0}
    assert found.deserves_attention.value == 0


def test_of_no_excerpts_there_is_nothing_to_tell(indexed: Indexed) -> None:
    found = measure_novelty([], indexed.known, own=None, seed=0).to_mapping()

    assert found["deserves_attention"]["value"] == 0
    assert set(found["longest"]) == {"track", "drums", "ensemble"}


def test_the_table_tells_of_it(indexed: Indexed) -> None:
    found = measure_novelty(train_songs(indexed), indexed.known, own=None, seed=0)
    sets = [
        {"name": name, "headlines": {}, "novelty": novelty}
        for name, novelty in (("copies", found.to_mapping()), ("unknown", None))
    ]

    *_, rare, longest = headline_table({"sets": sets}, names=[])

    assert rare[2] == longest[2] == "-"
    assert longest[1] == f"{found.longest['track']:.0f}"
    assert rare[1].startswith(f"{100 * found.deserves_attention.value:.1f}")
