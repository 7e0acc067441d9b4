"""How good plans are: validation grids through a network of plans.

    python -m scripts.measure_plans RUN/model --grids FOLDER/valid [--count N]

Errors of velocities and of flags as training measures them; then samples, all by DDIM:

- continuations of the first 8 bars of each grid: the Frechet distance of the latents of their cells
  from those that really follow, beside that of other real cells, of the cells 8 bars before
  (copies), and of noise; how many cells that really sound are silent, and the other way round;
  how far cells are from those that really follow, and from those 8 bars before;
- SDEdit: how far all cells get from what they were, by strength.

Distances of cells are root-mean-square, in deviations of the training latents; two unrelated cells
are some 1.41 apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import torch
import typer

from segue.diffusion.sampling import Known, Plan, Start, sample
from segue.evaluation.distances.frechet import feature_frechet
from segue.models.plans.columns import FLAGS, N_BARS, N_PARTS, Told
from segue.models.plans.denoiser import denoise_plan
from segue.models.plans.folder import SavedPlans, load_plans
from segue.training.config import PlanTrainingConfig
from segue.training.grids import Grids
from segue.training.plan_task import PlanTask
from segue.training.task import Share

SEED: Final = 31
PROMPT: Final = 8
"""Bars that are given."""
STRENGTHS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
AT_ONCE: Final = 16

Latents = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cells:
    """All cells of some grids, W."""

    values: Latents
    """In deviations, with flags, (W, N_CELLS, Z)."""
    told: npt.NDArray[np.int64]
    """(W, N_CELLS, len(Told))."""

    @property
    def there(self) -> Mask:
        """(W, N_CELLS)."""
        mask: Mask = self.told[..., Told.INSTRUMENT] > 0
        return mask

    @property
    def bars(self) -> npt.NDArray[np.int64]:
        """Of each cell, (N_CELLS,)."""
        return np.repeat(np.arange(N_BARS), N_PARTS)


def main(
    model: Path,
    grids: Annotated[Path, typer.Option(help="Grids of the validation split.")],
    count: Annotated[int, typer.Option(min=2, help="Grids that are sampled.")] = 64,
    steps: Annotated[int, typer.Option(min=1, help="Of a sample.")] = 25,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Measure, and print."""
    torch.set_num_threads(threads)
    saved, valid = load_plans(model), Grids.open(grids)
    print_errors(saved, valid)
    numbers = range(min(count, len(valid)))
    values = [saved.scale.encode(valid.values(n, saved.scale)) for n in numbers]
    cells = Cells(
        np.stack(values).astype(np.float32),
        valid.told[: len(numbers)].astype(np.int64).reshape(len(numbers), -1, len(Told)),
    )
    print_continuations(cells, continued(saved, cells, steps))
    print(f"{'strength':>10} {'distance':>9} {'falls silent':>13} {'comes in':>9}")
    for strength in STRENGTHS:
        print_changes(f"{strength:.1f}", cells, edited(saved, cells, steps, strength), cells.there)


@torch.no_grad()
def print_errors(saved: SavedPlans, valid: Grids) -> None:
    """What validation says while training."""
    model = saved.model
    settings = PlanTrainingConfig(
        model=model.config, levels=model.schedule.n_levels, validate_windows=len(valid)
    )
    task = PlanTask(settings, valid, valid, saved.scale)
    task.model = model
    found = task.validation_measures(task.validation_sums(Share(0, 1), torch.device("cpu")))
    for name, value in found.items():
        print(f"{name:>16} {value:.3f}")


def continued(saved: SavedPlans, cells: Cells, steps: int) -> Latents:
    """The grids with all bars after the prompt drawn anew."""
    known = (cells.bars < PROMPT) | ~cells.there

    def draw(rows: slice, rngs: list[np.random.Generator]) -> Latents:
        of_rows = cells.values[rows]
        return sample(
            denoise_plan(saved.model, cells.told[rows]), rngs, of_rows.shape[1:],
            saved.model.schedule, Plan(steps), known=Known(of_rows, known[rows]),
        )  # fmt: skip

    return _in_turn(len(cells.values), draw)


def edited(saved: SavedPlans, cells: Cells, steps: int, strength: float) -> Latents:
    """The grids walked from some noise back, by SDEdit."""

    def draw(rows: slice, rngs: list[np.random.Generator]) -> Latents:
        of_rows = cells.values[rows]
        return sample(
            denoise_plan(saved.model, cells.told[rows]), rngs, of_rows.shape[1:],
            saved.model.schedule, Plan(max(1, round(steps * strength))),
            start=Start(of_rows, strength),
        )  # fmt: skip

    return _in_turn(len(cells.values), draw)


def _in_turn(count: int, draw: Callable[[slice, list[np.random.Generator]], Latents]) -> Latents:
    found = []
    for begin in range(0, count, AT_ONCE):
        rows = slice(begin, min(begin + AT_ONCE, count))
        rngs = [np.random.default_rng([SEED, n]) for n in range(rows.start, rows.stop)]
        found.append(draw(rows, rngs))
    return np.concatenate(found)


def print_continuations(cells: Cells, made: Latents) -> None:
    """The first list of the module's."""
    new = cells.there & (cells.bars >= PROMPT)
    copied = np.roll(cells.values, PROMPT * N_PARTS, axis=1)
    half = len(made) // 2
    of_half = (np.arange(len(made)) < half)[:, None]
    real = latents_that_sound(cells.values, new)
    noise = np.random.default_rng(SEED).standard_normal(real.shape)
    for name, rows in (
        ("continuations", latents_that_sound(made, new)),
        ("copies of 8 bars before", latents_that_sound(copied, new)),
        ("noise", noise),
    ):
        print(f"Frechet distance of {name}: {feature_frechet(real, rows):.2f}")
    halves = [latents_that_sound(cells.values, new & part) for part in (of_half, ~of_half)]
    print(f"Frechet distance of real halves: {feature_frechet(halves[0], halves[1]):.2f}")
    print(f"{'':>24} {'distance':>9} {'falls silent':>13} {'comes in':>9}")
    before = Cells(copied, cells.told)
    print_changes("from what follows", cells, made, new)
    print_changes("from 8 bars before", before, made, new)
    print_changes("real, from 8 before", before, cells.values, new)


def print_changes(name: str, cells: Cells, made: Latents, counted: Mask) -> None:
    """How far cells that sound in both are, and what share changed between sound and silence."""
    was, now = sounds(cells.values), sounds(made)
    both = was & now & counted
    apart = np.square(made - cells.values)[..., :-FLAGS].mean(axis=-1)
    distance = np.sqrt(apart[both].mean())
    silent, came = (was & ~now & counted).sum(), (~was & now & counted).sum()
    of_sound, of_silence = (was & counted).sum(), (~was & counted).sum()
    print(f"{name:>24} {distance:9.3f} {silent / of_sound:13.3f} {came / of_silence:9.3f}")


def sounds(values: Latents) -> Mask:
    """Which cells sound, by their flags."""
    mask: Mask = values[..., -FLAGS:].mean(axis=-1) > 0
    return mask


def latents_that_sound(values: Latents, counted: Mask) -> npt.NDArray[np.float64]:
    """Those of cells that sound, (C, Z)."""
    return values[sounds(values) & counted][:, :-FLAGS].astype(np.float64)


if __name__ == "__main__":
    typer.run(main)
