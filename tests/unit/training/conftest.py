"""One corpus for all tests of training: it takes a second to build."""

from pathlib import Path

import pytest

from segue.corpus import CorpusStore
from segue.training.packing import pack_corpus
from tests.unit.training.corpora import build_tiny


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> CorpusStore:
    """Eight songs of a hundred and fifty notes, in three splits."""
    return build_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def packs(store: CorpusStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that corpus's packed training set."""
    folder = tmp_path_factory.mktemp("packs")
    pack_corpus(store, folder)
    return folder
