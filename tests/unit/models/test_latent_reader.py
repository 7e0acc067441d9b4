"""A decoder that reads the latents of cells: what they change, and what they do not."""

from dataclasses import replace

import pytest
import torch

from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import MAX_PARTS
from segue.models.decoder import Decoder, Windows
from segue.models.decoder_shape import weight_shapes
from segue.models.latent_reader import CellLatents, noised
from segue.nn.transformer import LayerCache
from tests.unit.models.decoders import (
    READING,
    SHAPE,
    all_logits,
    random_decoder,
    random_windows,
    reading_decoder,
)

CELLS = 3
GIVEN = (2, 1)
"""The bar and part of the one cell whose latents are given."""


def with_latents(windows: Windows, seed: int = 1) -> Windows:
    """The same with the latents of one cell."""
    of_cell = torch.full((1, SHAPE.max_bars, MAX_PARTS), CELLS)
    of_cell[0, GIVEN[0], GIVEN[1]] = 0
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(1, CELLS, READING.slices, READING.latent_width, generator=generator)
    return replace(windows, latents=CellLatents(z, torch.full((1, CELLS), 0.3), of_cell))


def test_every_weight_has_the_shape_that_other_runtimes_expect() -> None:
    shapes = {name: tuple(value.shape) for name, value in Decoder(READING).state_dict().items()}

    assert shapes == weight_shapes(READING)


def test_latents_say_nothing_before_they_are_learned() -> None:
    model, windows = reading_decoder(trained=False), random_windows(1)

    assert torch.equal(model(windows).nll, model(with_latents(windows)).nll)


def test_a_decoder_begins_with_the_weights_of_one_that_reads_no_latents() -> None:
    old, new = random_decoder(), Decoder(READING).eval()
    new.begin_with(old)

    assert torch.equal(new(random_windows(2)).nll, old(random_windows(2)).nll)


def test_weights_of_another_kind_are_not_begun_with() -> None:
    with pytest.raises(RuntimeError):
        Decoder(READING).begin_with(random_decoder(shape=replace(SHAPE, width=40)))


def test_latents_change_what_follows_in_their_cell_and_not_what_was_before() -> None:
    model, windows = reading_decoder(), random_windows(3)
    plain = all_logits(model, windows)
    read = all_logits(model, with_latents(windows))
    columns = windows.columns[0]
    mine = (columns[:, Column.BAR] == GIVEN[0]) & (columns[:, Column.PART] == GIVEN[1])
    mine &= (columns[:, Column.ROLE] == MASKED) & (columns[:, Column.KIND] == NOTE_EVENT)
    first = int(mine.nonzero()[0, 0])

    for attribute, (a, b) in enumerate(zip(plain, read, strict=True)):
        changed = (a != b).any(dim=-1)[0].nonzero()[:, 0] + 1
        assert int(changed[0]) == (first if attribute else first + 1)


def test_other_latents_say_something_else() -> None:
    model, windows = reading_decoder(), random_windows(3)

    one, other = (model(with_latents(windows, seed)).nll for seed in (1, 2))
    assert not torch.equal(one, other)


def test_reading_event_by_event_gives_what_reading_at_once_gives() -> None:
    model, windows = reading_decoder(), with_latents(random_windows(4))
    read = windows.columns[:, :-1]
    latents = model.read_latents(windows.latents)
    at_once = model.decode(read, windows.masked_parts, windows.instruments, latents)
    head = SHAPE.width // SHAPE.heads
    caches = [LayerCache.empty(1, SHAPE.heads, SHAPE.context, head) for _ in range(SHAPE.layers)]
    asked = model.embed.asked(windows.masked_parts, windows.instruments)
    steps = [
        model.read(read[:, at : at + 1], asked, latents, caches, at=at)
        for at in range(read.shape[1])
    ]

    assert torch.allclose(torch.cat(steps, dim=1), at_once, atol=1e-4)


def test_noise_keeps_the_variance_and_a_level_of_one_is_noise_alone() -> None:
    generator = torch.Generator().manual_seed(5)
    z, noise = (torch.randn(20_000, generator=generator) for _ in range(2))

    assert torch.equal(noised(z, noise, torch.tensor(0.0)), z)
    assert torch.allclose(noised(z, noise, torch.tensor(1.0)), noise, atol=1e-6)
    for level in (0.25, 0.5, 0.75):
        assert noised(z, noise, torch.tensor(level)).std() == pytest.approx(1, abs=0.03)
