"""How long a shingle, and how strict a threshold? Recall by titles against merging across folders.

    python -m benchmarks.corpus.shingle_length CORPUS --source games-a

Only for collections whose folders are works (games), so that a cluster over several folders is
suspicious, though not wrong by itself: sequels quote, and medleys exist.
"""

import argparse
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.corpus.title_recall import MAX_FILES, title
from segue.corpus import CorpusStore, shingles
from segue.corpus.clusters import cluster_songs
from segue.corpus.shards import song_fingerprint

LENGTHS = (5, 6, 7, 9)
THRESHOLDS = (0.05, 0.1, 0.2)


def same_titles(paths: list[str]) -> list[tuple[int, int]]:
    """Pairs of songs of one title in one folder."""
    titles = defaultdict(list)
    for index, path in enumerate(paths):
        if len(title(path)[1]) >= 8:
            titles[title(path)].append(index)
    return [
        pair for same in titles.values() if len(same) <= MAX_FILES for pair in combinations(same, 2)
    ]


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--source", default="games-a")
    arguments = parser.parse_args()
    store = CorpusStore.open(arguments.corpus)
    songs = np.flatnonzero(np.array(store.metadata["source"].to_pylist()) == arguments.source)
    paths = store.metadata["path"].take(songs).to_pylist()
    folders = np.array([path.rpartition("/")[0] for path in paths])
    pairs = np.array(same_titles(paths))
    print("| intervals | threshold | tunes | largest | titles together | over folders |")
    print("|--:|--:|--:|--:|--:|--:|")
    for length in LENGTHS:
        shingles.INTERVALS_PER_SHINGLE = length  # type: ignore[misc]
        sets = [song_fingerprint(store.song(index)) for index in songs.tolist()]
        offsets = np.cumsum([0, *map(len, sets)])
        joined = np.concatenate(sets)
        for threshold in THRESHOLDS:
            labels = cluster_songs(joined, offsets, similarity=threshold)
            sizes = np.bincount(labels)
            together = np.mean(labels[pairs[:, 0]] == labels[pairs[:, 1]])
            works = defaultdict(set)
            for label, folder in zip(labels.tolist(), folders.tolist(), strict=True):
                works[label].add(folder)
            spread = np.mean(
                [len(works[label]) > 1 for label in np.flatnonzero(sizes > 1).tolist()]
            )
            print(
                f"| {length} | {threshold} | {len(sizes):,} | {sizes.max()} | {together:.1%} |"
                f" {spread:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
