"""A trained model on disk: a folder with `model.safetensors` and `card.json`, never a pickle.

The card says what the weights are: format version, configuration, what they were trained on and
how they measured. Weights are kept in bfloat16 or float32 and read back as float32.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from segue.config import from_mapping, to_mapping
from segue.errors import CheckpointError, ConfigError
from segue.files import make_folder, write_bytes
from segue.models.config import ModelConfig
from segue.models.segue_vae import SegueVAE
from segue.models.weights import load_weights
from segue.reading import read_json

FORMAT_VERSION: Final = 1
WEIGHTS_NAME: Final = "model.safetensors"
CARD_NAME: Final = "card.json"


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
    path = folder / CARD_NAME
    try:
        card = read_json(path)
    except FileNotFoundError:
        raise CheckpointError(
            f"{folder} holds no model ({CARD_NAME} is missing); give the folder that training wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}; copy it again") from error
    version = card.get("format_version") if isinstance(card, dict) else None
    if version != FORMAT_VERSION:
        raise CheckpointError(
            f"{path} is of format version {version!r:.40}, this Segue reads {FORMAT_VERSION}; "
            "use the Segue that wrote it, or train again"
        )
    return dict(card)


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


def shipped_models() -> list[str]:
    """The names of the models inside the package."""
    folder = resources.files("segue.models") / "shipped"
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def model_folder(name: str) -> Path:
    """The folder of a model: a shipped one by its name, or a folder by its path.

    Raises:
        CheckpointError: there is no such model.
    """
    shipped = shipped_models()
    if name in shipped:
        return Path(str(resources.files("segue.models") / "shipped" / name))
    if Path(name).is_dir():
        return Path(name)
    raise CheckpointError(
        f"no model {name!r}: give a folder that training wrote"
        + (f", or one of {', '.join(shipped)}" if shipped else "")
    )
