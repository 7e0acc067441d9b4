"""The VAE of cells on disk: a folder with `model.safetensors` and `card.json`."""

from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from segue.config import from_mapping, to_mapping
from segue.files import json_bytes, make_folder, write_bytes
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.onnx_encoder import encoder_shapes
from segue.models.cells.vae import CellVAE
from segue.models.folder import CARD_NAME, CELLS_KEY, CELLS_NAME, WEIGHTS_NAME, read_card
from segue.models.kinds import read_kind
from segue.models.weights import load_weights, save_weights

__all__ = ["load_cell_vae", "save_cell_encoder", "save_cell_vae"]

KIND: Final = "cell-vae"
"""What the card says that the folder holds: no decoder."""
FORMAT_VERSION: Final = 1


def save_cell_vae(
    model: CellVAE, folder: Path, card: dict[str, Any], *, dtype: torch.dtype = torch.float32
) -> None:
    """Write a model and its card; `card`: whatever should be known of the weights.

    Raises:
        InputError: the folder cannot be made or written, or the disk is full.
    """
    make_folder(folder)
    save_weights(model, folder / WEIGHTS_NAME, dtype=dtype)
    about = {"kind": KIND, "format_version": FORMAT_VERSION, "model": to_mapping(model.config)}
    write_bytes(folder / CARD_NAME, json_bytes({**about, **card}))


def load_cell_vae(folder: Path) -> CellVAE:
    """The model of a folder, in float32, ready to evaluate.

    Raises:
        CheckpointError: a file is missing or damaged, or it is no VAE of cells of this version.
    """
    config = read_kind(
        folder,
        KIND,
        FORMAT_VERSION,
        "VAE of cells",
        lambda card: from_mapping(CellVAEConfig, card["model"], where="model"),
    )
    model = load_weights(
        lambda: CellVAE(config),
        folder / WEIGHTS_NAME,
        card=CARD_NAME,
        n_least=12 * config.decoder_layers * config.width**2,
    )
    model.eval()
    return model


def save_cell_encoder(model: CellVAE, folder: Path, *, dtype: torch.dtype = torch.float32) -> None:
    """Write what `onnx_encoder` reads into a decoder's folder; its card names the shape.

    Raises:
        InputError: a file cannot be written, or the disk is full.
    """
    names = encoder_shapes(model.config)
    weights = model.encoder.state_dict()
    kept = {name: weights[name].detach().to(dtype).contiguous() for name in names}
    write_bytes(folder / CELLS_NAME, save(kept, metadata={"format": "pt"}))
    card = {**read_card(folder), CELLS_KEY: to_mapping(model.config)}
    write_bytes(folder / CARD_NAME, json_bytes(card))
