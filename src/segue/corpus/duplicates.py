"""Exact duplicates: the same bytes, or the same music saved again with other texts or controllers.

One copy stays: one with an open licence if there is one, else the first. (Near-duplicates all stay,
and go to one split together: see `clusters`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segue.corpus.ledger import OPEN_TIER


def exact_duplicates(rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    """The rows to leave out, each with the reason that names the copy which stays.

    Args:
        rows: one record a song with at least `path`, `archive`, `tier`, `sha256`, `music_sha256`.
    """
    keeper: dict[str, int] = {}
    dropped: dict[int, str] = {}
    by_preference = sorted(range(len(rows)), key=lambda i: (rows[i]["tier"] != OPEN_TIER, i))
    for index in by_preference:
        row = rows[index]
        first = keeper.setdefault(row["music_sha256"], index)
        if first != index:
            same = "bytes" if rows[first]["sha256"] == row["sha256"] else "music"
            dropped[index] = f"the same {same} as {rows[first]['path']} of {rows[first]['archive']}"
    return dropped
