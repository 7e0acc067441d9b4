"""Wishes out of range are refused by name; numbers of takes are what was asked."""

from itertools import pairwise
from typing import Any

import pytest

from segue.errors import InputError
from segue.generation.bounds import BARS, BPM, TAKES, check_bars
from segue.generation.groups import groups
from segue.generation.options import CHOICES, Options
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Vary
from segue.generation.request import Bridge, Compose, Continue
from segue.generation.window import Region
from tests.composers import band


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"takes": 0}, "takes must be in 1..64, got 0"),
        ({"takes": TAKES.highest + 1}, "got 65"),
        ({"takes": 10**12}, "got 1000000000000"),
        ({"takes": []}, "takes must be"),
        ({"takes": [0, 1]}, "takes must be"),
        ({"drawn": 3}, r"drawn must be in 4\.\.64"),
        ({"takes": 2, "drawn": TAKES.highest + 1}, r"drawn must be in 2\.\.64"),
        ({"takes": [1, 2], "drawn": 8}, "leave nothing to choose from"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**63}, "seed must be"),
    ],
)
def test_wishes_out_of_range_are_refused(wishes: dict[str, Any], message: str) -> None:
    for kind in (Continue, Infill, Vary, Compose, Bridge):
        with pytest.raises(InputError, match=message):
            kind(**wishes)


def test_more_may_be_written_than_are_returned() -> None:
    assert (Continue(drawn=8).numbers, Continue(drawn=8).shown) == (tuple(range(1, 9)), 4)
    assert (Continue(takes=1, drawn=3).numbers, Continue(takes=1, drawn=3).shown) == ((1, 2, 3), 1)
    assert (Continue(takes=[7, 2]).numbers, Continue(takes=[7, 2]).shown) == ((2, 7), 2)


@pytest.mark.parametrize("bars", [0, -1, BARS.highest + 1])
def test_as_many_bars_as_can_be_written(bars: int) -> None:
    check_bars(BARS.highest)
    for kind in (Continue, Compose, Bridge):
        with pytest.raises(InputError, match=r"bars must be in 1\.\.256, got .*go on from a take"):
            kind(bars=bars)


@pytest.mark.parametrize("bpm", [BPM.lowest - 0.1, BPM.highest + 0.1, float("nan")])
def test_a_tempo_out_of_range_is_refused(bpm: float) -> None:
    with pytest.raises(InputError, match=r"bpm must be in 10\.\.500"):
        Compose(bpm=bpm)


def test_what_is_refused_is_refused_before_there_is_a_piece_or_a_model() -> None:
    with pytest.raises(InputError, match=r"amount must be in 0\.\.1, got 1.01"):
        Vary(amount=1.01)
    with pytest.raises(InputError, match="power of two"):
        Compose(metre=(4, 3))
    with pytest.raises(InputError, match="a track keeps its instrument"):
        Infill(tracks=(0,), options=Options(new_instruments=True))


def test_a_request_says_which_bars_it_writes() -> None:
    piece = Piece.of(band(4))
    assert Continue(bars=3).placed(piece).region == Region(4, 7)
    assert Infill(first=1, last=3, tracks=(2,)).placed(piece).region == Region(1, 3, (2,))
    assert Vary().placed(piece).region == Region(0, 4)
    assert Compose(bars=5).placed().region == Region(0, 5)
    placed = Bridge(bars=2).placed(piece, piece)
    assert placed.region == Region(4, 6)
    assert placed.score.n_notes == 2 * piece.score.n_notes


def test_every_choice_is_an_option_that_is_left_open() -> None:
    assert set(CHOICES) == {"density", "register"}
    for name, choice in CHOICES.items():
        assert getattr(Options(), name) is None
        wishes: list[dict[str, Any]] = [{name: value} for value in choice.values]
        assert [getattr(Options(**wish), name) for wish in wishes] == list(choice.values)
        unknown: dict[str, Any] = {name: "louder"}
        with pytest.raises(InputError, match=f"{name} must be "):
            Options(**unknown)


def test_a_key_may_be_a_name_or_a_number() -> None:
    assert Options(key="F# minor").key_number == Options(key=18).key_number == 18
    assert Options().key_number is None
    with pytest.raises(InputError, match="no key 'H'"):
        Options(key="H")


def test_an_instrument_s_name_means_the_piece_s_own_else_the_first_of_that_name() -> None:
    named = Options(instruments=("drums", "bass", "piano", 40))
    assert named.programs([128, 33, 38, 48]) == (128, 33, 38, 0, 40)
    assert named.programs([]) == (128, 32, 0, 40)
    assert Options().programs([0]) is None
    with pytest.raises(InputError, match="no instrument 'kazoo'"):
        Options(instruments=("kazoo",))


def test_takes_are_a_count_or_numbers() -> None:
    assert Continue().numbers == (1, 2, 3, 4)
    assert Continue(takes=3).numbers == (1, 2, 3)
    assert Continue(takes=[5, 2, 5]).numbers == (2, 5)


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


@pytest.mark.parametrize(
    ("region", "is_careful"),
    [(Region(2, 4), True), (Region(2, 40, (0,)), True), (Region(2, 7), False)],
)
def test_holes_are_filled_with_more_care_where_there_is_much_to_fit(
    region: Region, is_careful: bool
) -> None:
    options = Options(temperature=1.1)
    hole, after = Infill(options=options), Continue(options=options)
    assert after.drawing(region) == options
    drawn = hole.drawing(region)
    assert (drawn.temperature < 1.1 and drawn.top_p < options.top_p) == is_careful
    assert Infill(options=Options(temperature=0.05, top_p=0.5)).drawing(region).top_p == 0.5


def test_variations_are_drawn_with_the_more_care_the_more_is_to_stay() -> None:
    drawn = [Vary(amount=amount).drawing(Region(0, 8)) for amount in (1.0, 0.5, 0.0)]
    assert drawn[0] == Options()
    assert drawn[2] == Options().with_care()
    for one, other in pairwise(drawn):
        assert one.temperature > other.temperature
        assert one.top_p > other.top_p
