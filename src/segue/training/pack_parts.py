"""A packed training set in archives that can be carried to another machine, and put together there.

Each archive is a pack of its own, so that training can begin with the first while the others are
still on their way; the first ones hold the first song of every tune. Compressed, 94 million notes
are some 60 MB.
"""

import io
import itertools
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.errors import CorpusError
from segue.files import json_bytes, make_folder, replacing, write_bytes
from segue.training.packing import PACK_NAME, Pack

_ENDS: Final = ("bars/note_end",)
"""Columns that count rows of others, each from the beginning of the pack, without a first 0."""
_BEGINS: Final = ("songs/bar", "songs/part")
"""The same with a first 0."""

Columns = dict[str, npt.NDArray[Any]]


def columns_of(pack: Pack, first: int, last: int) -> Columns:
    """The columns of the songs [first, last) of a pack, counted from their own beginning."""
    bars = slice(int(pack.bar_of_song[first]), int(pack.bar_of_song[last]))
    parts = slice(int(pack.part_of_song[first]), int(pack.part_of_song[last]))
    begin = pack.first_note(bars.start)
    end = int(pack.note_end[bars.stop - 1])
    rows = {"notes": slice(begin, end), "bars": bars, "parts": parts, "songs": slice(first, last)}
    found: Columns = {}
    for name in pack.card["columns"]:
        column = np.load(pack.path / f"{name}.npy", mmap_mode="r")
        if name in _ENDS:
            found[name] = column[bars] - begin
        elif name in _BEGINS:
            found[name] = column[first : last + 1] - column[first]
        else:
            found[name] = column[rows[name.split("/")[0]]]
    return found


def write_archives(pack: Pack, folder: Path, n_parts: int) -> list[Path]:
    """Write a pack as `part-1.tar.xz`, `part-2.tar.xz`, ...; each with about as many songs.

    Raises:
        CorpusError: there are fewer songs than parts.
        InputError: the folder cannot be written.
    """
    if not 1 <= n_parts <= len(pack):
        raise CorpusError(f"{pack.path}: {len(pack)} songs cannot be {n_parts} parts")
    edges = np.linspace(0, len(pack), n_parts + 1).astype(int).tolist()
    make_folder(folder)
    written = []
    for number, (first, last) in enumerate(itertools.pairwise(edges), 1):
        path = folder / f"part-{number}.tar.xz"
        columns = columns_of(pack, first, last)
        files = {f"{name}.npy": _as_npy(column) for name, column in columns.items()}
        files[PACK_NAME] = _card(pack.card, columns)
        with replacing(path) as temporary, tarfile.open(temporary, "w:xz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        written.append(path)
    return written


def join_packs(packs: Sequence[Pack], folder: Path) -> Pack:
    """One pack of the songs of several, in order.

    Raises:
        InputError: the folder cannot be written.
    """
    columns: Columns = {}
    for name in packs[0].card["columns"]:
        pieces, before = [], 0
        for pack in packs:
            piece = np.load(pack.path / f"{name}.npy")
            if name in (*_ENDS, *_BEGINS):
                pieces.append(piece[1:] + before if name in _BEGINS and before else piece + before)
                before += int(piece[-1])
            else:
                pieces.append(piece)
        columns[name] = np.concatenate(pieces)
    for name, column in columns.items():
        make_folder((folder / name).parent)
        write_bytes(folder / f"{name}.npy", _as_npy(column))
    write_bytes(folder / PACK_NAME, _card(packs[0].card, columns))
    return Pack.open(folder)


def _as_npy(column: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, column)
    return buffer.getvalue()


def _card(card: dict[str, Any], columns: Columns) -> bytes:
    counts = {"songs": len(columns["songs/tune"]), "notes": len(columns["notes/pitch"])}
    return json_bytes({**card, **counts})
