"""Giving a corpus to others on the Hugging Face hub, where `datasets` loads it.

Only songs with an open licence may be passed on. A corpus that has others is refused, with the
reason, until only its open songs are asked for; there is no way round it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from segue.corpus.cards import TIER_MEANINGS
from segue.corpus.export import Exported
from segue.corpus.export_huggingface import export_huggingface
from segue.corpus.ledger import OPEN_TIER
from segue.corpus.progress import OnProgress, ignore_progress
from segue.corpus.store import CorpusStore
from segue.errors import CorpusError
from segue.hub import Address, upload

__all__ = ["push_corpus"]


def push_corpus(
    store: CorpusStore,
    address: Address,
    *,
    tiers: tuple[str, ...] = (),
    name: str = "Multi-instrument MIDI",
    private: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Exported, str]:
    """Put a corpus's songs, ledger and data card into a repository of datasets.

    Args:
        store: the corpus.
        address: the repository, which is made if there is none.
        tiers: licence tiers to take; all if empty.
        name: the dataset's title.
        private: whether a repository that is made is for those only who may see it.
        on_progress: called with the number of songs that are written.

    Returns:
        What was exported, and where people find it.

    Raises:
        CorpusError: a song that would be passed on has no open licence.
        InputError: as `export_huggingface` and `upload`.
    """
    _check_open(store, tiers)
    with TemporaryDirectory(prefix="segue-") as folder:
        out = Path(folder) / "dataset"
        done = export_huggingface(store, out, tiers=tiers, name=name, on_progress=on_progress)
        return done, upload(out, address, kind="dataset", private=private)


def _check_open(store: CorpusStore, tiers: tuple[str, ...]) -> None:
    counts = store.manifest.tiers
    closed = [tier for tier in tiers or counts if tier != OPEN_TIER and counts.get(tier)]
    if not closed:
        return
    tier = closed[0]
    meaning = TIER_MEANINGS.get(tier, "only the open tier may be passed on")
    way_out = (
        f"; --tier {OPEN_TIER} passes on the {counts[OPEN_TIER]:,} open songs alone"
        if counts.get(OPEN_TIER)
        else "; state licences in a ledger beside the sources, and build the corpus again"
    )
    raise CorpusError(
        f"{store.path}: {counts[tier]:,} songs may not be passed on, of the tier {tier!r} "
        f"({meaning}){way_out}"
    )
