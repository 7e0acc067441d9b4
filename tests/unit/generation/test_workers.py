"""Takes that several threads write are those that one writes."""

import threading
from functools import cache, partial

import pytest

from segue.generation.composer import Composer
from segue.generation.onnx_network import OnnxNetwork
from segue.generation.workers import Tell, side_by_side
from segue.score import Score, diff
from tests.composers import band, small_composer


@cache
def composer(threads: int) -> Composer:
    """The small composer, whose takes so many threads write."""
    alone = small_composer()
    assert isinstance(alone.network, OnnxNetwork)
    network = OnnxNetwork(alone.network.model, threads=threads)
    return Composer(network, name=alone.name, context=alone.context)


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_takes_do_not_depend_on_how_many_threads_write(threads: int) -> None:
    def asked(of: Composer) -> list[bytes]:
        long = of.continue_(band(4), bars=8, takes=6, seed=3)  # beyond the context of 64 events
        inside = of.infill(band(8), first=2, last=6, tracks=[1], takes=[1, 2, 4], seed=3)
        varied = of.vary(band(4), amount=0.5, takes=[3], seed=3)
        return [take.to_bytes() for take in (*long, *inside, *varied)]

    assert asked(composer(threads)) == asked(composer(1))


def test_what_threads_write_is_told_by_the_one_that_asked() -> None:
    told: dict[tuple[int, int], Score] = {}
    bars: list[tuple[int, int]] = []
    tellers: set[threading.Thread] = set()

    def on_bar(take: int, bar: int) -> None:
        tellers.add(threading.current_thread())
        bars.append((take, bar))

    takes = composer(2).continue_(
        band(4),
        bars=4,
        takes=4,
        on_bar=on_bar,
        on_music=lambda take, bar, music: told.update({(take, bar): music}),
    )

    assert tellers == {threading.current_thread()}
    for take in takes:
        assert [bar for number, bar in bars if number == take.number] == [1, 2, 3, 4]
    alone: dict[tuple[int, int], Score] = {}
    composer(1).continue_(
        band(4), bars=4, takes=4, on_music=lambda take, bar, m: alone.update({(take, bar): m})
    )
    assert told.keys() == alone.keys()
    assert all(diff(told[key], alone[key]) == [] for key in alone)


def test_what_a_callback_raises_ends_all_writing() -> None:
    def on_bar(take: int, bar: int) -> None:
        raise LookupError(take)

    with pytest.raises(LookupError):
        composer(2).continue_(band(4), bars=200, takes=4, on_bar=on_bar)
    assert not [t for t in threading.enumerate() if t.name.startswith("writing")]


def test_cancelling_ends_all_threads_with_the_takes_that_are_complete() -> None:
    told: list[tuple[int, int]] = []
    takes = composer(2).continue_(
        band(4),
        bars=2,
        takes=8,
        on_bar=lambda *bar: told.append(bar),
        cancelled=lambda: sum(bar == 2 for _, bar in told) >= 1,
    )
    assert {take.number for take in takes} == {take for take, bar in told if bar == 2}
    assert len(takes) < 8


def test_works_are_done_by_threads_of_their_own_and_one_alone_by_who_asks() -> None:
    def work(number: int, tell: Tell) -> tuple[int, str]:
        for count in range(3):
            tell(partial(calls.append, (number, count)))
        return number, threading.current_thread().name

    calls: list[tuple[int, int]] = []
    alone = side_by_side([partial(work, 0)], stop=threading.Event())
    assert alone == [(0, threading.current_thread().name)]

    found = side_by_side([partial(work, number) for number in (1, 2)], stop=threading.Event())
    assert [number for number, _ in found] == [1, 2]
    assert threading.current_thread().name not in {name for _, name in found}
    for number in (0, 1, 2):
        assert [count for who, count in calls if who == number] == [0, 1, 2]


def test_a_work_that_fails_stops_the_others() -> None:
    stop = threading.Event()

    def fails(_: Tell) -> None:
        raise LookupError("a defect")

    def waits(_: Tell) -> None:
        assert stop.wait(timeout=60)

    with pytest.raises(LookupError):
        side_by_side([waits, fails], stop=stop)
