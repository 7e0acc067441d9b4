"""Do files of one title in one game's folder land in one cluster? And what do clusters look like?

    python -m benchmarks.corpus.title_recall CORPUS --source games-a --source games-b

A title is a file's name without case, punctuation, version numbers and makers' marks; numbers of
levels stay. Titles are not proof (two tunes may have one title, arrangements may share no melody),
but they were not used for clustering.
"""

import argparse
import random
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np

from segue.corpus import CorpusStore

MARKS = re.compile(
    r"(by\w+|_28.*29|km|xg|gm|gs|remix|rmx|edited|fixed|arranged|[-_ ]?v(er)?[\d._x-]+)+$"
)
MAX_FILES = 5
"""A title of more files than this in one folder is a generic word."""


def title(path: str) -> tuple[str, str]:
    """The folder, and the name without what distinguishes versions."""
    folder, _, name = path.rpartition("/")
    stem = name.lower().rsplit(".", 1)[0]
    return folder, re.sub(r"[^a-z0-9]", "", MARKS.sub("", stem))


def main() -> None:
    """Print the share of pairs that are together, the sizes of clusters, and some to look at."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--source", action="append", default=[], help="collections to look at")
    parser.add_argument("--show", type=int, default=10, help="clusters of each size to print")
    arguments = parser.parse_args()
    rows = CorpusStore.open(arguments.corpus).metadata.to_pylist()
    titles, clusters = defaultdict(list), defaultdict(list)
    for row in rows:
        clusters[row["cluster"]].append(row["path"])
        if row["source"] in arguments.source and len(title(row["path"])[1]) >= 8:
            titles[title(row["path"])].append(row)
    pairs = [
        pair for same in titles.values() if len(same) <= MAX_FILES for pair in combinations(same, 2)
    ]
    for what in ("cluster", "split"):
        together = np.mean([first[what] == second[what] for first, second in pairs])
        print(f"{len(pairs)} pairs of one title: {together:.1%} in one {what}")
    sizes = Counter(len(paths) for paths in clusters.values())
    print("clusters by size:", dict(sorted(sizes.items())))
    chance = random.Random(0)
    for size in (2, 3, 5, 10, 20):
        some = [paths for paths in clusters.values() if len(paths) == size]
        for paths in chance.sample(some, min(arguments.show, len(some))):
            print(f"  {size}: " + " | ".join(path[-50:] for path in paths[:6]))


if __name__ == "__main__":
    main()
