"""The event stream and the baselines over it."""

import json

import numpy as np
import pytest

from segue.encoding.vocabulary import DRUMS
from segue.errors import InputError
from segue.evaluation.ngrams.event_stream import (
    ATTRIBUTES,
    BAR,
    PADDING,
    START,
    EventStream,
    sequence_of_score,
)
from segue.evaluation.ngrams.likelihood import CHAINS, N_CLASSES, ngram_nll, unigram_nll
from segue.score import Notes, Score, Track
from tests.unit.evaluation.bands import BAR as BAR_TICKS
from tests.unit.evaluation.bands import bands


def stream(scores: list[Score]) -> EventStream:
    return EventStream.of_sequences((sequence_of_score(score), None) for score in scores)


TRAIN, TEST = stream(bands(0, 30)), stream(bands(200, 10))


def small_piece() -> Score:
    tune = Notes.of(onset=[0, BAR_TICKS], duration=[12, 12], pitch=[60, 62], velocity=[80, 80])
    kick = Notes.of(onset=[24], duration=[1], pitch=[36], velocity=[100])
    return Score(ticks_per_quarter=12, tracks=(Track(notes=tune), Track(notes=kick, is_drum=True)))


def test_a_stream_by_hand() -> None:
    """Padding for the first bar, drums before the piano, and an end of each bar."""
    events = stream([small_piece()]).events

    assert (events[:PADDING] == START).all()
    assert events[PADDING:, :3].tolist() == [
        [DRUMS, 48, 36 + 128],
        [0, 0, 60],
        [BAR, 0, 0],
        [0, 0, 62],
        [BAR, 0, 0],
    ]


def test_notes_and_ends_of_bars_are_asked_for() -> None:
    both = stream([small_piece(), small_piece()])

    assert (both.n_notes, both.n_events) == (6, 10)
    assert not both.asked[both.events[:, 0] == START].any()


def test_only_what_a_window_asks_for_is_scored() -> None:
    sequence = sequence_of_score(small_piece())
    wanted = np.array([False, False, True, True, True])

    window = EventStream.of_sequences([(sequence, wanted)])

    assert (window.n_notes, window.n_events) == (1, 3)
    assert unigram_nll(TRAIN, window).nats["pitch"] < unigram_nll(TRAIN, TEST).nats["pitch"]


def test_chains_reach_no_further_than_the_padding_and_never_look_ahead() -> None:
    for attribute, chain in CHAINS.items():
        known = [each for step in chain for each in step]
        own = [ATTRIBUTES.index(name) for name, ago in known if ago == 0]

        assert len(set(known)) == len(known)
        assert all(0 <= ago <= PADDING for _, ago in known)
        assert all(index < ATTRIBUTES.index(attribute) for index in own)


def test_a_unigram_by_hand() -> None:
    report = unigram_nll(stream([small_piece()]), stream([small_piece()]))

    shares = np.array([2, 3, 3]) / (5 + N_CLASSES["part"])  # drums, piano, end of bar; one added
    assert report.nats["part"] == pytest.approx(-np.log(shares) @ [1, 2, 2])


def test_the_five_gram_knows_more_than_the_unigram_in_every_attribute() -> None:
    unigram = unigram_nll(TRAIN, TEST).per_event()
    five_gram = ngram_nll(TRAIN, TEST).per_event()

    assert {name for name in unigram if five_gram[name] > unigram[name] + 0.01} == set()
    assert five_gram["event"] < 0.8 * unigram["event"]


def test_shares_sum_to_the_total_and_notes_are_fewer_than_events() -> None:
    report = unigram_nll(TRAIN, TEST)
    per_event, per_note = report.per_event(), report.per_note()

    assert sum(per_event[name] for name in ATTRIBUTES) == pytest.approx(per_event["event"])
    assert per_note["note"] * report.n_notes == pytest.approx(per_event["event"] * report.n_events)
    assert json.loads(json.dumps(report.to_mapping()))["n_train_notes"] == TRAIN.n_notes


def test_a_stream_without_notes_is_refused() -> None:
    with pytest.raises(InputError, match="at least one note"):
        unigram_nll(TRAIN, stream([]))


def test_every_tenth_piece_is_held_out_whole() -> None:
    counted, held_out = TRAIN.hold_out()
    pieces = [stream([band]) for band in bands(0, 30)]

    assert held_out.n_notes == sum(pieces[i].n_notes for i in (9, 19, 29))
    assert counted.n_events + held_out.n_events == TRAIN.n_events
    assert (held_out.events[: len(pieces[9].events)] == pieces[9].events).all()


def test_of_two_pieces_one_is_held_out_and_one_is_too_few() -> None:
    counted, held_out = stream(bands(0, 2)).hold_out()

    assert (held_out.events == stream(bands(1, 1)).events).all()
    assert (counted.events == stream(bands(0, 1)).events).all()
    with pytest.raises(InputError, match="at least 2"):
        stream(bands(0, 1)).hold_out()
