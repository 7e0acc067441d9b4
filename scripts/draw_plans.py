"""Hear and see plans: continuations of validation grids, as notes by the VAE of cells alone.

    python -m scripts.draw_plans RUN/model --cells MODEL --grids FOLDER/valid --out FOLDER

Of some grids in 4/4, the first 8 bars are given and the other 8 are drawn. Each is written twice
through the latents: as it was, and continued; as MIDI, and both in one picture.
"""

from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import torch
import typer

from scripts.measure_plans import PROMPT, Cells, continued, sounds
from segue.encoding.cells import table_of_cells
from segue.encoding.grid import Grid
from segue.encoding.roster import Roster
from segue.encoding.table import decode
from segue.encoding.vocabulary import DRUMS, POSITIONS_PER_QUARTER
from segue.midi import score_to_bytes, write_file
from segue.models.cells.folder import load_cell_vae
from segue.models.cells.vae import CellVAE
from segue.models.plans.columns import FLAGS, N_BARS, N_PARTS, Told
from segue.models.plans.folder import load_plans
from segue.picture import draw_takes
from segue.score import Notes, Score, Track
from segue.training.grids import Grids

BAR_4_4: Final = 4 * POSITIONS_PER_QUARTER
GRID: Final = Grid(
    starts=BAR_4_4 * np.arange(N_BARS + 1),
    lengths=np.full(N_BARS, BAR_4_4),
    numerators=np.full(N_BARS, 4),
    ticks_per_quarter=POSITIONS_PER_QUARTER,
)


def main(
    model: Path,
    cells: Annotated[Path, typer.Option(help="The folder of a VAE of cells.")],
    grids: Annotated[Path, typer.Option(help="Grids of the validation split.")],
    out: Annotated[Path, typer.Option(help="Where pictures and MIDI files go.")],
    count: Annotated[int, typer.Option(min=1, help="Grids.")] = 4,
    steps: Annotated[int, typer.Option(min=1, help="Of a sample.")] = 50,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Draw, and write."""
    torch.set_num_threads(threads)
    saved, vae, valid = load_plans(model), load_cell_vae(cells), Grids.open(grids)
    numbers = [n for n, told in enumerate(valid.told) if in_4_4(told)][:count]
    given = Cells(
        np.stack([saved.scale.encode(valid.values(n, saved.scale)) for n in numbers]),
        valid.told[numbers].astype(np.int64).reshape(len(numbers), -1, len(Told)),
    )
    made = continued(saved, given, steps)
    out.mkdir(parents=True, exist_ok=True)
    for index, number in enumerate(numbers):
        told = given.told[index]
        latents = (saved.scale.decode(values[index]) for values in (given.values, made))
        flags = (sounds(values[index]) & given.there[index] for values in (given.values, made))
        scores = [score_of(vae, *each, told) for each in zip(latents, flags, strict=True)]
        for name, score in zip(("given", "continued"), scores, strict=True):
            write_file(out / f"plan-{number}-{name}.mid", score_to_bytes(score))
        path = out / f"plan-{number}.png"
        draw_takes(
            scores[0], scores, path, labels=["as it was", "continued"], new_bars=(PROMPT, N_BARS)
        )


def in_4_4(told: npt.NDArray[np.uint8]) -> bool:
    """Whether all cells of a grid are in bars of 4/4."""
    of_cells = told[told[..., Told.INSTRUMENT] > 0]
    return bool((of_cells[:, Told.LENGTH] == BAR_4_4).all())


def score_of(
    vae: CellVAE,
    values: npt.NDArray[np.floating],
    sounding: npt.NDArray[np.bool_],
    told: npt.NDArray[np.int64],
) -> Score:
    """The likeliest notes of a grid of latents, (N_CELLS, Z), by its cells that sound."""
    at = np.flatnonzero(sounding)
    about = told[at][:, [Told.INSTRUMENT, Told.LENGTH, Told.NUMERATOR]]
    about[:, 0] -= 1
    shape = (vae.config.slices, vae.config.latent_width)
    z = torch.from_numpy(values[at, :-FLAGS].astype(np.float32)).view(-1, *shape)
    cells = vae.decode(z, torch.from_numpy(about)).to_cells()
    places = np.stack([at // N_PARTS, at % N_PARTS], axis=1)
    instruments = told.reshape(N_BARS, N_PARTS, -1)[..., Told.INSTRUMENT].max(axis=0) - 1
    instruments = instruments[instruments >= 0]
    silent = Notes.of(onset=[], duration=[], pitch=[], velocity=[])
    template = Score(
        ticks_per_quarter=POSITIONS_PER_QUARTER,
        tracks=tuple(
            Track(notes=silent, program=i % DRUMS, is_drum=i == DRUMS) for i in instruments.tolist()
        ),
    )
    roster = Roster(instruments, np.arange(len(instruments)))
    return decode(table_of_cells(cells, places), template, roster, GRID)


if __name__ == "__main__":
    typer.run(main)
