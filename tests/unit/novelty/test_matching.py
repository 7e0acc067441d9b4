"""The suffix array against an oracle that compares everything with everything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pydivsufsort import divsufsort

from segue.novelty.matching import WIDTH, SuffixArray

Tokens = list[int]
texts = st.lists(st.integers(0, 3), min_size=1, max_size=120)
queries = st.lists(st.integers(1, 4), min_size=1, max_size=WIDTH)


def suffix_array(tokens: Tokens) -> SuffixArray:
    text = np.array(tokens + [0] * WIDTH, np.uint16)
    order = divsufsort(text[:-WIDTH].astype(">u2").view(np.uint8))
    return SuffixArray(text, order[order % 2 == 0] // 2)


def row(query: Tokens) -> tuple[np.ndarray, np.ndarray]:
    rows = np.zeros((1, WIDTH), np.uint16)
    rows[0, : len(query)] = query
    return rows, np.array([len(query)])


def begins_with(text: Tokens, place: int, query: Tokens) -> bool:
    return text[place : place + len(query)] == query


@given(text=texts, query=queries)
def test_the_longest_match_is_the_longest_of_all(text: Tokens, query: Tokens) -> None:
    longest = max(
        length
        for length in range(len(query) + 1)
        if any(begins_with(text, place, query[:length]) for place in range(len(text)))
    )
    assert suffix_array(text).longest(*row(query)).tolist() == [longest]


@given(text=texts, query=queries)
def test_a_range_holds_all_places_and_only_them(text: Tokens, query: Tokens) -> None:
    array = suffix_array(text)
    first, end = (int(x[0]) for x in array.ranges(*row(query)))
    expected = [place for place in range(len(text)) if begins_with(text, place, query)]
    assert sorted(array.order[first:end].tolist()) == expected
