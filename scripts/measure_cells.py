"""How well cells come back from their latents: validation cells through a VAE of cells.

    python -m scripts.measure_cells RUN/model PACK [--bars N] [--out FOLDER]

PACK is what `segue corpus pack` wrote. Note F1 by onset and pitch, and with the duration too, from
the means of the latents, the likeliest note each time; the same with noise of 0.1 to 0.5 of the
latents' deviations; nats a cell. With --out, rolls of eight bars given and come back.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer

from segue.encoding.cells import MAX_CELL_NOTES, cells_of_table, table_of_cells
from segue.encoding.grid import Grid
from segue.encoding.roster import Roster
from segue.encoding.table import decode
from segue.encoding.vocabulary import DRUMS, POSITIONS_PER_QUARTER
from segue.models.cells.batch import CellBatch
from segue.models.cells.folder import load_cell_vae
from segue.models.cells.matching import notes_of
from segue.models.cells.vae import CellVAE, NoisyCells
from segue.picture import draw_takes
from segue.score import Notes, Score, Track
from segue.training.cell_examples import CellExamples, cell_batches
from segue.training.cell_task import CellTask
from segue.training.config import CellTrainingConfig
from segue.training.packing import Pack, open_packs
from segue.training.windows import Window, cut_window

SEED: Final = 11
NOISE: Final = (0.0, 0.1, 0.2, 0.3, 0.5)
BARS: Final = 8
"""Of a roll."""
BAR_4_4: Final = 4 * POSITIONS_PER_QUARTER
CHORDAL: Final = 2 / 3
"""Onsets a note below which a cell of neither drums nor bass counts as chords, else as melody."""


@dataclass
class Found:
    """Sums over cells of one kind."""

    cells: int = 0
    same: int = 0
    """Cells that came back note for note, by onset and pitch."""
    notes: int = 0
    """Given and come back."""
    matched: int = 0
    """Counted twice, by onset and pitch."""
    with_duration: int = 0

    def line(self, name: str) -> str:
        """A row of the table."""
        f1, longer = self.matched / self.notes, self.with_duration / self.notes
        return f"{name:>8} {self.cells:6} {f1:8.3f} {longer:8.3f} {self.same / self.cells:8.3f}"


def main(
    model: Path,
    pack: Path,
    bars: Annotated[int, typer.Option(min=1, help="Bars of the validation split.")] = 150,
    out: Annotated[Path | None, typer.Option(help="A folder for rolls.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Measure, print, and draw."""
    torch.set_num_threads(threads)
    vae = load_cell_vae(model)
    packs = open_packs(pack)
    if packs is None:
        raise typer.BadParameter(f"{pack}: no packed training set; see `segue corpus pack`")
    examples = CellExamples(packs["valid"], vae.config, seed=SEED, length=bars, training=False)
    batch = next(cell_batches(examples, [list(range(bars))]))
    print_nats(vae, batch, packs)
    deviation = deviations(vae, batch)
    print(f"{'':>8} {'cells':>6} {'note F1':>8} {'+length':>8} {'same':>8}")
    for noise in NOISE:
        found = measure(vae, batch, noise * deviation)
        every = Found(*(sum(getattr(f, n) for f in found.values()) for n in vars(Found())))
        print(every.line(f"all {noise:.1f}"), flush=True)
        if not noise:
            for kind, of_kind in sorted(found.items()):
                print(of_kind.line(kind))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for number, window in enumerate(windows(packs["valid"], count=4)):
            draw(vae, window, out / f"cells-{number + 1}.png")


@torch.no_grad()
def print_nats(vae: CellVAE, batch: NoisyCells, packs: dict[str, Pack]) -> None:
    """Nats a note by attribute, and nats a cell, at z drawn from the posterior."""
    task = CellTask(CellTrainingConfig(model=vae.config), packs["train"], packs["valid"])
    for name, value in task.measures(vae(batch)).items():
        print(f"{name:>14} {value:.3f}")


