"""Export to the paper's note table: one array of (songs, N, 6), N = 300 in the paper.

A row is a note: (pitch, velocity, instrument, program, onset in seconds, duration in seconds), raw
and not normalised. *instrument* numbers the song's tracks from 0.

The paper's note order is that of Magenta's note_seq: instrument by instrument, and by time within.
So the first 300 notes of a song are often those of its first one or two instruments. That is what
`order="instrument"` gives; `order="time"` takes the notes as they sound, of all instruments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt

from segue.corpus.cards import data_card
from segue.corpus.export import CARD_NAME, Exported, export_folder, require_songs, write_ledger
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.song import Song
from segue.corpus.store import CorpusStore
from segue.corpus.summary import songs_of_tiers, summarise
from segue.encoding.paper import COLUMNS, PAPER_NOTES, NoteOrder, first_rows
from segue.errors import InputError
from segue.score import TempoMap

ARRAY_NAME: Final = "notes.npy"


def export_paper(
    store: CorpusStore,
    out: str | Path,
    *,
    n_notes: int = PAPER_NOTES,
    order: NoteOrder = "instrument",
    tiers: tuple[str, ...] = (),
    on_progress: OnProgress = ignore_progress,
) -> Exported:
    """Write the first notes of every song that has enough of them, with ledger and data card.

    Args:
        store: the corpus.
        out: the folder to make: `notes.npy`, `ledger.jsonl`, `README.md`, `SHA256SUMS`.
        n_notes: notes a song, N; songs with fewer are left out and counted.
        order: which notes are first; see the module.
        tiers: licence tiers to take; all if empty.
        on_progress: called with the number of songs that are written.

    Raises:
        InputError: `out` exists, there is no song to write, or an argument is out of range.
    """
    if n_notes < 1:
        raise InputError(f"the number of notes must be at least 1, got {n_notes}")
    if order not in get_args(NoteOrder):
        raise InputError(f'no note order "{order}"; there are {", ".join(get_args(NoteOrder))}')
    allowed = songs_of_tiers(store, tiers)
    songs = allowed[store.n_notes[allowed] >= n_notes]
    require_songs(songs, f"of the chosen tiers and has {n_notes} notes")
    left_out = {
        "of another tier": len(store) - len(allowed),
        f"fewer than {n_notes} notes": len(allowed) - len(songs),
    }
    with export_folder(Path(out)) as folder:
        shape = (len(songs), n_notes, len(COLUMNS))
        with (folder / ARRAY_NAME).open("wb") as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for row, index in enumerate(songs.tolist()):
                file.write(note_table(store.song(index), n_notes=n_notes, order=order).tobytes())
                on_progress(Progress("export", row + 1, len(songs)))
        write_ledger(folder, store, songs)
        card = data_card(
            f"Note tables of {len(songs):,} songs",
            _layout(shape, order, left_out),
            summarise(store, songs),
            store.manifest,
        )
        (folder / CARD_NAME).write_text(card, encoding="utf-8")
    return Exported(Path(out), len(songs), left_out)


def note_table(
    song: Song, *, n_notes: int = PAPER_NOTES, order: NoteOrder = "instrument"
) -> npt.NDArray[np.float32]:
    """The first notes of a song as rows of `COLUMNS`, (at most n_notes, 6), float32."""
    first = first_rows(song.track, song.onset, order=order, n_notes=n_notes)
    tempo_map = TempoMap.of(ticks=song.tempo_ticks, us_per_quarter=song.tempo_us)
    onset = song.onset[first].astype(np.int64)
    onset_s = tempo_map.seconds_at(onset, song.ticks_per_quarter)
    offset_s = tempo_map.seconds_at(onset + song.duration[first], song.ticks_per_quarter)
    track = song.track[first]
    columns: list[npt.NDArray[Any]] = [
        song.pitch[first],
        song.velocity[first],
        track,
        song.track_program[track],
        onset_s,
        offset_s - onset_s,
    ]
    return np.stack(columns, axis=1).astype("<f4")


def _layout(shape: tuple[int, int, int], order: NoteOrder, left_out: dict[str, int]) -> str:
    said = {
        "instrument": "instrument by instrument, as note_seq and the paper have them",
        "time": "by onset, all instruments together",
    }
    reasons = "; ".join(f"{count:,} {reason}" for reason, count in left_out.items())
    return (
        f"- `{ARRAY_NAME}`: float32, {shape}: song, note, ({', '.join(COLUMNS)}). Notes are"
        f" {said[order]}; times are seconds, nothing is normalised.\n"
        f"- `ledger.jsonl`: line i is song i, with its source, licence tier and split.\n"
        f"- `SHA256SUMS`: checksums, for `sha256sum --check`.\n\n"
        f"Left out of the corpus: {reasons}.\n\n"
        f'```python\nimport numpy as np\n\nnotes = np.load("{ARRAY_NAME}", mmap_mode="r")\n```'
    )
