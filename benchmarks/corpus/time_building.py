"""Building a corpus and opening it: seconds, files a second, memory.

python -m benchmarks.corpus.time_building CORPORA --workers 2
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from segue.corpus import CorpusOptions, CorpusStore, Progress, build_corpus


def cpu_seconds() -> float:
    """CPU time of this process and of its dead children, which is what the workers are by now."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_gib(workers: int) -> float:
    """An upper bound: the peak of this process, and as many times that of the largest worker."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + (child * workers if workers > 1 else 0)) / 2**20


def build(sources: list[Path], workers: int, *, near_duplicates: bool) -> None:
    """Build once into a temporary folder and print a row."""
    phases: dict[str, float] = {}
    started, cpu = time.perf_counter(), cpu_seconds()

    def note(progress: Progress) -> None:
        phases[progress.phase] = time.perf_counter() - started

    with tempfile.TemporaryDirectory() as folder:
        options = CorpusOptions(near_duplicates=near_duplicates)
        out = Path(folder) / "out"
        manifest = build_corpus(sources, out, options, workers=workers, on_progress=note)
        wall, cpu = time.perf_counter() - started, cpu_seconds() - cpu
        opening = time.perf_counter()
        CorpusStore.open(out)
        opening = time.perf_counter() - opening
    said = "yes" if near_duplicates else "no"
    print(
        f"| {manifest.n_songs:,} | {manifest.n_notes:,} | {said} | {workers} | {wall:.1f} |"
        f" {phases['parse']:.1f} | {cpu:.1f} | {manifest.n_songs / cpu:,.0f} |"
        f" {manifest.n_notes / cpu:,.0f} | {peak_gib(workers):.2f} | {opening * 1000:.1f} |",
        flush=True,
    )


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    print(
        "| songs | notes | near-duplicates | workers | s | of it parsing | CPU s | files/CPU s |"
        " notes/CPU s | at most GiB | opening ms |"
    )
    print("|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for near_duplicates in (False, True):
        build(arguments.sources, arguments.workers, near_duplicates=near_duplicates)


if __name__ == "__main__":
    main()
