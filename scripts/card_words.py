"""The words of the cards of shipped models, with the counts of the corpus that made them."""

import tomllib
from pathlib import Path
from typing import Final

from segue.corpus.manifest import Manifest

WORDS: Final = Path(__file__).with_name("card.toml")


def card_words(manifest: Manifest) -> dict[str, str]:
    """What card.toml says, by title; counts of songs, splits and licence tiers are the corpus's.

    Raises:
        KeyError: the words name a split or tier that the corpus does not have.
    """
    counts = {"songs": manifest.n_songs, **manifest.splits, **manifest.tiers}
    words: dict[str, str] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {title: text.format_map(counts) for title, text in words.items()}
