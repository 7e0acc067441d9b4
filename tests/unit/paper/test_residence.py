"""Wherever the songs are, a batch is the same."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from segue.errors import InputError
from segue.paper.config import Residence
from segue.paper.residence import ResidentSongs
from tests.unit.paper.experiments import data_in

CPU = torch.device("cpu")


@pytest.mark.parametrize("residence", get_args(Residence))
def test_a_batch_is_the_coded_songs(tmp_path: Path, residence: Residence) -> None:
    data = data_in(tmp_path)
    raw = data.splits["train"]
    songs = ResidentSongs(raw, data.representation, residence, CPU)
    asked = torch.tensor([5, 0, 5, 27])

    assert len(songs) == 28
    np.testing.assert_array_equal(
        songs.batch(asked).numpy(), data.representation.code(raw)[asked.numpy()]
    )


def test_no_room_is_told_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("unable to allocate shared memory")

    data = data_in(tmp_path)
    monkeypatch.setattr(torch.Tensor, "share_memory_", full)
    with pytest.raises(InputError, match=r'no room there \(shared\); set data.residence to\s"map'):
        ResidentSongs(data.splits["train"], data.representation, "shared", CPU)
