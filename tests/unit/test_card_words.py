"""What the cards of shipped models say of their corpus is the corpus's own count."""

import json
from types import SimpleNamespace
from typing import Any

from scripts.card_words import card_words
from segue.models.folder import model_folder

COUNTS = {"train": 23_015, "valid": 4_892, "test": 4_947}
TIERS = {"open": 497, "research": 31_416, "unclear": 941}


def words(**counts: Any) -> dict[str, str]:
    manifest: Any = SimpleNamespace(
        **({"n_songs": 32_854, "splits": COUNTS, "tiers": TIERS} | counts)
    )
    return card_words(manifest)


def test_a_card_has_the_counts_of_the_corpus() -> None:
    data = words(n_songs=1_234, tiers=TIERS | {"unclear": 77})["data"]

    assert "a corpus of 1,234 MIDI files" in data
    assert "23,015 songs, the train split" in data
    assert "77 (orchestral)" in data


def test_every_title_of_the_words_is_on_the_shipped_card() -> None:
    card = json.loads((model_folder("band") / "card.json").read_text(encoding="utf-8"))
    assert set(words()) <= set(card)
