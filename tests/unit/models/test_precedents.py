"""What came next is what a listener with a notebook would have found next, and nothing later."""

import pytest
import torch
from torch import Tensor

from segue.encoding.sequence import MASKED, NOTE_EVENT, PAD, Column
from segue.encoding.vocabulary import BAR, PART_RANK
from segue.models.precedents import PRECEDENT_LAGS, Precedent, Precedents
from tests.unit.models.batches import a_batch

Row = list[int]
_ORDER = (Column.PART, Column.POSITION, Column.PITCH)


@pytest.fixture(params=range(4))
def columns(request: pytest.FixtureRequest) -> Tensor:
    """Windows of all tasks."""
    return a_batch(request.param).columns


def order_of(row: Row) -> tuple[int, int, int]:
    return int(PART_RANK[row[Column.PART]]), row[Column.POSITION], row[Column.PITCH]


def on(columns: Tensor) -> Tensor:
    return torch.ones(len(columns), dtype=torch.bool)


def notes_seen(columns: Tensor, b: int, t: int, lag: int) -> list[Row]:
    """The notes of the bar that far back that were read by then, in the order of writing."""
    now = columns[b, t].tolist()
    rows = [
        row
        for row in columns[b, : t + 1].tolist()
        if row[Column.KIND] == NOTE_EVENT and row[Column.BAR] == now[Column.BAR] - lag
    ]
    if lag < 0 and now[Column.ROLE] != MASKED:
        rows = []
    return sorted(rows, key=order_of)


def expected(columns: Tensor, b: int, t: int, lag: int, target: Row) -> list[int | None]:
    """By hand: part, position, pitch, duration, velocity that a precedent leads to expect."""
    then = notes_seen(columns, b, t, lag)
    now = columns[b, t].tolist()
    after = order_of(now) if now[Column.KIND] == NOTE_EVENT else (-1, -1, -1)
    later = [row for row in then if order_of(row) > after]
    mine = [row for row in later if row[Column.PART] == target[0]]
    here = [row for row in mine if row[Column.POSITION] == target[1]]
    there = [r for r in then if [r[c] for c in _ORDER[:2]] == target[:2]]
    alike = [r for r in there if r[Column.PITCH] == target[2]] or there
    following = later[0][Column.PART] if later else BAR
    return [
        following if then else None,
        mine[0][Column.POSITION] if mine else None,
        here[0][Column.PITCH] if here else None,
        alike[0][Column.DURATION] if alike else None,
        alike[0][Column.VELOCITY] if alike else None,
    ]


def told(look: Precedents, target: Tensor) -> list[Precedent]:
    part, position, pitch = (target[..., i] for i in range(3))
    return [
        look.parts(),
        look.positions(part),
        look.pitches(part, position),
        *look.notes(part, position, pitch),
    ]


def test_a_precedent_is_what_followed_in_the_bar_that_far_back(columns: Tensor) -> None:
    target = columns.roll(-1, 1)[..., [int(c) for c in _ORDER]]
    look = Precedents(columns, on(columns))
    found, repeats = told(look, target), look.repeats()
    some = 0

    for b in range(len(columns)):
        for t in range(columns.shape[1]):
            now = columns[b, t].tolist()
            if now[Column.KIND] == PAD:
                continue
            for g, lag in enumerate(PRECEDENT_LAGS):
                by_hand = expected(columns, b, t, lag, target[b, t].tolist())
                mine = [int(f.value[b, t, g]) if f.exists[b, t, g] else None for f in found]
                assert by_hand == mine
                then = [order_of(row) for row in notes_seen(columns, b, t, lag)]
                again = now[Column.KIND] == NOTE_EVENT and order_of(now) in then
                assert again == bool(repeats[b, t, g])
                some += mine[1] is not None
    assert some


def test_a_row_without_look_back_has_no_precedents(columns: Tensor) -> None:
    look = Precedents(columns, torch.zeros(len(columns), dtype=torch.bool))
    target = columns[..., [int(c) for c in _ORDER]]

    assert not any(found.exists.any() for found in told(look, target))
    assert not look.repeats().any()
