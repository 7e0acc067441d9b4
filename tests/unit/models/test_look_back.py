"""What the look-back tells is what an ear with a notebook would have noted, and nothing later."""

import pytest
import torch
from torch import Tensor

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, DURATIONS
from segue.models.look_back import (
    BARS_AROUND,
    LAGS,
    SHARE_SCALE,
    LookBack,
    any_of,
    count_values,
)
from tests.unit.models.batches import a_batch

Row = list[int]


@pytest.fixture
def columns() -> Tensor:
    """Windows of music, and one in which the same bar comes again and again."""
    columns = a_batch(3).columns
    columns[0, :, Column.BAR] %= 3
    return columns


def look_over(columns: Tensor, enabled: Tensor | None = None) -> LookBack:
    on = torch.ones(len(columns), dtype=torch.bool) if enabled is None else enabled
    return LookBack.over(columns, columns[..., Column.BAR], on)


def notes_before(columns: Tensor, batch: int, event: int) -> list[Row]:
    rows: list[Row] = columns[batch, : event + 1].tolist()
    return [row for row in rows if row[Column.KIND] == NOTE_EVENT]


def places(columns: Tensor) -> list[tuple[int, int]]:
    return [(b, t) for b in range(columns.shape[0]) for t in range(columns.shape[1])]


def values_of(flags: Tensor) -> set[int]:
    return set(torch.nonzero(flags)[:, 0].tolist())


def test_parts_positions_and_pitches_are_those_of_the_bars_that_far_back(columns: Tensor) -> None:
    part, position = (
        columns[..., Column.PART].roll(-1, 1),
        columns[..., Column.POSITION].roll(-1, 1),
    )
    look = look_over(columns)
    parts, of_part = look.parts(), look.of_part(part)
    positions, pitches = of_part.positions(), of_part.pitches(position)

    for b, t in places(columns):
        bar = int(columns[b, t, Column.BAR])
        for i, lag in enumerate(LAGS):
            then = [r for r in notes_before(columns, b, t) if bar - r[Column.BAR] == lag]
            mine = [r for r in then if r[Column.PART] == part[b, t]]
            here = [r for r in mine if r[Column.POSITION] == position[b, t]]
            assert values_of(parts[i][b, t]) == {r[Column.PART] for r in then}
            assert values_of(positions[i][b, t]) == {r[Column.POSITION] for r in mine}
            assert values_of(pitches[i][b, t]) == {r[Column.PITCH] for r in here}


def test_chroma_is_what_sounds_and_what_was_played_in_the_bar_and_around(columns: Tensor) -> None:
    time = columns[..., Column.TIME] + 5
    sounding, in_bar, around = look_over(columns).chroma(time).unbind(2)

    for b, t in places(columns):
        before = [r for r in notes_before(columns, b, t) if r[Column.PART] != DRUMS]
        bar, now = int(columns[b, t, Column.BAR]), int(time[b, t])
        held = [r for r in before if 0 <= now - r[Column.TIME] < DURATIONS[r[Column.DURATION]]]
        assert values_of(sounding[b, t]) == {r[Column.PITCH] % 12 for r in held}
        near = [r for r in before if 0 < abs(r[Column.BAR] - bar) <= BARS_AROUND]
        same = [r for r in before if r[Column.BAR] == bar]
        for found, notes in ((in_bar, same), (around, near)):
            counts = [sum(r[Column.PITCH] % 12 == c for r in notes) for c in range(12)]
            shares = torch.tensor(counts) * SHARE_SCALE / (len(notes) + 1)
            torch.testing.assert_close(found[b, t], shares)


def test_one_event_at_a_time_sees_what_all_at_once_see(columns: Tensor) -> None:
    part, position = columns[..., Column.PART], columns[..., Column.POSITION]
    whole = look_over(columns).of_part(part)
    at_once = [
        *look_over(columns).parts(),
        *whole.positions(),
        *whole.pitches(position),
        whole.chroma(columns[..., Column.TIME]),
    ]
    on = torch.ones(len(columns), dtype=torch.bool)
    for t in range(columns.shape[1]):
        now = slice(t, t + 1)
        look = LookBack.over(columns[:, : t + 1], columns[:, now, Column.BAR], on)
        mine = look.of_part(part[:, now])
        singly = [
            *look.parts(),
            *mine.positions(),
            *mine.pitches(position[:, now]),
            mine.chroma(columns[:, now, Column.TIME]),
        ]
        assert all(
            torch.equal(one[:, 0], all_[:, t]) for one, all_ in zip(singly, at_once, strict=True)
        )


def test_a_row_without_look_back_sees_only_what_sounds(columns: Tensor) -> None:
    off = torch.zeros(len(columns), dtype=torch.bool)
    look = look_over(columns, off)

    assert not any(flags.any() for flags in look.parts())
    time = columns[..., Column.TIME]
    assert torch.equal(look.chroma(time), look_over(columns).chroma(time))


def test_counting_by_products_and_by_scattering_agree() -> None:
    generator = torch.Generator().manual_seed(1)
    chosen = torch.rand(3, 1, 9, generator=generator) < 0.6
    values = torch.randint(0, 5, (3, 9), generator=generator)
    twice = chosen.expand(-1, 2, -1)

    assert torch.equal(count_values(twice, values, 5)[:, :1], count_values(chosen, values, 5))
    assert torch.equal(any_of(twice, values, 5)[:, :1], any_of(chosen, values, 5))