@torch.no_grad()
def deviations(vae: CellVAE, batch: NoisyCells) -> torch.Tensor:
    """Of the means of the latents over cells, (L, Z)."""
    means = [vae.encode(cells).mean[cells.counts > 0] for cells in batch.cells]
    spread = [(0.5 * vae.encode(c).log_var).exp()[c.counts > 0].mean() for c in batch.cells]
    deviation = torch.cat(means).std(dim=0)
    print(f"deviation of the means {deviation.mean():.3f}, of a posterior {np.mean(spread):.3f}")
    return deviation


def measure(vae: CellVAE, batch: NoisyCells, noise: torch.Tensor) -> dict[str, Found]:
    """What came back, by kind; `noise`: deviations of what is added to the means, (L, Z)."""
    generator = torch.Generator().manual_seed(SEED)
    found: dict[str, Found] = defaultdict(Found)
    for cells in batch.cells:
        drawn = torch.randn(len(cells.counts), *noise.shape, generator=generator)
        back = vae.reconstruct(cells, drawn * noise)
        pairs = zip(
            *(notes_of(c, columns) for columns in (2, 3) for c in (cells, back)), strict=True
        )
        for instrument, (given, came, longer, came_longer) in zip(
            cells.instruments.tolist(), pairs, strict=True
        ):
            if not given:
                continue
            of_kind = found[kind_of(instrument, given)]
            of_kind.cells += 1
            of_kind.same += given == came
            of_kind.notes += len(given) + len(came)
            of_kind.matched += 2 * len(given & came)
            of_kind.with_duration += 2 * len(longer & came_longer)
    return found


def kind_of(instrument: int, notes: set[tuple[int, ...]]) -> str:
    """drums, bass, chords or melody."""
    if instrument == DRUMS:
        return "drums"
    if instrument in range(32, 40):
        return "bass"
    onsets = {position for position, _ in notes}
    return "chords" if len(onsets) < CHORDAL * len(notes) else "melody"


def windows(pack: Pack, *, count: int) -> list[Window]:
    """Eight bars of 4/4 of random songs, with at most six parts."""
    rng = np.random.default_rng(SEED)
    found: list[Window] = []
    while len(found) < count:
        song = int(rng.integers(len(pack)))
        n_bars = int(pack.bar_of_song[song + 1] - pack.bar_of_song[song])
        window = cut_window(pack, song, int(rng.integers(n_bars)), events=1024, max_bars=BARS)
        if window is None or len(window.bars) < BARS or (window.bars.lengths != BAR_4_4).any():
            continue
        if len(window.roster) <= 6 and len(window.table) >= 150:
            found.append(window)
    return found


def draw(vae: CellVAE, window: Window, path: Path) -> None:
    """The bars as given, and as they come back; cells that are too full are left out of both."""
    cells, places = cells_of_table(window.table, window.roster, window.bars)
    fit = np.flatnonzero(cells.counts <= MAX_CELL_NOTES)
    cells, places = cells.take(fit), places[fit]
    back = vae.reconstruct(CellBatch.of(cells)).to_cells()
    instruments = window.roster.instruments
    silent = Notes.of(onset=[], duration=[], pitch=[], velocity=[])
    template = Score(
        ticks_per_quarter=POSITIONS_PER_QUARTER,
        tracks=tuple(
            Track(notes=silent, program=i % DRUMS, is_drum=i == DRUMS) for i in instruments.tolist()
        ),
    )
    roster = Roster(instruments, np.arange(len(instruments)))
    grid = Grid(
        starts=BAR_4_4 * np.arange(BARS + 1),
        lengths=np.full(BARS, BAR_4_4),
        numerators=np.full(BARS, 4),
        ticks_per_quarter=POSITIONS_PER_QUARTER,
    )
    takes = [decode(table_of_cells(c, places), template, roster, grid) for c in (cells, back)]
    draw_takes(template, takes, path, labels=["given", "come back"], new_bars=(0, BARS))


if __name__ == "__main__":
    typer.run(main)
