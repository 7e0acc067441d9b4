"""A decoder on disk: a folder with `model.safetensors` and `card.json`, never a pickle."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from segue.config import from_mapping, to_mapping
from segue.errors import CheckpointError, ConfigError
from segue.files import make_folder, write_bytes
from segue.models.checkpoint import CARD_NAME, WEIGHTS_NAME
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig
from segue.models.weights import load_weights
from segue.reading import read_json

FORMAT_VERSION: Final = 2
"""Version 1 are the models with look-back and latents of bars (`checkpoint`)."""


def save_decoder(
    model: Decoder, folder: Path, card: dict[str, Any], *, dtype: torch.dtype = torch.float32
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


def load_decoder(folder: Path) -> Decoder:
    """The model of a folder, in float32, ready to evaluate.

    Raises:
        CheckpointError: a file is missing or damaged, or of another version.
    """
    path = folder / CARD_NAME
    try:
        card = read_json(path)
        if card["format_version"] != FORMAT_VERSION:
            raise CheckpointError(
                f"{path} is of format version {card['format_version']}, not {FORMAT_VERSION}; use "
                "the Segue that wrote it, or train again"
            )
        config = from_mapping(DecoderConfig, card["model"], where="model")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CheckpointError(f"{path} is no decoder's card: {error}") from error
    except ConfigError as error:
        raise CheckpointError(f"{path} is no decoder's card: {error}") from error
    model = load_weights(
        lambda: Decoder(config),
        folder / WEIGHTS_NAME,
        card=CARD_NAME,
        n_least=config.layers * config.width**2,
    )
    model.eval()
    return model
