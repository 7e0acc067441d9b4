"""Opening the index, and searching takes in it: milliseconds.

    python -m benchmarks.novelty.time_search CORPUS INDEX

A take here is eight bars of a test song with the eight before it as its prompt; the widest have ten
pitched tracks and more. "Longest" is all that a report needs, "places" also names the songs of the
16 longest passages. Wall time and CPU time, after one take that warms the file cache.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from segue.corpus import CorpusStore
from segue.evaluation.copies.yardstick import Heard, draw_heard
from segue.models.folder import model_folder
from segue.novelty import PassageIndex, lines_of_score, read_known_music
from segue.novelty.known import FILE_NAME
from segue.novelty.search import PassageSearch

TAKES = 200


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the wall and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def row(name: str, heard: list[Heard], act: Callable[[Heard], object]) -> str:
    """A row of the table: quantiles of how long `act` takes on each excerpt."""
    act(heard[0])
    times = np.array([timed(partial(act, each)) for each in heard])
    middle, high, most = np.quantile(times, [0.5, 0.95, 1], axis=0)
    cells = [f"{middle[0]:.1f}", f"{high[0]:.1f}", f"{most[0]:.1f}", f"{middle[1]:.1f}"]
    return f"| {name} | {len(heard)} | " + " | ".join([*cells, f"{high[1]:.1f}"]) + " |"


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    arguments = parser.parse_args()
    opening = [timed(lambda: PassageIndex.open(arguments.index))[0] for _ in range(20)]
    store, index = CorpusStore.open(arguments.corpus), PassageIndex.open(arguments.index)
    size = sum(path.stat().st_size for path in arguments.index.rglob("*.npy"))
    manifest = index.manifest
    print(f"{manifest.n_songs:,} songs, {manifest.n_tokens:,} tokens, {size / 1e9:.2f} GB;")
    print(f"opened in {np.median(opening):.1f} ms (median of 20).\n")
    known_file = model_folder("band") / FILE_NAME
    print(f"Reading the fingerprint: {timed(lambda: read_known_music(known_file))[0]:.0f} ms.\n")
    known = read_known_music(known_file)
    search = PassageSearch(index, store)
    heard = draw_heard(store, split="test", count=TAKES, n_bars=8, seed=21)
    wide = [each for each in heard if len(lines_of_score(each.new)) > 10]
    print("| | takes | wall ms, median | 95 % | most | CPU ms, median | 95 % |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, some in (("all", heard), ("ten tracks or more", wide)):
        acts: dict[str, Callable[[Heard], object]] = {
            "longest, exactly": lambda e: known.exact_report(e.new, index, own=[e.own]),
            "with places": lambda e: search.find(e.new, own=[e.own]),
            "longest, by the fingerprint": lambda e: known.report(e.new, own=[e.own]),
        }
        for what, act in acts.items():
            print(row(f"{what}: {name}", some, act), flush=True)


if __name__ == "__main__":
    main()
