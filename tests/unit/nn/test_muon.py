"""Muon does what torch's does, in the number format that it is told."""

import pytest
import torch
from torch import Tensor

from segue.nn.muon import Muon, orthogonalise

SHAPES = ((8, 8), (24, 6), (6, 24))


def matrix(shape: tuple[int, int], seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_all_singular_values_come_near_1(shape: tuple[int, int]) -> None:
    made = orthogonalise(matrix(shape), dtype=torch.float32)

    values = torch.linalg.svdvals(made)
    assert values.min() > 0.5
    assert values.max() < 1.3


@pytest.mark.parametrize("shape", SHAPES)
def test_directions_are_kept(shape: tuple[int, int]) -> None:
    """Newton-Schulz moves the singular values and leaves the singular vectors."""
    given = matrix(shape)
    u, _, vh = torch.linalg.svd(given, full_matrices=False)

    inner = u.T @ orthogonalise(given, dtype=torch.float32) @ vh.T

    torch.testing.assert_close(inner, inner.diagonal().diag(), rtol=0, atol=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.bfloat16, 1e-6), (torch.float32, 2e-2)])
def test_it_steps_like_torch_s(
    shape: tuple[int, int], dtype: torch.dtype, tolerance: float
) -> None:
    ours, theirs = (torch.nn.Parameter(matrix(shape)) for _ in range(2))
    own = Muon([ours], lr=0.02, momentum=0.95, weight_decay=0.1, dtype=dtype)
    torchs = torch.optim.Muon([theirs], lr=0.02, momentum=0.95, weight_decay=0.1)

    for seed in range(4):
        ours.grad, theirs.grad = matrix(shape, seed), matrix(shape, seed)
        own.step()
        torchs.step()  # type: ignore[no-untyped-call]

    moved = (theirs - matrix(shape)).abs().max()
    assert (ours - theirs).abs().max() <= tolerance * moved


def test_a_matrix_without_a_gradient_stays() -> None:
    still, moves = (torch.nn.Parameter(matrix((4, 4))) for _ in range(2))
    moves.grad = matrix((4, 4), 2)

    Muon([still, moves]).step()

    assert torch.equal(still, matrix((4, 4)))
    assert not torch.equal(moves, matrix((4, 4)))


def test_a_zero_gradient_moves_nothing() -> None:
    parameter = torch.nn.Parameter(matrix((4, 4)))
    parameter.grad = torch.zeros(4, 4)

    Muon([parameter]).step()

    assert torch.equal(parameter, matrix((4, 4)))


def test_a_saved_state_goes_on_to_the_bit() -> None:
    straight, resumed = (torch.nn.Parameter(matrix((6, 4))) for _ in range(2))
    one, two = Muon([straight]), Muon([resumed])
    for seed in (2, 3):
        straight.grad, resumed.grad = matrix((6, 4), seed), matrix((6, 4), seed)
        one.step()
        two.step()
    other = Muon([resumed])
    other.load_state_dict(two.state_dict())
    straight.grad, resumed.grad = matrix((6, 4), 4), matrix((6, 4), 4)

    one.step()
    other.step()

    assert torch.equal(straight, resumed)


def test_a_closure_gives_the_loss() -> None:
    parameter = torch.nn.Parameter(matrix((4, 4)))

    def closure() -> float:
        loss = parameter.square().sum()
        torch.autograd.backward(loss)
        return float(loss.detach())

    assert Muon([parameter]).step(closure) == pytest.approx(float(matrix((4, 4)).square().sum()))
