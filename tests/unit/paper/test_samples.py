"""Sampled music is MIDI, keeps what was given, and is as long as asked."""

from pathlib import Path

import numpy as np
import pytest
import torch

from segue.encoding.paper import share_outside_midi
from segue.errors import InputError
from segue.models.paper_vae import PaperVAE
from segue.paper.representation import Octuples
from segue.paper.samples import Sampler
from tests.unit.paper.experiments import data_in, settings


def sampler(folder: Path, *, seed: int = 1, conditional: bool = True) -> Sampler:
    config = settings(model__conditional=conditional)
    data = data_in(folder, config)
    torch.manual_seed(1)
    model = PaperVAE(config.model, data.representation.columns)
    return Sampler(model, data.representation, order="instrument", seed=seed)


def test_the_same_seed_gives_the_same_music(tmp_path: Path) -> None:
    one, two = (sampler(tmp_path).sample().table for _ in range(2))

    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, sampler(tmp_path, seed=2).sample().table)


def test_a_continuation_keeps_what_was_given(tmp_path: Path) -> None:
    song = data_in(tmp_path).splits["test"][0]
    made = sampler(tmp_path).continuation(song)

    np.testing.assert_allclose(made.table[:4], song[:4], rtol=1e-6)
    assert len(made.table) + made.left_out == len(song)


@pytest.mark.parametrize("conditional", [True, False])
def test_a_long_piece_is_long_enough(tmp_path: Path, conditional: bool) -> None:
    piece = sampler(tmp_path, conditional=conditional).long_piece(60.0)

    assert piece.seconds >= 60
    assert share_outside_midi(piece.table) == 0
    assert sum(len(track.notes) for track in piece.score.tracks) == len(piece.table)


def test_a_piece_that_does_not_grow_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segue.paper.samples._MOST_ROUNDS", 1)

    with pytest.raises(InputError, match="in 1 rounds, not 10000; train it longer"):
        sampler(tmp_path).long_piece(10_000)


def test_octuples_are_not_sampled_as_music(tmp_path: Path) -> None:
    config = settings()
    model = PaperVAE(config.model, Octuples().columns)

    with pytest.raises(InputError, match="not of octuples"):
        Sampler(model, Octuples(), order="time", seed=1)
