"""Weights as arrays: they come from untrusted files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from segue.errors import CheckpointError
from segue.models.decoder import Decoder
from segue.models.decoder_folder import save_decoder
from segue.models.decoder_shape import weight_shapes
from segue.models.folder import WEIGHTS_NAME
from segue.models.weight_arrays import read_weights
from tests.unit.models.decoders import SHAPE, random_decoder

Held = dict[str, torch.Tensor]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    save_decoder(random_decoder(), tmp_path, {})
    return tmp_path


@pytest.mark.parametrize("shape", [SHAPE, replace(SHAPE, width=64, layers=3, heads=4)])
def test_the_weights_of_a_shape_are_those_of_the_module(shape: Any) -> None:
    held = Decoder(shape).state_dict()
    assert weight_shapes(shape) == {name: tuple(value.shape) for name, value in held.items()}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_weights_of_every_precision_are_read_as_torch_reads_them(
    tmp_path: Path, dtype: torch.dtype
) -> None:
    model = random_decoder()
    save_decoder(model, tmp_path, {}, dtype=dtype)
    found = read_weights(tmp_path, SHAPE)
    for name, value in model.state_dict().items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], value.to(dtype).float().numpy())


def spoil(value: float) -> Callable[[Held], object]:
    return lambda held: held["norm.weight"][3].fill_(value)


def grow(held: Held) -> None:
    held["norm.weight"] = torch.ones(SHAPE.width + 1)


DAMAGE: dict[str, tuple[Callable[[Held], object], str]] = {
    "NaN": (spoil(float("nan")), "norm.weight holds a number that is not finite"),
    "infinity": (spoil(float("-inf")), "norm.weight holds a number that is not finite"),
    "missing": (lambda held: held.pop("norm.weight"), "norm.weight is not there"),
    "more": (lambda held: held.update(more=torch.zeros(1)), "nothing is called 'more'"),
    "shape": (grow, r"norm.weight has the shape \(33,\) instead of \(32,\)"),
    "integers": (
        lambda held: held.update({name: value.int() for name, value in held.items()}),
        "numbers of the kind I32",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_weights_that_are_not_the_card_s_are_refused(kind: str, folder: Path) -> None:
    change, message = DAMAGE[kind]
    held = load_file(folder / WEIGHTS_NAME)
    change(held)
    save_file(held, folder / WEIGHTS_NAME)
    with pytest.raises(CheckpointError, match=message) as caught:
        read_weights(folder, SHAPE)
    assert str(folder / WEIGHTS_NAME) in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff" * 7 + b"\x7f" + b"{" * 10**6, b"\x80\x04pickle" * 10**5],
    ids=["empty", "header", "pickle"],
)
def test_a_file_that_holds_no_weights_is_refused(content: bytes, folder: Path) -> None:
    (folder / WEIGHTS_NAME).write_bytes(content)
    with pytest.raises(CheckpointError, match=WEIGHTS_NAME):
        read_weights(folder, SHAPE)


def test_no_file_and_a_folder_in_its_place_are_refused(folder: Path) -> None:
    (folder / WEIGHTS_NAME).unlink()
    with pytest.raises(CheckpointError, match="is missing"):
        read_weights(folder, SHAPE)
    (folder / WEIGHTS_NAME).mkdir()
    with pytest.raises(CheckpointError, match="it is no file"):
        read_weights(folder, SHAPE)


def test_a_card_that_claims_more_than_the_file_holds_is_refused_unread(folder: Path) -> None:
    huge = replace(SHAPE, width=8192, layers=8192)
    with pytest.raises(CheckpointError, match=r"are 549,755,813,888 at least"):
        read_weights(folder, huge)


def test_a_file_that_is_larger_than_the_card_s_model_is_refused_unread(folder: Path) -> None:
    with (folder / WEIGHTS_NAME).open("r+b") as file:
        file.truncate(2**33)  # mostly a hole
    with pytest.raises(CheckpointError, match="larger than"):
        read_weights(folder, SHAPE)
