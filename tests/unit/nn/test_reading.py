"""Attention from one set to another: the order of what is read does not matter."""

import torch

from segue.nn.reading import Feed, Reading

WIDTH = 16


@torch.no_grad()
def test_the_order_of_what_is_read_does_not_matter() -> None:
    torch.manual_seed(1)
    layer, x, read = Reading(WIDTH, 2), torch.randn(2, 5, WIDTH), torch.randn(2, 7, WIDTH)
    order = torch.randperm(7)

    torch.testing.assert_close(layer(x, read[:, order]), layer(x, read), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_readers_do_not_see_each_other() -> None:
    torch.manual_seed(1)
    layer, x, read = Reading(WIDTH, 2), torch.randn(2, 5, WIDTH), torch.randn(2, 7, WIDTH)

    torch.testing.assert_close(layer(x, read)[:, 2:3], layer(x[:, 2:3], read), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_vectors_are_fed_one_by_one() -> None:
    torch.manual_seed(1)
    layer, x = Feed(WIDTH, 32), torch.randn(2, 5, WIDTH)

    torch.testing.assert_close(layer(x)[:, 2], layer(x[:, 2]), rtol=1e-4, atol=1e-5)
