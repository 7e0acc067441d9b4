"""Columns come back as they went in: real numbers as they are, categories by nearest embedding."""

import torch
from hypothesis import given

from segue.vae.columns import Column, ColumnEmbedding
from tests.strategies import SEEDS

COLUMNS = (Column("letter", 26), Column("size"), Column("digit", 10))


def table(seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    columns = [
        torch.randint(column.values, (2, 7), generator=generator).float()
        if column.values
        else torch.randn(2, 7, generator=generator)
        for column in COLUMNS
    ]
    return torch.stack(columns, dim=-1)


def embedding() -> ColumnEmbedding:
    torch.manual_seed(0)
    return ColumnEmbedding(COLUMNS, 5)


@given(SEEDS)
def test_values_come_back_from_their_parts(seed: int) -> None:
    made = embedding()

    torch.testing.assert_close(made.values(made.parts(table(seed))), table(seed), rtol=0, atol=0)


@given(SEEDS)
def test_the_greatest_logit_is_the_nearest_embedding(seed: int) -> None:
    made = embedding()
    part = torch.randn(3, 5, generator=torch.Generator().manual_seed(seed))
    distances = torch.cdist(part, made.weight("letter"))

    assert torch.equal(made.logits("letter", part).argmax(-1), distances.argmin(-1))
    torch.testing.assert_close(
        made.logits("letter", part).softmax(-1), (-distances.square()).softmax(-1)
    )


def test_all_parts_stand_side_by_side() -> None:
    made = embedding()

    assert made(table(1)).shape == (2, 7, made.width) == (2, 7, 11)
