"""A model comes back as it was saved, and a bad folder is named as one."""

import json
from pathlib import Path

import pytest
import torch

from segue.errors import CheckpointError, InputError
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.folder import (
    CARD_NAME,
    FORMAT_VERSION,
    WEIGHTS_NAME,
    model_folder,
    read_card,
    shipped_models,
)
from tests.unit.models.decoders import SHAPE, random_decoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_decoder(random_decoder(), tmp_path / "model", {"note": "for a test"})
    return tmp_path / "model"


def test_weights_and_configuration_come_back(folder: Path) -> None:
    loaded, saved = load_decoder(folder), random_decoder()

    assert loaded.config == SHAPE
    assert not loaded.training
    for (name, value), (other, same) in zip(
        saved.state_dict().items(), loaded.state_dict().items(), strict=True
    ):
        assert name == other
        assert torch.equal(value, same)


def test_half_precision_takes_half_the_room_and_comes_back_near(tmp_path: Path) -> None:
    model = random_decoder()
    for dtype in (torch.float32, torch.bfloat16):
        save_decoder(model, tmp_path / str(dtype), {}, dtype=dtype)
    sizes = [
        (tmp_path / str(d) / WEIGHTS_NAME).stat().st_size for d in (torch.float32, torch.bfloat16)
    ]

    half = load_decoder(tmp_path / str(torch.bfloat16)).state_dict()

    assert sizes[1] < 0.7 * sizes[0]
    for name, value in model.state_dict().items():
        assert half[name].dtype == torch.float32
        torch.testing.assert_close(half[name], value, rtol=1e-2, atol=1e-2)


def test_the_card_says_what_it_was_told_and_the_version(folder: Path) -> None:
    card = read_card(folder)

    assert card["note"] == "for a test"
    assert card["format_version"] == FORMAT_VERSION
    assert card["model"]["width"] == SHAPE.width


def test_nothing_but_model_and_card_is_left_in_the_folder(folder: Path) -> None:
    save_decoder(random_decoder(2), folder, {})

    assert sorted(path.name for path in folder.iterdir()) == [CARD_NAME, WEIGHTS_NAME]


def with_card(folder: Path, **changes: object) -> None:
    card = {**json.loads((folder / CARD_NAME).read_text()), **changes}
    (folder / CARD_NAME).write_text(json.dumps(card))


def test_another_version_is_refused_by_its_number(folder: Path) -> None:
    with_card(folder, format_version=99)

    with pytest.raises(CheckpointError, match=r"format version 99.*this Segue reads 2"):
        load_decoder(folder)


def test_a_model_of_the_first_design_is_refused_with_a_way_out(folder: Path) -> None:
    with_card(folder, format_version=1, model={"width": 256, "latents": 64})

    with pytest.raises(CheckpointError, match=r"version 1, .* or train again"):
        load_decoder(folder)


def test_weights_of_another_model_are_refused(folder: Path) -> None:
    with_card(folder, model={**read_card(folder)["model"], "layers": 3})

    with pytest.raises(CheckpointError, match=r"other weights than card\.json says"):
        load_decoder(folder)


@pytest.mark.parametrize("model", [{}, {"width": 30}, 5, {"wings": 2}])
def test_a_card_without_a_sound_model_is_refused(folder: Path, model: object) -> None:
    with_card(folder, model=model)

    with pytest.raises(CheckpointError, match="describes no model"):
        load_decoder(folder)


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_damaged_weights_are_refused(folder: Path, kept: int) -> None:
    path = folder / WEIGHTS_NAME
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(CheckpointError, match=WEIGHTS_NAME):
        load_decoder(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", "\xff"])
def test_a_damaged_card_is_refused(folder: Path, text: str) -> None:
    (folder / CARD_NAME).write_bytes(text.encode("latin-1"))

    with pytest.raises(CheckpointError, match=CARD_NAME):
        load_decoder(folder)


@pytest.mark.parametrize("name", [WEIGHTS_NAME, CARD_NAME])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(CheckpointError, match=f"{name}.* is missing"):
        load_decoder(folder)


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no model 'nowhere'"):
        model_folder("nowhere")
    assert model_folder(str(tmp_path)) == tmp_path


def test_shipped_models_load() -> None:
    for name in shipped_models():
        assert load_decoder(model_folder(name)).config.size() in ("tiny", "small", "medium", "base")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="is a file"):
        save_decoder(random_decoder(), tmp_path / "file", {})
