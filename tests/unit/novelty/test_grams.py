"""What of a passage counts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.novelty.grams import GRAM, counted_lengths, fresh_grams, gram_hashes
from segue.novelty.lines import START

NOTHING = np.zeros(0, np.uint64)
token_lists = st.lists(st.integers(0, 5), max_size=60)


def column(tokens: list[int]) -> np.ndarray:
    return np.array(tokens, np.uint16)


@given(token_lists)
def test_fresh_are_the_first_of_equal_grams_without_a_start(tokens: list[int]) -> None:
    seen: set[tuple[int, ...]] = set()
    expected = []
    for i in range(max(0, len(tokens) - GRAM + 1)):
        gram = tuple(tokens[i : i + GRAM])
        expected.append(START not in gram and gram not in seen)
        seen.add(gram)
    assert fresh_grams(column(tokens), NOTHING).tolist() == expected


@given(token_lists)
def test_what_was_there_already_is_not_fresh(tokens: list[int]) -> None:
    hashes, _ = gram_hashes(column(tokens))
    assert not fresh_grams(column(tokens), np.unique(hashes)).any()


def test_where_nothing_repeats_a_passage_counts_as_long_as_it_is() -> None:
    tokens = column(list(range(1, 41)))
    reach = np.arange(40, 0, -1)
    counted = counted_lengths(reach, fresh_grams(tokens, NOTHING))
    assert counted[: 40 - GRAM + 1].tolist() == reach[: 40 - GRAM + 1].tolist()
    assert not counted[40 - GRAM + 1 :].any()


def test_an_ostinato_counts_once_however_long_it_goes_on() -> None:
    def counted(bars: int) -> int:
        tokens = column([1, 2, 3, 4, 5] * bars)
        reach = np.arange(len(tokens), 0, -1)
        return int(counted_lengths(reach, fresh_grams(tokens, NOTHING)).max())

    assert counted(4) == counted(40) == 5 + GRAM - 1


def test_a_longer_passage_never_counts_less() -> None:
    tokens = column(np.random.default_rng(1).integers(1, 4, 200).tolist())
    fresh = fresh_grams(tokens, NOTHING)
    short = np.minimum(np.arange(200, 0, -1), 20)
    long = np.minimum(np.arange(200, 0, -1), 45)
    assert np.all(counted_lengths(long, fresh) >= counted_lengths(short, fresh))
