"""Grids of cells as latents, on disk: what a network of plans is trained on.

Random 16 bars of songs, with their at most eight busiest parts, moved by some semitones if asked
for, and read by a VAE of cells that is not trained any further. Grid number i is a function of
(pack, VAE, seed, i). A folder holds `latents.npy`, `sounding.npy` and `told.npy`, memory-mapped,
and `grids.json`, which says what they were made from.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.diffusion.scale import LatentScale
from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table
from segue.encoding.table import Field, distinct
from segue.encoding.vocabulary import IntArray
from segue.errors import CorpusError
from segue.files import json_bytes, make_folder, write_bytes
from segue.models.plans.columns import FLAGS, N_BARS, N_PARTS, PHRASE, SHARES, Told
from segue.training.packing import Pack, about_pack
from segue.training.window_latents import LatentsOfCells
from segue.training.windows import Window, cut_window, transposed, transposition

__all__ = ["CellGrid", "Grids", "draw_grid", "encode_grids"]

BoolArray = npt.NDArray[np.bool_]
Float32Array = npt.NDArray[np.float32]

GRIDS_VERSION: Final = 1
GRIDS_NAME: Final = "grids.json"
_ATTEMPTS: Final = 1000
"""Songs that are too short, before a corpus counts as such."""
_EVENTS: Final = 2**16
"""More than 16 bars ever have."""
_AT_ONCE: Final = 32
"""Grids that are encoded together."""


@dataclass(frozen=True, eq=False)
class CellGrid:
    """16 bars of a song, before they are latents."""

    cells: Cells
    """Those that sound, C."""
    places: IntArray
    """The bar and the part, 0..7, of each, (C, 2)."""
    told: IntArray
    """`Told` of every bar and part, (N_BARS, N_PARTS, len(Told)).

    A cell with too many notes is not there, as are those of parts that are not there.
    """


def draw_grid(
    pack: Pack, versions: Sequence[IntArray], rng: np.random.Generator, *, transpose: bool
) -> CellGrid:
    """A random grid: of a random tune, a song of it, 16 bars of it.

    Raises:
        CorpusError: the songs are too short.
    """
    for _ in range(_ATTEMPTS):
        song = int(rng.choice(versions[int(rng.integers(len(versions)))]))
        n_bars = int(pack.bar_of_song[song + 1] - pack.bar_of_song[song])
        if n_bars < N_BARS:
            continue
        first = int(rng.integers(n_bars - N_BARS + 1))
        window = cut_window(pack, song, first, events=_EVENTS, max_bars=N_BARS)
        if window is None or len(window.bars) < N_BARS or not len(window.table):
            continue
        if transpose:
            shift = transposition(window, rng)
            window = replace(window, table=transposed(window.table, window.roster, shift))
        grid = _grid_of(window, first, n_bars)
        if len(grid.cells):
            return grid
    raise CorpusError(f"{pack.path}: no song of {N_BARS} bars with notes; give longer songs")


def _grid_of(window: Window, first: int, n_bars: int) -> CellGrid:
    cells, places = cells_of_table(distinct(window.table), window.roster, window.bars)
    n_cells = np.bincount(places[:, 1], minlength=len(window.roster))
    n_notes = np.bincount(window.table[:, Field.PART], minlength=len(window.roster))
    busiest = np.lexsort((-n_notes, -n_cells))[:N_PARTS]
    chosen = np.sort(busiest[n_cells[busiest] > 0])
    column = np.full(len(window.roster), N_PARTS)
    column[chosen] = np.arange(len(chosen))
    places = np.stack([places[:, 0], column[places[:, 1]]], axis=1)

    bar = np.arange(N_BARS)
    told = np.zeros((N_BARS, N_PARTS, len(Told)), np.int64)
    told[:, : len(chosen), Told.INSTRUMENT] = 1 + window.roster.instruments[chosen]
    for name, values in (
        (Told.LENGTH, window.bars.lengths),
        (Told.NUMERATOR, window.bars.numerators),
        (Told.TEMPO, window.bars.tempi),
        (Told.SHARE, (first + bar) * SHARES // n_bars),
        (Told.PHRASE, (first + bar) % PHRASE),
        (Told.BAR, bar),
    ):
        told[..., name] = values[:, None]

    inside, full = places[:, 1] < N_PARTS, cells.counts > MAX_CELL_NOTES
    told[tuple(places[inside & full].T)] = 0
    kept = np.flatnonzero(inside & ~full)
    return CellGrid(cells.take(kept), places[kept], told)


def encode_grids(
    pack: Pack,
    latents_of: LatentsOfCells,
    folder: Path,
    *,
    count: int,
    seed: int,
    transpose: bool,
    on_grids: Callable[[int, int], None] = lambda *_: None,
) -> "Grids":
    """Write so many grids into a folder; `on_grids`: told how many are done, of how many.

    Raises:
        CorpusError: the songs are too short.
        InputError: the folder cannot be written.
    """
    versions = pack.versions()
    make_folder(folder)
    (folder / GRIDS_NAME).unlink(missing_ok=True)  # half of them are none
    shape = (count, N_BARS, N_PARTS)
    z_shape = (latents_of.slices, latents_of.width)
    latents = _new(folder / "latents.npy", np.float16, (*shape, *z_shape))
    sounding = _new(folder / "sounding.npy", np.bool_, shape)
    told = _new(folder / "told.npy", np.uint8, (*shape, len(Told)))
    for begin in range(0, count, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, count))
        rngs = (np.random.default_rng([seed, number]) for number in numbers)
        grids = [draw_grid(pack, versions, rng, transpose=transpose) for rng in rngs]
        means = latents_of.means([grid.cells for grid in grids])
        for number, grid, mean in zip(numbers, grids, means, strict=True):
            at = (number, *grid.places.T)
            latents[at], sounding[at], told[number] = mean.numpy(), True, grid.told
        on_grids(numbers[-1] + 1, count)
    for array in (latents, sounding, told):
        array.flush()
    about = {"format_version": GRIDS_VERSION, "seed": seed, "transpose": transpose}
    write_bytes(folder / GRIDS_NAME, json_bytes({**about, "corpus": about_pack(pack)}))
    return Grids.open(folder)


def _new(path: Path, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)


@dataclass(frozen=True, eq=False)
class Grids:
    """A folder of grids, opened for reading: W of them."""

    card: dict[str, Any]
    latents: npt.NDArray[np.float16]
    """(W, N_BARS, N_PARTS, L, Z); 0 where nothing sounds."""
    sounding: BoolArray
    """(W, N_BARS, N_PARTS)."""
    told: npt.NDArray[np.uint8]
    """(W, N_BARS, N_PARTS, len(Told))."""

    @classmethod
    def open(cls, folder: Path) -> "Grids":
        """Open a folder.

        Raises:
            CorpusError: there are no grids in it, or they are damaged or of another version.
        """
        try:
            card = json.loads((folder / GRIDS_NAME).read_text(encoding="utf-8"))
            version = card["format_version"]
            arrays = [
                np.load(folder / f"{name}.npy", mmap_mode="r")
                for name in ("latents", "sounding", "told")
            ]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CorpusError(
                f"{folder}: no grids of cells ({error}); encode them again"
            ) from error
        if version != GRIDS_VERSION:
            raise CorpusError(f"{folder}: format version {version}, not {GRIDS_VERSION}")
        return cls(card, *arrays)

    def __len__(self) -> int:
        """W."""
        return len(self.sounding)

    def __iter__(self) -> Iterator[Float32Array]:
        """The latents of the cells that sound, of each grid, (C, L x Z)."""
        for latents, sounding in zip(self.latents, self.sounding, strict=True):
            yield latents[sounding].reshape(int(sounding.sum()), -1).astype(np.float32)

    def scale(self) -> LatentScale:
        """Of the latents of cells that sound, and of flags, which stay as they are."""
        of_latents = LatentScale.fit(np.concatenate(list(self)))
        return LatentScale(
            mean=of_latents.mean + (0.0,) * FLAGS,
            deviation=of_latents.deviation + (1.0,) * FLAGS,
            bound=of_latents.bound,
        )

    def values(self, number: int, scale: LatentScale) -> Float32Array:
        """A grid's latents and flags, (N_CELLS, L x Z + FLAGS); those of silence are the mean."""
        sounding = np.array(self.sounding[number]).reshape(-1)
        found = np.tile(np.array(scale.mean, np.float32), (len(sounding), 1))
        latents = np.array(self.latents[number], np.float32).reshape(len(sounding), -1)
        found[sounding, : latents.shape[1]] = latents[sounding]
        found[:, latents.shape[1] :] = np.where(sounding, 1.0, -1.0)[:, None]
        return found
