"""A trained model on disk: a folder with `model.safetensors` and `card.json`, never a pickle.

The card says what the weights are: format version, configuration, what they were trained on and
how they measured. Weights are kept in bfloat16 or float32 and read back as float32.
"""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from segue.config import from_mapping, to_mapping
from segue.errors import CheckpointError, ConfigError
from segue.files import make_folder, write_bytes
from segue.models.config import ModelConfig
from segue.models.folder import CARD_NAME, WEIGHTS_NAME, model_folder, shipped_models
from segue.models.folder import read_card as read_card_of
from segue.models.segue_vae import SegueVAE
from segue.models.weights import load_weights

__all__ = [
    "CARD_NAME",
    "FORMAT_VERSION",
    "WEIGHTS_NAME",
    "load_model",
    "model_folder",
    "read_card",
    "save_model",
    "shipped_models",
]

FORMAT_VERSION: Final = 1


def save_model(
    model: SegueVAE, folder: Path, card: dict[str, Any], *, dtype: torch.dtype = torch.float32
) -> None:
    """Write a model and its card into a folder; either file is replaced whole or not at all.

    `card`: whatever should be known of the weights; `format_version` and `model` are filled in.

    Raises:
        InputError: the folder cannot be made or written, or the disk is full.
    """
    make_folder(folder)
    weights = {
        name: value.detach().to(dtype).contiguous() for name, value in model.state_dict().items()
    }
    write_bytes(folder / WEIGHTS_NAME, save(weights, metadata={"format": "pt"}))
    full = {"format_version": FORMAT_VERSION, "model": to_mapping(model.config), **card}
    write_bytes(folder / CARD_NAME, (json.dumps(full, indent=2) + "\n").encode())


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a model.

    Raises:
        CheckpointError: there is none, it is damaged, or of another format version.
    """
    return read_card_of(folder, version=FORMAT_VERSION)


def load_model(folder: Path) -> SegueVAE:
    """The model of a folder, in float32, ready to evaluate.

    Raises:
        CheckpointError: a file is missing or damaged, or the weights are not of the card's model.
    """
    card = read_card(folder)
    try:
        config = from_mapping(ModelConfig, card.get("model", {}), where="model")
    except ConfigError as error:
        raise CheckpointError(f"{folder / CARD_NAME} describes no model: {error}") from error
    model = load_weights(
        lambda: SegueVAE(config),
        folder / WEIGHTS_NAME,
        card=CARD_NAME,
        n_least=config.layers * config.width**2 + config.encoder_width**2 + config.sketch_width**2,
    )
    model.eval()
    return model
