"""Drawing: the distribution that was asked for, row by row, from each take's own dice."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.vocabulary import DRUMS
from segue.generation.sampling import Dice, draw, top_p_of
from segue.models.heads import ATTRIBUTES
from tests.strategies import SEEDS


def drawn(logits: list[float], *, temperature: float = 1.0, top_p: float = 1.0) -> torch.Tensor:
    """How often each value is drawn by 1000 evenly spread numbers."""
    uniform = (torch.arange(1000) + 0.5) / 1000
    rows = torch.tensor(logits).repeat(1000, 1)
    values = draw(rows, uniform, temperature=temperature, top_p=top_p)
    return torch.bincount(values, minlength=len(logits)) / 1000


def test_values_are_drawn_as_often_as_they_are_probable() -> None:
    logits = [0.0, 1.0, -1.0, 2.0]
    expected = torch.tensor(logits).softmax(0)
    torch.testing.assert_close(drawn(logits), expected, atol=2e-3, rtol=0)
    colder = (torch.tensor(logits) / 0.5).softmax(0)
    torch.testing.assert_close(drawn(logits, temperature=0.5), colder, atol=2e-3, rtol=0)


def test_top_p_leaves_the_likeliest_that_reach_it() -> None:
    probabilities = torch.tensor([0.1, 0.5, 0.15, 0.25])
    found = drawn(probabilities.log().tolist(), top_p=0.7)
    torch.testing.assert_close(found, torch.tensor([0, 2 / 3, 0, 1 / 3]), atol=2e-3, rtol=0)
    assert drawn(probabilities.log().tolist(), top_p=1e-9).tolist() == [0, 1, 0, 0]


@given(SEEDS, st.floats(0.05, 1), st.floats(0.05, 3))
def test_a_row_is_drawn_by_its_own_logits_alone_and_never_what_is_forbidden(
    seed: int, top_p: float, temperature: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = 4 * torch.randn(4, 9, generator=generator)
    logits[:, 3] = -1e9
    uniform = torch.rand(4, generator=generator)
    together = draw(logits, uniform, temperature=temperature, top_p=top_p)
    alone = [
        draw(logits[i : i + 1], uniform[i : i + 1], temperature=temperature, top_p=top_p)
        for i in range(4)
    ]
    assert together.tolist() == torch.cat(alone).tolist()
    assert 3 not in together.tolist()


def test_the_largest_random_number_still_draws_something_possible() -> None:
    nearly_one = torch.tensor([1 - 2**-24])
    for top_p in (0.3, 0.95, 1.0):
        value = draw(torch.randn(1, 50), nearly_one, temperature=1.0, top_p=top_p)
        assert 0 <= int(value) < 50


def rolls(seed: int, takes: list[int], *, chunk: int = 0, count: int = 300) -> torch.Tensor:
    dice = Dice(seed, takes, chunk=chunk)
    return torch.stack([dice.roll() for _ in range(count)])


def test_dice_depend_on_seed_take_and_chunk_alone() -> None:
    together = rolls(7, [1, 2, 3, 4])
    assert together.shape == (300, 4, 5)
    assert torch.equal(together[:, 2], rolls(7, [3])[:, 0])
    others = [rolls(8, [3]), rolls(7, [4]), rolls(7, [3], chunk=1)]
    assert all(not torch.equal(together[:, 2:3], other) for other in others)
    assert 0 <= float(together.min()) < float(together.max()) < 1


def test_drums_keep_all_of_where_and_what_they_play() -> None:
    part = torch.tensor([DRUMS, 0])

    assert top_p_of(part, ATTRIBUTES.index("position"), top_p=0.9).tolist() == (
        pytest.approx([1.0, 0.9])
    )
    assert top_p_of(part, ATTRIBUTES.index("pitch"), top_p=1.0).tolist() == [1.0, 1.0]
    assert top_p_of(part, ATTRIBUTES.index("velocity"), top_p=0.9).tolist() == (
        pytest.approx([0.9, 0.9])
    )


def test_each_row_has_its_own_top_p() -> None:
    logits = torch.tensor([[0.9, 0.1], [0.9, 0.1]]).log()

    drawn = draw(logits, torch.full((2,), 0.95), temperature=1, top_p=torch.tensor([0.8, 1.0]))

    assert drawn.tolist() == [0, 1]
