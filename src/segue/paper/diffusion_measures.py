"""What the DDPM on a VAE's latents is worth beside the VAE's prior, as Mittal et al. compare.

Rows are sets of as many songs each: real ones, reconstructions, and what the VAE's decoder makes of
z from N(0, I) and from the DDPM, by DDIM in a few steps and by all of DDPM's. Real training songs
are the ceiling: no set can be expected to come nearer. Columns:

- *FID*, *sees order*, *outside MIDI*: as in the rest of the report, against the validation songs.
- *Latent Frechet* and *latent MMD*: z against those of test songs, in their deviations. A
  reconstruction's z is the test songs' own, so it has none.
- *Framewise* consistency and variance of pitch and duration (`evaluation.distances.framewise`),
  against the test songs. Note tables know no bars: a frame is eight seconds, the next one begins
  four later.

Conditional sets are given the first third of test songs. The distances judge all that the decoder
makes, as in `run`; framewise figures are of the song's own first third and what the decoder puts
after it, since they ask whether it goes on as it began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from segue.diffusion.denoiser import predict_with
from segue.diffusion.sampling import Plan, denoise_by_velocity, sample
from segue.encoding.paper import TIMES, score_from_table
from segue.evaluation.distances.framewise import framewise
from segue.evaluation.distances.frechet import Gaussian, frechet_distance, standardise
from segue.evaluation.distances.mmd import mmd
from segue.evaluation.types import FloatArray
from segue.files import json_bytes, write_bytes
from segue.metrics import FramewiseOverlap, framewise_overlap
from segue.models.denoiser_folder import SavedDenoiser
from segue.paper.diffusion import DIFFUSION_FOLDER, BestVAE, trained_denoiser
from segue.paper.judge import Judge
from segue.paper.latents import Float32Array, Kind, kinds_of
from segue.paper.samples import playable

__all__ = ["DDPM_LATENTS", "MEASURES_NAME", "PRIOR", "TRAINING", "draw_latents",
           "measure_diffusion"]  # fmt: skip

MEASURES_NAME: Final = "measures.json"
TRAINING: Final = "training songs, the ceiling"
PRIOR: Final = "z of N(0, I), the VAE alone"
DDPM_LATENTS: Final = "z of the DDPM, DDIM in 50 steps"
_PLANS: Final = {
    "z of the DDPM, DDIM in 10 steps": Plan(10),
    DDPM_LATENTS: Plan(50),
    "z of the DDPM, all its steps": Plan.ddpm(),
}
_SEED: Final = 1
_SEED_OF_REFERENCE, _SEED_OF_TRAINING, _SEED_OF_RECONSTRUCTIONS, _SEED_OF_PRIOR = range(2, 6)
"""Each set of z has noise of its own: sets that shared it would be taken for alike."""
_ONSET, _DURATION = TIMES.start, TIMES.start + 1
_MOST_PAIRED: Final = 4000
"""Songs of a set whose z are compared with each other, pair by pair, for the MMD."""
_LONGEST_S: Final = 3600.0
"""Framewise figures are of the first hour of a song."""

OnSet = Callable[[Kind, str], None]
"""Told which set is measured next."""


@dataclass(frozen=True, eq=False)
class _Set:
    """A row: songs, and the z that they are of."""

    tables: Sequence[FloatArray]
    """What the distances judge."""
    heard: Sequence[FloatArray]
    """What the framewise figures are of."""
    latents: Float32Array | None


def draw_latents(
    saved: SavedDenoiser, given: Float32Array, plan: Plan, *, seed: int
) -> Float32Array:
    """A z of the DDPM for each row of `given`, (n, H): (n, Z). Each has a seed of its own."""
    rngs = [np.random.default_rng([seed, song]) for song in range(len(given))]
    denoise = denoise_by_velocity(predict_with(saved.model, given[:, None]), saved.schedule)
    z = sample(denoise, rngs, (1, saved.model.config.latents), saved.schedule, plan)
    decoded: Float32Array = saved.scale.decode(z[:, 0]).astype(np.float32)
    return decoded


def measure_diffusion(experiment: Path, vae: BestVAE, on_set: OnSet = lambda *_: None) -> None:
    """Measure all sets and write `measures.json`: by kind, by row, a value a column.

    Raises:
        InputError: the file cannot be written.
        CheckpointError: a network is missing or damaged.
    """
    judge = Judge(vae.data, experiment)
    measures: dict[str, Any] = {}
    for kind in kinds_of(vae.model):
        side = _Side(vae, kind, trained_denoiser(experiment, kind))
        measures[kind] = {}
        for name, make in side.sets().items():
            on_set(kind, name)
            measures[kind][name] = side.measured(make(), judge)
    content = {"vae": vae.about, "songs": _count(vae), "measures": measures}
    write_bytes(experiment / DIFFUSION_FOLDER / MEASURES_NAME, json_bytes(content))


def _count(vae: BestVAE) -> int:
    """Songs a set: as many as the sweep samples, if there are as many training songs."""
    asked = vae.config.training.fid_samples or len(vae.data.splits["valid"])
    return min(asked, len(vae.data.splits["train"]))


class _Side:
    """All that is measured of one kind."""

    def __init__(self, vae: BestVAE, kind: Kind, saved: SavedDenoiser) -> None:
        self._vae, self._kind, self._saved = vae, kind, saved
        count, random = _count(vae), np.random.default_rng(_SEED)
        self._test = vae.latents("test", kind)
        self._train = vae.latents("train", kind)
        self._chosen = np.arange(count) % len(self._test)
        self._of_train = np.sort(random.permutation(len(self._train))[:count])
        self._reference = self._test.draws(_SEED_OF_REFERENCE).astype(np.float64)
        self._overlaps = [_overlap(table) for table in vae.real("test", np.arange(len(self._test)))]

    def sets(self) -> dict[str, Callable[[], _Set]]:
        """What makes each row."""
        rows: dict[str, Callable[[], _Set]] = {
            TRAINING: self._training_songs,
            "reconstructions of test songs": self._reconstructions,
            PRIOR: lambda: self._of(self._prior()),
        }
        for name, plan in _PLANS.items():
            rows[name] = lambda plan=plan: self._of(  # type: ignore[misc]
                draw_latents(self._saved, self._test.given[self._chosen], plan, seed=_SEED)
            )
        return rows

    def measured(self, made: _Set, judge: Judge) -> dict[str, float | None]:
        """A value a column; None where there is none."""
        found: dict[str, float | None] = dict(judge(made.tables))
        if made.latents is not None:
            found |= _latent_distances(self._reference, made.latents.astype(np.float64))
        figures = framewise(self._overlaps, [_overlap(table) for table in made.heard])
        if figures is not None:
            found |= {name: figure.value for name, figure in vars(figures).items()}
        return {n: v if v is not None and np.isfinite(v) else None for n, v in found.items()}

    def _training_songs(self) -> _Set:
        songs = self._vae.real("train", self._of_train)
        return _Set(songs, songs, self._train.draws(_SEED_OF_TRAINING)[self._of_train])

    def _prior(self) -> Float32Array:
        shape = (len(self._chosen), self._test.mean.shape[1])
        return np.random.default_rng(_SEED_OF_PRIOR).standard_normal(shape, np.float32)

    def _reconstructions(self) -> _Set:
        z = self._test.draws(_SEED_OF_RECONSTRUCTIONS)[self._chosen]
        return replace(self._of(z), latents=None)

    def _of(self, z: Float32Array) -> _Set:
        """What the decoder makes of latents, (n, Z); the chosen test songs may be given."""
        given = self._test.given[self._chosen] if self._kind == "conditional" else None
        tables = self._vae.songs(z, given)
        return _Set(tables, tables if given is None else self._continued(tables), z)

    def _continued(self, tables: Sequence[FloatArray]) -> Sequence[FloatArray]:
        """The chosen test songs' own first third, and what the decoder puts after it."""
        n = self._vae.model.config.partial_notes
        songs = self._vae.real("test", self._chosen)
        return [
            np.concatenate([song[:n], table[n:]]) for song, table in zip(songs, tables, strict=True)
        ]


def _latent_distances(reference: FloatArray, latents: FloatArray) -> dict[str, float]:
    """Of z, (n, Z), against the reference's, (m, Z), in its deviations.

    Covariances are not shrunk: what is drawn from N(0, I) would gain by it, and other sets would
    not. So the Frechet distance is above 0 for equal sets, too, by the same for all of one size.
    """
    real, made = (standardise(z, reference=reference) for z in (reference, latents))
    return {
        "latent_frechet": frechet_distance(
            Gaussian.fit(real, shrink=False), Gaussian.fit(made, shrink=False)
        ),
        "latent_mmd": mmd(real[:_MOST_PAIRED], made[:_MOST_PAIRED]),
    }


def _overlap(table: FloatArray) -> FramewiseOverlap | None:
    """Of the notes that MIDI can hold and that begin in the first hour, cut at its end."""
    notes = playable(table).table
    notes = notes[notes[:, _ONSET] < _LONGEST_S]
    notes[:, _DURATION] = np.minimum(notes[:, _DURATION], _LONGEST_S - notes[:, _ONSET])
    return framewise_overlap(score_from_table(notes)) if len(notes) else None
