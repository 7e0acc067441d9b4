"""A denoiser's folder comes back as it was written, or is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.denoiser import Denoiser
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import CheckpointError
from segue.models.denoiser_folder import SavedDenoiser, load_denoiser, save_denoiser
from segue.models.folder import CARD_NAME

SMALL = DenoiserConfig(latents=2, width=8, heads=2, layers=1)
SCALE = LatentScale((0.5, 1.0), (2.0, 3.0), 4.0)


def saved(folder: Path) -> SavedDenoiser:
    torch.manual_seed(1)
    found = SavedDenoiser(Denoiser(SMALL), SCALE, NoiseSchedule(30))
    save_denoiser(found, folder, {"of": "a test"})
    return found


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    before, after = saved(tmp_path), load_denoiser(tmp_path)

    assert (after.scale, after.schedule, after.model.config) == (SCALE, before.schedule, SMALL)
    for name, value in before.model.state_dict().items():
        assert torch.equal(after.model.state_dict()[name], value)
    assert json.loads((tmp_path / CARD_NAME).read_text())["of"] == "a test"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "decoder"}, "is of kind and version"),
        ({"format_version": 99}, "is of kind and version"),
        ({"scale": {"mean": [0.0], "deviation": [1.0], "bound": 1.0}}, "a scale of 1 channels"),
        ({"scale": {"mean": [0.0], "deviation": [0.0], "bound": 1.0}}, "describes no denoiser"),
        ({"schedule": {"n_levels": 0}}, "describes no denoiser"),
        ({"model": {"width": 10**9}}, "describes no denoiser"),
        ({"model": {"latents": 2, "width": 64, "heads": 2, "layers": 8}}, "model.safetensors"),
    ],
)
def test_a_card_that_cannot_be_true_is_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    saved(tmp_path)
    path = tmp_path / CARD_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(CheckpointError, match=message):
        load_denoiser(tmp_path)


def test_a_folder_without_a_denoiser_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="describes no denoiser"):
        load_denoiser(tmp_path)
