"""Attention that looks back only, turns with two axes, and remembers what it has seen."""

import pytest
import torch
from torch import Tensor

from segue.nn import transformer
from segue.nn.transformer import Block, LayerCache, rotary_angles, rotate

WIDTH, HEADS, EVENTS = 32, 2, 12
HEAD_WIDTH = WIDTH // HEADS
LONGEST = 6144.0


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@pytest.fixture
def block() -> Block:
    torch.manual_seed(3)
    return Block(WIDTH, HEADS).eval()


def angles_of(time: Tensor, first_index: int = 0) -> tuple[Tensor, Tensor]:
    return rotary_angles(time, first_index, head_width=HEAD_WIDTH, longest_time=LONGEST)


def random_time(generator: torch.Generator, batch: int = 2) -> Tensor:
    steps = torch.randint(0, 24, (batch, EVENTS), generator=generator)
    return steps.cumsum(dim=1)


@torch.no_grad()
@pytest.mark.parametrize("pieces", [(EVENTS,), (1,) * EVENTS, (5, 1, 4, 2)])
def test_a_cache_gives_what_one_pass_gives(
    block: Block, generator: torch.Generator, pieces: tuple[int, ...]
) -> None:
    x, time = torch.randn(2, EVENTS, WIDTH, generator=generator), random_time(generator)
    whole = block(x, angles_of(time))
    cache = LayerCache.empty(2, HEADS, EVENTS + 3, HEAD_WIDTH)

    outputs, at = [], 0
    for length in pieces:
        part = slice(at, at + length)
        outputs.append(block(x[:, part], angles_of(time[:, part], at), cache, at))
        at += length

    torch.testing.assert_close(torch.cat(outputs, dim=1), whole, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_an_event_does_not_know_the_later_ones(block: Block, generator: torch.Generator) -> None:
    x, time = torch.randn(2, EVENTS, WIDTH, generator=generator), random_time(generator)
    changed, later = x.clone(), time.clone()
    changed[:, 7:] = 0
    later[:, 7:] += 100

    before, after = block(x, angles_of(time)), block(changed, angles_of(later))

    torch.testing.assert_close(before[:, :7], after[:, :7])
    assert not torch.allclose(before[:, 7], after[:, 7])


@torch.no_grad()
@pytest.mark.parametrize(("steps", "ticks"), [(5, 0), (0, 96), (17, 4000)])
def test_attention_knows_distances_and_no_places(
    block: Block, generator: torch.Generator, steps: int, ticks: int
) -> None:
    """Moving all events along either axis changes nothing: only differences are seen."""
    x, time = torch.randn(2, EVENTS, WIDTH, generator=generator), random_time(generator)

    here, there = block(x, angles_of(time)), block(x, angles_of(time + ticks, steps))

    torch.testing.assert_close(here, there, rtol=1e-3, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("axis", ["index", "time"])
def test_attention_sees_both_axes(block: Block, generator: torch.Generator, axis: str) -> None:
    x, time = torch.randn(1, EVENTS, WIDTH, generator=generator), random_time(generator, 1)
    moved = time.clone()
    if axis == "time":
        moved[:, 6:] += 96
        here, there = block(x, angles_of(time)), block(x, angles_of(moved))
    else:
        index = torch.arange(EVENTS) + torch.arange(EVENTS).ge(6) * 3
        parts = [angles_of(time[:, i : i + 1], int(index[i])) for i in range(EVENTS)]
        gaps = tuple(torch.cat(both, dim=2) for both in zip(*parts, strict=True))
        here, there = block(x, angles_of(time)), block(x, (gaps[0], gaps[1]))

    assert not torch.allclose(here[:, 6:], there[:, 6:], atol=1e-3)
    torch.testing.assert_close(here[:, :6], there[:, :6])


def test_rotation_keeps_lengths(generator: torch.Generator) -> None:
    x = torch.randn(2, HEADS, EVENTS, HEAD_WIDTH, generator=generator)

    turned = rotate(x, angles_of(random_time(generator)))

    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))


def test_half_of_the_frequencies_are_the_time_s() -> None:
    at_rest, moved = torch.zeros(1, 1), torch.full((1, 1), 7.0)
    n = HEAD_WIDTH // 4

    (still, _), (turned, _) = angles_of(at_rest, 5), angles_of(moved, 5)

    assert torch.equal(still[..., :n], turned[..., :n])
    assert not torch.isclose(still[..., n:], turned[..., n:]).any()


@pytest.mark.parametrize("length", [1, 3, 4, 11])
def test_training_by_blocks_is_attention_all_at_once(
    block: Block,
    generator: torch.Generator,
    monkeypatch: pytest.MonkeyPatch,
    length: int,
) -> None:
    """Values and gradients, whether or not the blocks come out even."""
    monkeypatch.setattr(transformer, "_QUERIES_A_BLOCK", 4)
    x = torch.randn(2, length, WIDTH, generator=generator)
    angles = angles_of(random_time(generator)[:, :length])
    with torch.no_grad():
        at_once = block(x, angles)
    by_blocks = block(x.requires_grad_(), angles)
    (gradient,) = torch.autograd.grad(by_blocks.square().sum(), x)

    torch.testing.assert_close(by_blocks, at_once, rtol=1e-4, atol=1e-5)
    monkeypatch.setattr(transformer, "_QUERIES_A_BLOCK", length)
    (expected,) = torch.autograd.grad(block(x, angles).square().sum(), x)
    torch.testing.assert_close(gradient, expected, rtol=1e-3, atol=1e-4)
