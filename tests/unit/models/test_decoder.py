"""The decoder sees no future, writes what the grammar allows, and tells tracks apart."""

from pathlib import Path

import pytest
import torch

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import END, N_PART_CLASSES
from segue.errors import CheckpointError
from segue.models.decoder import Decoder, true_attributes
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.decoder_grammar import FORBIDDEN
from segue.nn.transformer import LayerCache
from segue.training.coarse import terms_in_both_units
from tests.unit.models.decoders import ROSTER, SHAPE, all_logits, random_decoder, random_windows


@pytest.fixture(name="model")
def _model() -> Decoder:
    return random_decoder()


def test_what_comes_later_changes_nothing_before(model: Decoder) -> None:
    windows = random_windows(1)
    before = all_logits(model, windows)
    cut = windows.columns.shape[1] // 2
    windows.columns[:, cut + 1 :, Column.VELOCITY] = 5
    after = all_logits(model, windows)

    for one, other in zip(before, after, strict=True):
        assert torch.equal(one[:, :cut], other[:, :cut])


@pytest.mark.parametrize("seed", range(5))
def test_real_events_are_allowed_and_their_likelihood_is_finite(model: Decoder, seed: int) -> None:
    windows = random_windows(seed)
    truth, is_note = true_attributes(windows.columns[:, 1:])

    for attribute, logits in enumerate(all_logits(model, windows)):
        chosen = logits.gather(-1, truth[attribute][..., None])[..., 0]
        counted = torch.ones_like(is_note) if attribute == 0 else is_note
        assert (chosen[counted > 0] > FORBIDDEN / 2).all()
    assert model(windows).nll.isfinite().all()


def test_parts_that_the_roster_lacks_have_no_probability(model: Decoder) -> None:
    logits = all_logits(model, random_windows(2))[0]

    assert logits.shape[-1] == N_PART_CLASSES
    assert (logits[..., len(ROSTER) : END] <= FORBIDDEN).all()
    assert (logits[..., END] > FORBIDDEN).all()


def test_two_tracks_of_one_instrument_are_told_apart_by_their_numbers(model: Decoder) -> None:
    logits = all_logits(model, random_windows(3))[0]
    both = (logits[..., 2] > FORBIDDEN) & (logits[..., 3] > FORBIDDEN)

    assert not torch.allclose(logits[..., 2][both], logits[..., 3][both])


def test_reading_event_by_event_gives_what_reading_at_once_gives(model: Decoder) -> None:
    windows = random_windows(4)
    read = windows.columns[:, :-1]
    at_once = model.decode(read, windows.masked_parts, windows.instruments)
    head = SHAPE.width // SHAPE.heads
    caches = [LayerCache.empty(1, SHAPE.heads, SHAPE.context, head) for _ in range(SHAPE.layers)]
    asked = model.embed.asked(windows.masked_parts, windows.instruments)
    steps = [
        model.read(read[:, at : at + 1], asked, caches=caches, at=at) for at in range(read.shape[1])
    ]

    assert torch.allclose(torch.cat(steps, dim=1), at_once, atol=1e-4)


def test_the_likelihood_in_coarse_units_is_never_the_smaller(model: Decoder) -> None:
    windows = random_windows(5)

    own, coarser = terms_in_both_units(model, windows)
    fine, coarse = model(windows).nll, coarser.nll

    assert torch.allclose(own.nll, fine, rtol=1e-4)
    assert (own.events, own.notes) == (coarser.events, coarser.notes)
    assert (coarse <= fine + 1e-3).all()
    assert torch.allclose(coarse[[1, 2]], fine[[1, 2]], rtol=1e-4)


def test_a_folder_gives_the_model_back(model: Decoder, tmp_path: Path) -> None:
    save_decoder(model, tmp_path, {"trained_events": 7})

    found = load_decoder(tmp_path)

    assert found.config == SHAPE
    assert all(torch.equal(a, b) for a, b in zip(
        model.state_dict().values(), found.state_dict().values(), strict=True
    ))  # fmt: skip


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=str(tmp_path)):
        load_decoder(tmp_path)
