"""Watch this process's memory while it converts many MIDI files: the paper's converter leaked.

python -m benchmarks.loading.watch_memory SOURCE... --files 30000
"""

import argparse
from itertools import chain, islice
from pathlib import Path

from segue.corpus import CorpusOptions
from segue.corpus.export_paper import note_table
from segue.corpus.parse import Rejected, parse_song
from segue.corpus.sources import find_sources

EVERY = 3000


def resident_mib() -> float:
    """What this process has in memory, of Linux's /proc."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def main() -> None:
    """Convert and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=30_000)
    asked = parser.parse_args()
    options = CorpusOptions(min_notes=1)
    members = chain.from_iterable(source.members() for source in find_sources(asked.sources))
    print("| files | notes in the tables | resident MiB |\n|--:|--:|--:|")
    notes = 0
    for count, member in enumerate(islice(members, asked.files), start=1):
        try:
            notes += len(note_table(parse_song(member.data, options).song))
        except Rejected:
            continue
        if count % EVERY == 0 or count == asked.files:
            print(f"| {count:,} | {notes:,} | {resident_mib():.0f} |", flush=True)


if __name__ == "__main__":
    main()
