"""The encoder of cells without torch: what it says, and a folder that is not whole."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.errors import CheckpointError
from segue.models.cells.batch import CellBatch
from segue.models.cells.folder import load_cell_vae, save_cell_encoder
from segue.models.cells.onnx_encoder import encoder_shapes, load_cell_encoder
from segue.models.cells.vae import CellVAE
from segue.models.decoder_folder import save_decoder
from segue.models.folder import CARD_NAME, CELLS_NAME, model_folder
from tests.unit.models.cells import SMALL, random_cells
from tests.unit.models.decoders import random_decoder


@pytest.fixture(name="vae")
def _vae() -> CellVAE:
    torch.manual_seed(2)
    vae = CellVAE(SMALL).eval()
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return vae


@pytest.fixture(name="folder")
def _folder(vae: CellVAE, tmp_path: Path) -> Path:
    save_decoder(random_decoder(), tmp_path / "model", {"name": "mine"})
    save_cell_encoder(vae, tmp_path / "model")
    return tmp_path / "model"


def test_it_says_what_the_trained_one_says(folder: Path, vae: CellVAE) -> None:
    cells = random_cells(300)
    encoder = load_cell_encoder(folder)
    assert encoder is not None
    with torch.no_grad():
        trained = vae.encode(CellBatch.of(cells)).mean.numpy()

    np.testing.assert_allclose(encoder(cells), trained, rtol=1e-4, atol=1e-4)
    assert encoder(cells.take(np.arange(0))).shape == (0, SMALL.slices, SMALL.latent_width)


def test_its_weights_are_all_of_the_encoder_but_the_variances(vae: CellVAE) -> None:
    shapes = {name: tuple(value.shape) for name, value in vae.encoder.state_dict().items()}

    rest = {name: shape for name, shape in shapes.items() if "log_var" not in name}
    assert encoder_shapes(SMALL) == rest


def test_a_model_without_one_has_none(tmp_path: Path) -> None:
    save_decoder(random_decoder(), tmp_path, {})

    assert load_cell_encoder(tmp_path) is None


def test_a_missing_or_damaged_file_is_told(folder: Path) -> None:
    path = folder / CELLS_NAME
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", whole[:8] + b"x" + whole[9:]):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match=CELLS_NAME):
            load_cell_encoder(folder)
    path.unlink()
    with pytest.raises(CheckpointError, match="is missing"):
        load_cell_encoder(folder)


@pytest.mark.parametrize("told", [{"width": 0}, {"width": 7}, 3, {"beta": 1}])
def test_a_card_that_describes_no_cells_is_told(folder: Path, told: object) -> None:
    card = json.loads((folder / CARD_NAME).read_text(encoding="utf-8"))
    (folder / CARD_NAME).write_text(json.dumps({**card, "cells": told}), encoding="utf-8")

    with pytest.raises(CheckpointError, match="describes no cells"):
        load_cell_encoder(folder)


def test_the_shipped_model_has_the_encoder_of_the_vae_that_is_kept() -> None:
    vae = load_cell_vae(Path(__file__).parents[3] / "experiments" / "cells")
    encoder = load_cell_encoder(model_folder("band"))
    assert encoder is not None
    cells = random_cells(20, seed=4)
    with torch.no_grad():
        kept = vae.encode(CellBatch.of(cells)).mean.numpy()

    np.testing.assert_allclose(encoder(cells), kept, rtol=1e-3, atol=1e-3)
