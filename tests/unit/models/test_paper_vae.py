"""The paper's models: who sees what, and what samples depend on."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from segue.errors import ConfigError
from segue.models.paper_vae import PaperModelConfig
from tests.unit.models.paper_models import COLUMNS, NOTES, batch, smallest


def draws(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("encoder", ["linear", "rnn", "lstm", "gru"])
@pytest.mark.parametrize("kind", ["vae", "autoencoder"])
@pytest.mark.parametrize("conditional", [False, True])
def test_every_model_reads_and_samples(encoder: str, kind: str, conditional: bool) -> None:
    model = smallest(encoder=encoder, kind=kind, conditional=conditional)
    reading = model(batch(), draws())
    table = model.sample(7, draws())

    assert table.shape == (7, NOTES, len(COLUMNS))
    assert set(reading.decoded) == {"pitch", "program", "onset_s"}
    assert (reading.given_decoded is None) is not conditional
    for index, column in enumerate(COLUMNS):
        if column.values:
            assert set(table[..., index].flatten().tolist()) <= set(range(column.values))


def test_an_autoencoder_decodes_its_mean() -> None:
    model = smallest(kind="autoencoder")
    reading = model(batch(), draws())

    torch.testing.assert_close(reading.decoded, model.decode(reading.posterior.mean))


def test_the_same_seed_gives_the_same_samples() -> None:
    model = smallest()

    assert torch.equal(model.sample(5, draws()), model.sample(5, draws()))
    assert not torch.equal(model.sample(5, draws()), model.sample(5, draws(4)))


def test_conditional_samples_depend_on_what_is_given_and_on_z() -> None:
    model = smallest()
    partial = batch()[:, : model.config.partial_notes]
    same = partial[:1].expand(4, -1, -1)

    assert not torch.equal(
        model.sample_given(partial, draws()), model.sample_given(partial.flip(0), draws())
    )
    sampled = model.sample_given(same, draws()).flatten(1).tolist()
    assert len(set(map(tuple, sampled))) == 4, "a z for every sample"


def test_the_conditional_decoder_sees_the_first_third_alone() -> None:
    model = smallest()
    first, second = batch(), batch()
    second[:, model.config.partial_notes :] = batch(seed=9)[:, model.config.partial_notes :]
    z = torch.zeros(4, 3)
    decoded = [
        model._decode_given(z, model.partial_encoder(model.embedding(t)[:, :2]))
        for t in (first, second)
    ]

    torch.testing.assert_close(decoded[0], decoded[1])


@given(st.integers(2, 400), st.floats(0.01, 0.99))
def test_something_is_given_and_something_is_not(notes: int, share: float) -> None:
    config = PaperModelConfig(notes=notes, partial_share=share)

    assert 1 <= config.partial_notes < notes


def test_a_third_of_300_notes_is_100() -> None:
    assert PaperModelConfig().partial_notes == 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notes": 1}, "notes: must be at least 2, got 1"),
        ({"partial_share": 1.0}, "partial_share: must be between 0 and 1, got 1"),
        ({"latents": 0, "hidden": 0}, "hidden: must be at least 1, got 0\nlatents"),
    ],
)
def test_what_cannot_be_built_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PaperModelConfig(**changes)
