"""A model's folder that is damaged, or was made to harm, is told of at loading."""

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from segue.errors import CheckpointError
from segue.generation.composer import load
from segue.models.decoder_folder import save_decoder
from segue.models.folder import CARD_NAME, WEIGHTS_NAME, model_folder
from segue.novelty.known import FILE_NAME, read_known_music
from tests.composers import small_model

RAN = "the code of a file was run"


class Bomb:
    """Unpickled, it leaves a file where it is."""

    def __reduce__(self) -> Any:
        return os.mkdir, (RAN,)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save_decoder(small_model(), tmp_path / "model", {})
    return tmp_path / "model"


def weights(change: Callable[[dict[str, torch.Tensor]], Any]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        held = load_file(folder / WEIGHTS_NAME)
        change(held)
        save_file(held, folder / WEIGHTS_NAME)

    return damage


def card(**changes: Any) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        told = json.loads((folder / CARD_NAME).read_text())
        told["model"] |= changes
        (folder / CARD_NAME).write_text(json.dumps(told))

    return damage


def content(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(data) and None  # type: ignore[return-value]


def npz(**arrays: Any) -> bytes:
    good: dict[str, Any] = {
        "format_version": np.int64(1),
        "corpus": np.frombuffer(b"0" * 64, np.uint8),
        "bitmap": np.zeros(1024, np.uint8),
        **{f"{n}_{c}": np.ones((3, 4), np.int32)
           for n in ("bound", "exact") for c in ("size", "length")},
    } | arrays  # fmt: skip
    file = io.BytesIO()
    np.savez_compressed(file, **{k: v for k, v in good.items() if v is not None})
    return file.getvalue()


def bomb(claim: int, held: int) -> bytes:
    """An npz whose bitmap claims so many bytes and unpacks to `held`."""
    file = io.BytesIO(npz(bitmap=None))
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "|u1", "fortran_order": False, "shape": (claim,)}
    )
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bitmap.npy", "w", force_zip64=True) as member,
    ):
        member.write(head.getvalue())
        for _ in range(held // 2**20):
            member.write(bytes(2**20))
    return file.getvalue()


def first(held: dict[str, torch.Tensor]) -> torch.Tensor:
    return next(value for value in held.values() if value.numel() > 10)


DAMAGE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "NaN": (WEIGHTS_NAME, weights(lambda w: first(w).view(-1)[3].fill_(float("nan")))),
    "infinity": (WEIGHTS_NAME, weights(lambda w: first(w).view(-1)[0].fill_(float("inf")))),
    "integers": (WEIGHTS_NAME, weights(lambda w: w.update({k: v.int() for k, v in w.items()}))),
    "one missing": (WEIGHTS_NAME, weights(lambda w: w.popitem())),
    "one too many": (WEIGHTS_NAME, weights(lambda w: w.update(more=torch.zeros(1)))),
    "no weights": (WEIGHTS_NAME, content(WEIGHTS_NAME, b"")),
    "a pickle": (WEIGHTS_NAME, content(WEIGHTS_NAME, pickle.dumps(Bomb()))),
    "a huge header": (WEIGHTS_NAME, content(WEIGHTS_NAME, b"\xff" * 7 + b"\x7f" + b"{" * 10**5)),
    "a deep card": (CARD_NAME, content(CARD_NAME, b'{"model": ' + b"[" * 10**5)),
    "a card of digits": (CARD_NAME, content(CARD_NAME, b'{"a": ' + b"9" * 5000 + b"}")),
    "a card of bytes": (CARD_NAME, content(CARD_NAME, b"\xff\xfe")),
    "a list": (CARD_NAME, content(CARD_NAME, b"[1]")),
    "another size": (WEIGHTS_NAME, card(width=8192, heads=1, layers=128)),
    "wide": (CARD_NAME, card(width=10**18)),
    "many layers": (CARD_NAME, card(layers=10**9)),
    "a number beyond": (CARD_NAME, card(layers=10**400)),
    "a long context": (CARD_NAME, card(context=10**12)),
    "words": (CARD_NAME, card(width="wide" * 1000)),
    "tiny novelty": (FILE_NAME, content(FILE_NAME, b"PK")),
    "empty bitmap": (FILE_NAME, content(FILE_NAME, npz(bitmap=np.zeros(0, np.uint8)))),
    "wrong bitmap": (FILE_NAME, content(FILE_NAME, npz(bitmap=np.zeros((2, 8), np.uint8)))),
    "floats": (FILE_NAME, content(FILE_NAME, npz(bitmap=np.zeros(1024)))),
    "no bitmap": (FILE_NAME, content(FILE_NAME, npz(bitmap=None))),
    "short yardstick": (FILE_NAME, content(FILE_NAME, npz(bound_size=np.ones((2, 4), np.int32)))),
    "uneven yardstick": (FILE_NAME, content(FILE_NAME, npz(exact_size=np.ones((3, 5), np.int32)))),
    "negative": (FILE_NAME, content(FILE_NAME, npz(bound_size=-np.ones((3, 4), np.int32)))),
    "objects": (FILE_NAME, content(FILE_NAME, npz(corpus=np.array([Bomb()], object)))),
    "a bomb": (FILE_NAME, content(FILE_NAME, bomb(2**28, 2**28))),
    "a claim": (FILE_NAME, content(FILE_NAME, bomb(2**50, 2**20))),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_at_loading(kind: str, folder: Path) -> None:
    name, damage = DAMAGE[kind]
    damage(folder)
    with pytest.raises(CheckpointError) as caught:
        load(str(folder))
    assert name in str(caught.value)
    assert len(str(caught.value)) < 600
    assert not Path(RAN).exists()


def test_a_file_that_is_as_it_should_be_is_read(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(npz())
    assert load(str(folder)).folder == folder
    assert read_known_music(folder / FILE_NAME).corpus == "0" * 64


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a matter of POSIX")
@pytest.mark.parametrize("name", [CARD_NAME, WEIGHTS_NAME, FILE_NAME])
def test_a_pipe_is_not_waited_for(name: str, folder: Path) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(CheckpointError, match=name):
        load(str(folder))


def test_the_shipped_model_is_within_all_bounds() -> None:
    assert load("band").folder == model_folder("band")
