"""What the paper planned in its section 3 and did not come to: a DDPM on the latents of its VAE.

Of an experiment the model of the lowest FID is taken (`Results.best_model`), and two networks are
trained on the latents of its training songs: one unconditional, one given the first third of each
song, which is the paper's continuation task. They take the place of z ~ N(0, I); the decoders are
the VAE's.

`diffusion/` in the experiment's folder holds `vae.json` (which weights the latents are of), a run
of `segue.training.loop` for each network, and `measures.json` (`diffusion_measures`).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.scale import LatentScale
from segue.errors import InputError
from segue.evaluation.types import FloatArray, IntArray
from segue.files import json_bytes, make_folder, write_bytes
from segue.models.denoiser_folder import SavedDenoiser, load_denoiser
from segue.models.paper_vae import PaperVAE
from segue.paper.config import ExperimentConfig
from segue.paper.data import DATA_FOLDER, ExperimentData, open_data
from segue.paper.latents import Float32Array, Kind, SongLatents, kinds_of, song_latents
from segue.paper.model_folder import CARD_NAME, WEIGHTS_NAME, load_paper_model
from segue.paper.results import read_results
from segue.paper.run import BEST_FOLDER
from segue.paper.sweep import open_experiment
from segue.reading import read_json
from segue.training.config import LatentTrainingConfig
from segue.training.latent_task import LatentTask
from segue.training.loop import MODEL_FOLDER, Report, Trainer

__all__ = ["DIFFUSION_FOLDER", "BestVAE", "OnDiffusionStep", "open_best_vae",
           "train_diffusion", "trained_denoiser"]  # fmt: skip

DIFFUSION_FOLDER: Final = "diffusion"
VAE_NAME: Final = "vae.json"
_BATCH: Final = 128
_WIDTH: Final = 128
_LAYERS: Final = 3
_VALIDATIONS: Final = 20
_SEED: Final = 1

OnDiffusionStep = Callable[[Kind, Report], None]


@dataclass(frozen=True, eq=False)
class BestVAE:
    """The model whose latents are modelled, and its experiment."""

    config: ExperimentConfig
    data: ExperimentData
    model: PaperVAE
    name: str
    """For instance beta-20/seed-1."""
    about: dict[str, Any]
    """Which weights they are."""

    def latents(self, split: str, kind: Kind) -> SongLatents:
        """Those of a split's songs."""
        return song_latents(self.model, self.data, split, kind)

    def songs(self, z: Float32Array, given: Float32Array | None = None) -> list[FloatArray]:
        """The note tables that the decoder makes of latents, (n, Z), perhaps given x_partial.

        `given`: what is read of it, (n, H).
        """
        told = None if given is None else torch.from_numpy(given)
        return self._notes(self.model.tables(torch.from_numpy(z), told).numpy())

    def real(self, split: str, songs: IntArray) -> list[FloatArray]:
        """The note tables of some songs of a split as a model would give them: coded and back."""
        raw = np.asarray(self.data.splits[split][songs])
        return self._notes(self.data.representation.code(raw))

    def _notes(self, coded: Float32Array) -> list[FloatArray]:
        return [table.astype(np.float64) for table in self.data.representation.notes(coded)]


def open_best_vae(experiment: Path) -> BestVAE:
    """The model of the lowest FID in a folder of `segue paper run`.

    Raises:
        InputError: there is no experiment, or no model of it has been sampled.
        CheckpointError: the model is damaged.
    """
    config = open_experiment(experiment)
    best = read_results(experiment, config).best_model()
    folder = experiment / best.job.folder / BEST_FOLDER
    if not folder.is_dir():
        raise InputError(f"{experiment}: no model has been sampled yet; let it train on")
    model = load_paper_model(folder)
    about = {
        "model": best.job.folder,
        "epoch": read_json(folder / CARD_NAME).get("epoch"),
        "sha256": hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest(),
    }
    data = open_data(experiment / DATA_FOLDER, config.data)
    return BestVAE(config, data, model, best.job.folder, about)


def train_diffusion(
    experiment: Path, vae: BestVAE, on_step: OnDiffusionStep, *, steps: int
) -> None:
    """Train both networks to their last steps; what is there is continued.

    Raises:
        InputError: the networks there are of other latents, or the folder cannot be written.
        CheckpointError: a run there is damaged.
        Stopped: Ctrl-C or SIGTERM; all is saved.
    """
    folder = make_folder(experiment / DIFFUSION_FOLDER)
    _keep_to(vae, folder)
    if vae.config.training.threads is not None:
        torch.set_num_threads(vae.config.training.threads)
    for kind in kinds_of(vae.model):
        trainer = _trainer(vae, kind, folder, steps)
        if trainer.step < trainer.last_step:
            trainer.run(lambda report, kind=kind: on_step(kind, report))  # type: ignore[misc]


def trained_denoiser(experiment: Path, kind: Kind) -> SavedDenoiser:
    """One of the networks, its averaged weights.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    return load_denoiser(experiment / DIFFUSION_FOLDER / kind / MODEL_FOLDER)


def _trainer(vae: BestVAE, kind: Kind, folder: Path, steps: int) -> Trainer[Any, Any]:
    train, valid = (vae.latents(split, kind) for split in ("train", "valid"))
    config = LatentTrainingConfig(
        steps=steps,
        batch=_BATCH,
        seed=_SEED,
        validate_every=max(1, steps // _VALIDATIONS),
        precision="32-true",
        model=DenoiserConfig(
            latents=train.mean.shape[1], about=train.given.shape[1], width=_WIDTH, layers=_LAYERS
        ),
    )
    scale = LatentScale.fit(train.draws(_SEED))
    task = LatentTask(config, train, valid, scale, about={"latents": {"kind": kind, **vae.about}})
    return Trainer(task, folder / kind)


def _keep_to(vae: BestVAE, folder: Path) -> None:
    """Note whose latents the networks are of.

    Raises:
        InputError: networks there are of others.
    """
    path = folder / VAE_NAME
    if not path.exists():
        write_bytes(path, json_bytes(vae.about))
        return
    try:
        was = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); move {folder} away") from error
    if was != vae.about:
        raise InputError(
            f"{folder} is of the latents of {was.get('model')} after epoch {was.get('epoch')}, and "
            f"the best model is now {vae.name} after epoch {vae.about['epoch']}; move the folder "
            "away to begin again"
        )
