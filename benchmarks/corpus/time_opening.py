"""Opening a store of a thousand, a hundred thousand and a million songs, each in a fresh process.

python -m benchmarks.corpus.time_opening
"""

import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from segue.corpus.manifest import Manifest, record_of
from segue.corpus.song import COLUMNS
from segue.corpus.store import RESOLUTION_FILE, SPLIT_FILE, column_file, offsets_file

NOTES = 64
ROWS = {"note": NOTES, "track": 3, "tempo": 1, "metre": 1}
REPEATS = 9

OPEN = """
import sys, time
started = time.perf_counter()
from segue.corpus import CorpusStore
imported = time.perf_counter()
store = CorpusStore.open(sys.argv[1])
opened = time.perf_counter()
store.song(len(store) // 2).pitch.sum()
print(imported - started, opened - imported, time.perf_counter() - opened)
"""


def write_store(folder: Path, n_songs: int) -> None:
    """A store of songs without music: opening looks at lengths only."""
    (folder / "columns").mkdir(parents=True)
    (folder / "offsets").mkdir()
    for kind, names in COLUMNS.items():
        offsets = np.arange(n_songs + 1, dtype=np.int64) * ROWS[kind]
        np.save(folder / offsets_file(kind), offsets)
        for name, dtype in names.items():
            np.save(folder / column_file(name), np.zeros(n_songs * ROWS[kind], dtype))
    np.save(folder / RESOLUTION_FILE, np.full(n_songs, 480, np.int32))
    np.save(folder / SPLIT_FILE, np.zeros(n_songs, np.uint8))
    files = [path for path in folder.rglob("*.npy")]
    Manifest(
        n_songs=n_songs,
        n_notes=n_songs * NOTES,
        n_clusters=n_songs,
        n_rejected=0,
        splits=dict(Counter(train=n_songs)),
        tiers={"unknown": n_songs},
        options={},
        sources=[],
        files={path.relative_to(folder).as_posix(): record_of(path) for path in files},
    ).write(folder)


def main() -> None:
    """Print a table as Markdown: medians of some fresh processes."""
    print("| songs | GB | importing ms | opening ms | first song ms |")
    print("|--:|--:|--:|--:|--:|")
    for n_songs in (1_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store"
            write_store(store, n_songs)
            size = sum(path.stat().st_size for path in store.rglob("*.npy"))
            times = []
            for _ in range(REPEATS):
                command = [sys.executable, "-c", OPEN, str(store)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                times.append([1000 * float(word) for word in done.stdout.split()])
            medians = [statistics.median(column) for column in zip(*times, strict=True)]
        cells = " | ".join(f"{value:.1f}" for value in medians)
        print(f"| {n_songs:,} | {size / 1e9:.2f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
