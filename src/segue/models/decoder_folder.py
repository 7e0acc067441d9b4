"""A decoder on disk: a folder with `model.safetensors` and `card.json`, never a pickle."""

from pathlib import Path
from typing import Any

import torch

from segue.config import to_mapping
from segue.files import json_bytes, make_folder, write_bytes
from segue.models.decoder import Decoder
from segue.models.folder import (
    CARD_NAME,
    FORMAT_VERSION,
    WEIGHTS_NAME,
    least_numbers,
    read_config,
)
from segue.models.weights import load_weights, save_weights

__all__ = ["FORMAT_VERSION", "load_decoder", "save_decoder"]


def save_decoder(
    model: Decoder, folder: Path, card: dict[str, Any], *, dtype: torch.dtype = torch.float32
) -> None:
    """Write a model and its card into a folder; either file is replaced whole or not at all.

    `card`: whatever should be known of the weights; `format_version` and `model` are filled in.

    Raises:
        InputError: the folder cannot be made or written, or the disk is full.
    """
    make_folder(folder)
    save_weights(model, folder / WEIGHTS_NAME, dtype=dtype)
    full = {"format_version": FORMAT_VERSION, "model": to_mapping(model.config), **card}
    write_bytes(folder / CARD_NAME, json_bytes(full))


def load_decoder(folder: Path) -> Decoder:
    """The model of a folder, in float32, ready to evaluate.

    Raises:
        CheckpointError: a file is missing or damaged, or of another version.
    """
    config = read_config(folder)
    model = load_weights(
        lambda: Decoder(config),
        folder / WEIGHTS_NAME,
        card=CARD_NAME,
        n_least=least_numbers(config),
    )
    model.eval()
    return model
