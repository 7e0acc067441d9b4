"""Corpora: from folders and archives of MIDI files to a memory-mapped store, and out again.

`build_corpus` makes a store, `CorpusStore.open` reads it. The names below are imported when they
are first used, so that opening a store loads no parser and no clustering.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segue.corpus.build import build_corpus
    from segue.corpus.options import CorpusOptions
    from segue.corpus.progress import Progress
    from segue.corpus.song import Song
    from segue.corpus.store import CorpusStore

__all__ = ["CorpusOptions", "CorpusStore", "Progress", "Song", "build_corpus"]

_PLACES = {
    "CorpusOptions": "segue.corpus.options",
    "CorpusStore": "segue.corpus.store",
    "Progress": "segue.corpus.progress",
    "Song": "segue.corpus.song",
    "build_corpus": "segue.corpus.build",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
