"""Wishes out of range are refused by name; numbers of takes are what was asked."""

import pytest

from segue.errors import InputError
from segue.generation.groups import groups
from segue.generation.options import Options
from segue.generation.request import MAX_BARS, MAX_TAKES, Request, check_bars


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"takes": 0}, "takes must be in 1..64, got 0"),
        ({"takes": MAX_TAKES + 1}, "got 65"),
        ({"takes": 10**12}, "got 1000000000000"),
        ({"takes": []}, "takes must be"),
        ({"takes": [0, 1]}, "takes must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**63}, "seed must be"),
    ],
)
def test_wishes_out_of_range_are_refused(wishes: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Request.of(**wishes)  # type: ignore[arg-type]


@pytest.mark.parametrize("bars", [0, -1, MAX_BARS + 1])
def test_as_many_bars_as_can_be_written(bars: int) -> None:
    check_bars(MAX_BARS)
    with pytest.raises(InputError, match=r"bars must be in 1\.\.256"):
        check_bars(bars)


def test_takes_are_a_count_or_numbers() -> None:
    assert Request.of(takes=3).numbers == (1, 2, 3)
    assert Request.of(takes=[5, 2, 5]).numbers == (2, 5)


def test_groups_are_always_the_same_four() -> None:
    found = groups([2, 5, 6])
    assert [(g.numbers, g.asked) for g in found] == [((1, 2, 3, 4), (1,)), ((5, 6, 7, 8), (0, 1))]


def test_options_out_of_range_are_refused_all_at_once() -> None:
    with pytest.raises(InputError) as refused:
        Options(
            temperature=0.0,
            top_p=1.5,
            instruments=(128, 129),
            new_instruments=True,
            density="loud",  # type: ignore[arg-type]
            key=24,
        )
    told = str(refused.value)
    for name in ("temperature", "top_p", "129", "not both", "density", "key"):
        assert name in told
    with pytest.raises(InputError, match="at least one"):
        Options(instruments=())
    with pytest.raises(InputError, match="temperature"):
        Options(temperature=float("nan"))
