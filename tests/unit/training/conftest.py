"""One corpus for all tests of training: it takes a second to build."""

import pytest

from segue.corpus import CorpusStore
from tests.unit.training.corpora import build_tiny


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> CorpusStore:
    """Eight songs of a hundred and fifty notes, in three splits."""
    return build_tiny(tmp_path_factory.mktemp("tiny"))
