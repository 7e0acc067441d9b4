"""How much memory and time finishing a corpus takes, by the number of songs: shards that were made
up are searched for duplicates, split and stored, each number in a process of its own.

The songs are short (16 notes, 64 shingles), since the memory that grows with the number of songs
does not depend on their length; one in five is a near-duplicate of one before it. What is in memory
at once whatever their number (a block of shingles, a group of rows) is made small here, so that it
does not hide what grows.

    python -m benchmarks.corpus.memory_of_finishing --songs 100000 300000
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from segue.corpus.options import CorpusOptions
from segue.corpus.progress import Progress
from segue.corpus.shards import _write
from segue.corpus.share import FILES_PER_SLICE
from segue.corpus.song import COLUMNS, Song

SHINGLES = 64
NOTES = 16


def main() -> None:
    """Print a line for each number of songs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--child", action="store_true", help="finish here and print the figures")
    arguments = parser.parse_args()
    if arguments.child:
        measure(arguments.songs[0])
        return
    print("| songs | MiB at its peak | bytes a song above where it began | CPU s | phases |")
    print("|--:|--:|--:|--:|---|")
    for n_songs in arguments.songs:
        call = [sys.executable, "-m", "benchmarks.corpus.memory_of_finishing", "--child", "--songs"]
        subprocess.run([*call, str(n_songs)], check=True)


def measure(n_songs: int) -> None:
    """Make shards, finish them, and print how it went."""
    from segue.corpus import metadata, rarity
    from segue.corpus.finish import finish

    vars(rarity)["_BLOCK"], vars(metadata)["ROWS_AT_ONCE"] = 1 << 17, 1 << 10
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shards = make_shards(folder, n_songs)
        peak = Peak()
        before, began = peak.now(), time.process_time()
        phases: dict[str, float] = {}

        def on_progress(progress: Progress) -> None:
            phases[progress.phase] = time.process_time() - began

        finish(shards, folder / "work", CorpusOptions(min_notes=1), on_progress=on_progress)
        seconds, most = time.process_time() - began, peak.stop()
    told = ", ".join(f"{name} until {at:.0f}" for name, at in phases.items())
    each = (most - before) / n_songs
    print(f"| {n_songs:,} | {most / 2**20:,.0f} | {each:,.0f} | {seconds:,.0f} | {told} |")


def make_shards(folder: Path, n_songs: int) -> list[Path]:
    """Shards of songs that were made up."""
    random = np.random.default_rng(1)
    shards, earlier = [], random.integers(0, 2**32, (64, SHINGLES), np.uint32)
    note = {name: np.arange(NOTES).astype(dtype) for name, dtype in COLUMNS["note"].items()}
    note |= {"duration": np.ones(NOTES, np.int32), "track": np.zeros(NOTES, np.uint8)}
    rest = {
        name: np.ones(1, dtype)
        for kind in ("track", "tempo", "metre")
        for name, dtype in COLUMNS[kind].items()
    }
    song = Song(ticks_per_quarter=480, **note, **rest)
    for start in range(0, n_songs, FILES_PER_SLICE):
        rows, sets = [], []
        for number in range(start, min(start + FILES_PER_SLICE, n_songs)):
            own = random.integers(0, 2**32, SHINGLES, np.uint32)
            if number % 5 == 4:
                own[: SHINGLES // 2] = earlier[random.integers(len(earlier)), : SHINGLES // 2]
            earlier[random.integers(len(earlier))] = own
            sets.append(np.unique(own))
            rows.append(row(number, len(sets[-1])))
        shards.append(folder / f"{start:09d}.npz")
        _write(shards[-1], rows, [], [song] * len(rows), sets)
    return shards


def row(number: int, n_shingles: int) -> dict[str, object]:
    """What a shard says of a song."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    names = {"path": f"some/folder/of/a/collection/{digest[:8]}/{number}.mid", "archive": "made-up"}
    return {
        **names, "source": "made-up", "origin": "nobody", "tier": "open", "licence": "CC0-1.0",
        "sha256": digest, "music_sha256": digest, "ticks_per_quarter": 480, "n_notes": NOTES,
        "n_tracks": 1, "n_bars": 4, "seconds": 8.0, "has_drums": False, "n_instruments": 1,
        "n_tempos": 1, "n_metres": 1, "metre": "4/4", "repairs": 0, "rescued": 0,
        "n_shingles": n_shingles,
    }  # fmt: skip


class Peak:
    """Watches how much memory this process has to itself; mapped files are the system's."""

    def __init__(self) -> None:
        self._most, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def now(self) -> int:
        """Bytes of memory that are not of files."""
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        return 0

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._most = max(self._most, self.now())

    def stop(self) -> int:
        """The most that was seen."""
        self._ended.set()
        self._thread.join()
        return self._most


if __name__ == "__main__":
    main()
