"""A network that denoises plans, on disk: a folder with `model.safetensors` and `card.json`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from segue.config import from_mapping, to_mapping
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import CheckpointError
from segue.files import json_bytes, make_folder, write_bytes
from segue.models.folder import CARD_NAME, WEIGHTS_NAME
from segue.models.kinds import read_kind
from segue.models.plans.config import PlanConfig
from segue.models.plans.denoiser import PlanDenoiser
from segue.models.weights import load_weights, save_weights

__all__ = ["SavedPlans", "load_plans", "save_plans"]

KIND: Final = "plans"
"""What the card says that the folder holds."""
FORMAT_VERSION: Final = 1


@dataclass(frozen=True)
class SavedPlans:
    """A network, and what its cells are measured in."""

    model: PlanDenoiser
    scale: LatentScale
    """Of latents and flags."""


def save_plans(saved: SavedPlans, folder: Path, card: dict[str, Any]) -> None:
    """Write a network and its card; `card`: whatever should be known of the weights.

    Raises:
        InputError: the folder cannot be made or written, or the disk is full.
    """
    make_folder(folder)
    save_weights(saved.model, folder / WEIGHTS_NAME, dtype=torch.float32)
    about = {
        "kind": KIND,
        "format_version": FORMAT_VERSION,
        "model": to_mapping(saved.model.config),
        "scale": to_mapping(saved.scale),
        "schedule": to_mapping(saved.model.schedule),
    }
    write_bytes(folder / CARD_NAME, json_bytes({**about, **card}))


def load_plans(folder: Path) -> SavedPlans:
    """What a folder holds, in float32, ready to evaluate.

    Raises:
        CheckpointError: a file is missing or damaged, or it is no such network of this version.
    """
    path = folder / CARD_NAME
    config, scale, schedule = read_kind(
        folder,
        KIND,
        FORMAT_VERSION,
        "network of plans",
        lambda card: (
            from_mapping(PlanConfig, card["model"], where="model"),
            from_mapping(LatentScale, card["scale"], where="scale"),
            from_mapping(NoiseSchedule, card["schedule"], where="schedule"),
        ),
    )
    if len(scale.mean) != config.core.latents:
        raise CheckpointError(
            f"{path}: a scale of {len(scale.mean)} channels for cells of {config.core.latents}; "
            "copy or train it again"
        )
    model = load_weights(
        lambda: PlanDenoiser(config, schedule),
        folder / WEIGHTS_NAME,
        card=CARD_NAME,
        n_least=12 * config.layers * config.width**2,
    )
    model.eval()
    return SavedPlans(model, scale)
