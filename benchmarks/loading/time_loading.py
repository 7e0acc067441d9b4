"""Time an epoch of loading, as in the paper's section 4.3, in five ways on the same songs.

Only loading is timed: every batch of note tables arrives where the model would read it, and nothing
is trained. Prints a Markdown table.

    python -m benchmarks.loading.time_loading SOURCE... --songs 2000
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.corpus.sampling import write_sample
from segue.corpus import CorpusOptions
from segue.corpus.export_paper import note_table
from segue.corpus.parse import Rejected, parse_song
from segue.encoding.paper_normalisation import TimeScale
from segue.paper.config import Residence
from segue.paper.representation import Embedded
from segue.paper.residence import ResidentSongs

N_NOTES = 300
OPTIONS = CorpusOptions(min_notes=N_NOTES)

Epoch = Callable[[Tensor], Iterator[Tensor]]
"""From the order of the songs to the batches."""


class MidiFiles(Dataset[Tensor]):
    """Songs that are converted from MIDI whenever they are asked for."""

    def __init__(self, paths: list[Path], scale: TimeScale) -> None:
        self.paths, self.coding = paths, Embedded(scale)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        table = note_table(parse_song(self.paths[index].read_bytes(), OPTIONS).song)
        return torch.from_numpy(self.coding.code(table))


class ArrayFiles(Dataset[Tensor]):
    """Songs that lie in a .npy file each."""

    def __init__(self, paths: list[Path], scale: TimeScale) -> None:
        self.paths, self.coding = paths, Embedded(scale)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        return torch.from_numpy(self.coding.code(np.load(self.paths[index])))


def usable(folder: Path) -> tuple[list[Path], np.ndarray]:
    """The files that have enough notes, and their tables, (songs, N, 6)."""
    paths, tables = [], []
    for path in sorted(folder.glob("*.mid")):
        try:
            table = note_table(parse_song(path.read_bytes(), OPTIONS).song)
        except Rejected:
            continue
        paths.append(path)
        tables.append(table)
    return paths, np.stack(tables)


def by_loader(songs: Dataset[Tensor], batch: int, workers: int) -> Epoch:
    """Batches through PyTorch's DataLoader."""

    def epoch(order: Tensor) -> Iterator[Tensor]:
        yield from DataLoader(songs, batch, sampler=order.tolist(), num_workers=workers)

    return epoch


def by_residence(songs: ResidentSongs, batch: int) -> Epoch:
    """Batches from where the songs are."""

    def epoch(order: Tensor) -> Iterator[Tensor]:
        for first in range(0, len(order), batch):
            yield songs.batch(order[first : first + batch])

    return epoch


def processor_s() -> float:
    """Of this process and of its workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def seconds(epoch: Epoch, n_songs: int, repeats: int) -> tuple[float, float]:
    """The median wall and processor time of an epoch, workers included."""
    walls, cpus = [], []
    for repeat in range(repeats):
        order = torch.randperm(n_songs, generator=torch.Generator().manual_seed(repeat))
        wall, cpu = time.perf_counter(), processor_s()
        count = sum(len(table) for table in epoch(order))
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        walls.append(time.perf_counter() - wall)
        cpus.append(processor_s() - cpu)
        assert count == n_songs
    return statistics.median(walls), statistics.median(cpus)


def main() -> None:
    """Time all ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--songs", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)  # picking rows is too little work for several
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(asked.sources, folder, asked.songs)
        midi, tables = usable(folder)
        arrays = [path.with_suffix(".npy") for path in midi]
        for path, table in zip(arrays, tables, strict=True):
            np.save(path, table)
        np.save(folder / "packed.npy", tables)
        packed = np.load(folder / "packed.npy", mmap_mode="r")
        scale = TimeScale.fit(tables)
        cpu = torch.device("cpu")
        ways = {
            "(a) converted from MIDI, 0 workers": by_loader(MidiFiles(midi, scale), asked.batch, 0),
            "(a) converted from MIDI, 2 workers": by_loader(MidiFiles(midi, scale), asked.batch, 2),
            "(b) a .npy a song, 0 workers": by_loader(ArrayFiles(arrays, scale), asked.batch, 0),
            "(b) a .npy a song, 2 workers": by_loader(ArrayFiles(arrays, scale), asked.batch, 2),
        }
        devices: dict[str, tuple[Residence, torch.device]] = {
            "(c) packed, mapped": ("mapped", cpu),
            "(d) packed, in memory": ("memory", cpu),
        }
        devices["(d) packed, in shared memory"] = ("shared", cpu)
        if torch.cuda.is_available():
            devices["(e) packed, on the GPU"] = ("device", torch.device("cuda"))
        for label, (residence, device) in devices.items():
            songs = ResidentSongs(packed, Embedded(scale), residence, device)
            ways[label] = by_residence(songs, asked.batch)
        print(f"{len(midi)} songs of {N_NOTES} notes, batches of {asked.batch}\n")
        print(
            "| way | seconds an epoch | of processor, workers included | songs/s |\n"
            "|---|--:|--:|--:|"
        )
        for label, epoch in ways.items():
            wall, processor = seconds(epoch, len(midi), asked.repeats)
            print(
                f"| {label} | {wall:.3f} | {processor:.3f} | {len(midi) / wall:,.0f} |", flush=True
            )


if __name__ == "__main__":
    main()
