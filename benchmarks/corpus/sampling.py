"""The files that the parsers are timed on: a fixed number, evenly spread over some archives."""

import sys
from pathlib import Path

from segue.corpus.sources import find_sources


def write_sample(sources: list[Path], folder: Path, n_files: int) -> int:
    """Copy every k-th file of the sources into a folder; returns how many there are."""
    found = find_sources(sources)
    counts = [source.survey().n_files for source in found]
    if None in counts:
        sys.exit("the archives need their ledgers beside them, which say how many files they hold")
    step = sum(count or 0 for count in counts) // n_files
    position = written = 0
    for source in found:
        for member in source.members():
            if position % step == step // 2 and written < n_files:
                (folder / f"{written:04}.mid").write_bytes(member.data)
                written += 1
            position += 1
    return written
