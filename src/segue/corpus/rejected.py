"""`rejected.jsonl`: a line for each file that was left out, with its reason.

Files that cannot be used come first, in the order of the sources; then the exact duplicates, each
with the copy that stays. That copy may come later in the corpus, so the duplicates' lines and the
names of the copies wait in files of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from segue.corpus.stock import Stock

__all__ = ["RejectedWriter"]

_IDENTITY: Final = ("path", "archive", "source", "origin", "tier", "licence", "sha256")


class RejectedWriter:
    """Writes the file; a context.

    Attributes:
        by_archive: how many files of each archive were left out.
    """

    def __init__(self, path: Path, stock: Stock) -> None:
        self.by_archive: Counter[str] = Counter()
        self._stock = stock
        self._has_copies = np.zeros(len(stock.keeper), np.bool_)
        self._has_copies[stock.keeper[~stock.is_kept]] = True
        self._name_at = np.full(int(self._has_copies.sum()), -1, np.int64)
        self._number = np.cumsum(self._has_copies) - 1
        self._files = ExitStack()
        self._file = self._files.enter_context(path.open("w", encoding="utf-8"))
        self._waiting = [path.with_suffix(f".{kind}.tmp") for kind in ("names", "dropped")]
        self._names, self._dropped = (
            self._files.enter_context(waiting.open("w+b")) for waiting in self._waiting
        )

    def __enter__(self) -> Self:
        """The file is empty."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything, and remove what waited."""
        self._files.close()
        for path in self._waiting:
            path.unlink()

    def add(self, record: Mapping[str, Any]) -> None:
        """Add a file that cannot be used, with its `reason`."""
        self.by_archive[record["archive"]] += 1
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def see(self, song: int, row: Mapping[str, Any]) -> None:
        """Remember a song if it is a copy that is left out, or one that stays instead."""
        if self._has_copies[song]:
            self._name_at[self._number[song]] = self._names.tell()
            self._names.write(json.dumps(f"{row['path']} of {row['archive']}").encode() + b"\n")
        elif self._stock.keeper[song] != song:
            identity = {name: row[name] for name in _IDENTITY}
            self._dropped.write(json.dumps([song, identity]).encode() + b"\n")

    def finish(self) -> None:
        """Add the exact duplicates, once all songs have been seen."""
        self._dropped.seek(0)
        for line in self._dropped:
            song, identity = json.loads(line)
            keeper = int(self._stock.keeper[song])
            checksums = self._stock.checksums
            same = "bytes" if (checksums[song] == checksums[keeper]).all() else "music"
            self._names.seek(self._name_at[self._number[keeper]])
            name = json.loads(self._names.readline())
            self.add({**identity, "reason": f"the same {same} as {name}"})
