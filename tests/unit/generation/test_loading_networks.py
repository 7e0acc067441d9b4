"""A folder's network, by PyTorch or ONNX Runtime: the same music, and damage is refused alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segue.errors import CheckpointError
from segue.generation import onnx_network, torch_network
from segue.generation.network import Network
from segue.models.decoder_folder import save_decoder
from segue.models.folder import CARD_NAME, WEIGHTS_NAME
from tests.unit.generation.test_network import IN_BYTES, Music, said
from tests.unit.models.decoders import random_decoder

LOADERS = (torch_network.load_network, onnx_network.load_network)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    save_decoder(random_decoder(), tmp_path, {})
    return tmp_path


def test_the_same_music_is_as_likely_whatever_computes_it(folder: Path) -> None:
    music = Music.of(20)
    loaded: list[Network] = [load(folder) for load in LOADERS]
    both = [network.read(music.events[:, :8], music.plan) for network in loaded]
    for event in range(8, music.events.shape[1]):
        truth = music.truth(event)
        for one, other in zip(*(said(steps, truth) for steps in both), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=IN_BYTES)
        for steps in both:
            steps.step(music.events[:, event])
            if steps.length == 30:
                steps.restart(music.events[:, event - 15 : event + 1])


def change(folder: Path, **of_model: Any) -> None:
    card = json.loads((folder / CARD_NAME).read_text())
    card["model"] |= of_model
    (folder / CARD_NAME).write_text(json.dumps(card))


@pytest.mark.parametrize("load", LOADERS, ids=["PyTorch", "ONNX"])
def test_a_folder_that_is_no_decoder_s_is_refused(load: Any, folder: Path) -> None:
    change(folder, width=64)
    with pytest.raises(CheckpointError, match=f"{WEIGHTS_NAME} holds other weights"):
        load(folder)
    change(folder, width=8192, heads=1, layers=8192)
    with pytest.raises(CheckpointError, match="at least"):
        load(folder)
    change(folder, width=10**12)
    with pytest.raises(CheckpointError, match=CARD_NAME):
        load(folder)
    (folder / CARD_NAME).write_text('{"format_version": 1}')
    with pytest.raises(CheckpointError, match="format version 1"):
        load(folder)
    (folder / CARD_NAME).unlink()
    with pytest.raises(CheckpointError, match="holds no model"):
        load(folder)
