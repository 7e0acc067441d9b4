"""Export to a folder that Hugging Face `datasets` loads: Parquet files by split, and a data card.

`datasets.load_dataset(FOLDER)` gives one example a song: its metadata, and its notes, tracks, tempo
and metre as lists. The `datasets` package is not needed to write it. Our split "valid" is called
"validation" there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.cards import data_card
from segue.corpus.export import CARD_NAME, Exported, export_folder, require_songs, write_ledger
from segue.corpus.ledger import OPEN_TIER
from segue.corpus.metadata import FIELDS
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.song import COLUMNS
from segue.corpus.split import SPLITS
from segue.corpus.store import CorpusStore
from segue.corpus.summary import Summary, songs_of_tiers, summarise

if TYPE_CHECKING:
    import pyarrow as pa

SPLIT_NAMES: Final = {"train": "train", "valid": "validation", "test": "test"}
SONGS_PER_FILE: Final = 4096
SONGS_PER_ROW_GROUP: Final = 256
"""Small row groups, so that neither the writer nor a streaming reader holds many songs at once."""


def export_huggingface(
    store: CorpusStore,
    out: str | Path,
    *,
    tiers: tuple[str, ...] = (),
    name: str = "Multi-instrument MIDI",
    on_progress: OnProgress = ignore_progress,
) -> Exported:
    """Write a corpus as a `datasets` folder.

    Args:
        store: the corpus.
        out: the folder to make: `data/SPLIT-*.parquet`, `README.md`, `ledger.jsonl`, `SHA256SUMS`.
        tiers: licence tiers to take; all if empty.
        name: the dataset's title.
        on_progress: called with the number of songs that are written.

    Raises:
        InputError: `out` exists, or there is no song of these tiers.
    """
    allowed = songs_of_tiers(store, tiers)
    require_songs(allowed, "of the chosen tiers")
    by_split = {name: np.intersect1d(store.split(name), allowed) for name in SPLITS}
    done = 0

    def on_songs(n_songs: int) -> None:
        nonlocal done
        done += n_songs
        on_progress(Progress("export", done, len(allowed)))

    with export_folder(Path(out)) as folder:
        (folder / "data").mkdir()
        for split, songs in by_split.items():
            _write_split(folder / "data", SPLIT_NAMES[split], store, songs, on_songs)
        ordered = np.concatenate(list(by_split.values()))
        write_ledger(folder, store, ordered)
        summary = summarise(store, ordered)
        card = data_card(name, _layout(), summary, store.manifest)
        (folder / CARD_NAME).write_text(_header(name, summary) + card, encoding="utf-8")
    return Exported(Path(out), len(allowed), {"of another tier": len(store) - len(allowed)})


def _write_split(
    folder: Path,
    split: str,
    store: CorpusStore,
    songs: npt.NDArray[np.int64],
    on_songs: Callable[[int], None],
) -> None:
    import pyarrow.parquet as pq

    n_files = -(-len(songs) // SONGS_PER_FILE)
    for number in range(n_files):
        path = folder / f"{split}-{number:05d}-of-{n_files:05d}.parquet"
        part = songs[number * SONGS_PER_FILE : (number + 1) * SONGS_PER_FILE]
        groups = np.split(part, range(SONGS_PER_ROW_GROUP, len(part), SONGS_PER_ROW_GROUP))
        with pq.ParquetWriter(
            path, songs_table(store, part[:1]).schema, compression="zstd"
        ) as file:
            for group in groups:
                file.write_table(songs_table(store, group))
                on_songs(len(group))


def songs_table(store: CorpusStore, songs: npt.NDArray[np.int64]) -> pa.Table:
    """Some songs as an Arrow table: the metadata's columns, then each store column as a list."""
    import pyarrow as pa

    table = store.metadata.take(songs)
    chosen = [store.song(index) for index in songs.tolist()]
    for names in COLUMNS.values():
        for name in names:
            parts = [song.column(name) for song in chosen]
            offsets = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
            values = pa.array(np.concatenate(parts))
            table = table.append_column(name, pa.ListArray.from_arrays(pa.array(offsets), values))
    return table


def _layout() -> str:
    columns = "\n".join(
        f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in FIELDS.items()
    )
    lists = "\n".join(
        f"| `{name}` | list of {np.dtype(dtype).name} | {_LIST_MEANINGS[name]} |"
        for names in COLUMNS.values()
        for name, dtype in names.items()
    )
    return (
        "- `data/SPLIT-*.parquet`: one row a song.\n"
        "- `ledger.jsonl`: source, licence tier, licence and split of each song.\n"
        "- `SHA256SUMS`: checksums, for `sha256sum --check`.\n\n"
        '```python\nfrom datasets import load_dataset\n\nsongs = load_dataset("FOLDER")\n```\n\n'
        f"| column | type | meaning |\n|---|---|---|\n{columns}\n{lists}"
    )


_LIST_MEANINGS: Final = {
    "onset": "of each note, in ticks",
    "duration": "of each note, in ticks",
    "pitch": "of each note, 0 to 127",
    "velocity": "of each note, 1 to 127",
    "track": "of each note, from 0",
    "track_program": "General MIDI program of each track, 0 to 127",
    "track_is_drum": "whether each track is a drum kit",
    "tempo_ticks": "where each tempo begins, in ticks",
    "tempo_us": "each tempo, in microseconds a quarter",
    "metre_ticks": "where each metre begins, in ticks",
    "metre_numerator": "its upper number",
    "metre_denominator": "its lower number",
}


def _header(name: str, summary: Summary) -> str:
    """The card's YAML: what the hub shows, and which files are which split."""
    files = [
        f"  - split: {SPLIT_NAMES[split]}\n    path: data/{SPLIT_NAMES[split]}-*.parquet"
        for split, group in summary.splits.items()
        if group.songs
    ]
    only_open = set(summary.tiers) == {OPEN_TIER}
    fields: dict[str, Any] = {
        "pretty_name": name,
        "license": "other",
        "license_name": "per-song-see-ledger" if only_open else "not-for-redistribution",
        "license_link": "ledger.jsonl",
        "size_categories": f"\n- {_size_category(summary.whole.songs)}",
        "tags": "\n- music\n- midi\n- symbolic-music",
        "configs": "\n- config_name: default\n  data_files:\n" + "\n".join(files),
    }
    lines = [
        f"{key}:{'' if value.startswith(chr(10)) else ' '}{value}" for key, value in fields.items()
    ]
    return "---\n" + "\n".join(lines) + "\n---\n\n"


def _size_category(n_songs: int) -> str:
    bounds = [
        (1_000, "n<1K"),
        (10_000, "1K<n<10K"),
        (100_000, "10K<n<100K"),
        (1_000_000, "100K<n<1M"),
    ]
    return next((label for bound, label in bounds if n_songs < bound), "1M<n<10M")
