"""A small corpus, the index of its training songs, and what a model would know of them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, CorpusStore, build_corpus
from segue.evaluation.copies.yardstick import make_known_music
from segue.novelty import KnownMusic, PassageIndex
from segue.novelty.build import build_index
from tests.tunes import Version, tune, write_folder


@dataclass(frozen=True)
class Indexed:
    """A corpus of 24 tunes, two melodies and drums each, and its index in several parts."""

    store: CorpusStore
    index: PassageIndex
    known: KnownMusic


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    folder = tmp_path_factory.mktemp("novelty")
    files = {f"{seed}.mid": tune(seed, Version(n_notes=100)) for seed in range(24)}
    write_folder(folder / "midi", files)
    build_corpus([folder / "midi"], folder / "corpus", CorpusOptions(), workers=1)
    build_index(folder / "corpus", folder / "index", part_tokens=4000)
    store = CorpusStore.open(folder / "corpus")
    index = PassageIndex.open(folder / "index")
    known = make_known_music(
        store, index, split="test", count=2, seed=1, lengths=(1, 4), n_bits=2**17
    )
    return Indexed(store, index, known)


@pytest.fixture
def index_folder(indexed: Indexed) -> Path:
    return indexed.index.path
