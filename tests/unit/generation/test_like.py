"""New bars like another piece: what the model is told of it, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from segue.errors import InputError
from segue.generation.composer import Composer
from segue.generation.like import patterned
from segue.generation.piece import Piece
from segue.generation.request import Continue
from segue.generation.task import task_of
from segue.generation.window import Region
from segue.score import MetreMap, Notes, Score, Track, diff, resample, slice_bars, transpose
from tests.composers import band, score_of, small_composer
from tests.unit.generation.test_other_networks import Monotone, pitches_of
from tests.unit.generation.test_recall import song

BAR = 384


def told(score: Score, other: Score, bars: int = 4) -> Score:
    """What the model is told of new bars."""
    region = Region(score.n_bars, score.n_bars + bars)
    found = patterned(Piece.of(score), score, region, Piece.of(other))
    return slice_bars(found, region.first, region.last)


def test_a_piece_is_a_pattern_for_itself() -> None:
    assert diff(told(band(4), band(4)), band(4)) == []


@pytest.mark.parametrize("semitones", [-5, -2, 3, 4])
def test_the_pattern_comes_in_the_key_and_registers_of_the_piece(semitones: int) -> None:
    assert diff(told(band(4), transpose(band(4), semitones)), band(4)) == []
    up = [t if t.is_drum else t.with_notes(t.notes.transposed(24)) for t in band(4).tracks]
    assert diff(told(band(4), band(4).with_tracks(up)), band(4)) == []


def test_the_pattern_comes_over_and_over_in_the_resolution_of_the_piece() -> None:
    found = told(band(4), resample(slice_bars(band(4), 0, 2), 480))
    assert diff(slice_bars(found, 0, 2), slice_bars(band(4), 0, 2)) == []
    assert diff(slice_bars(found, 2, 4), slice_bars(band(4), 0, 2)) == []


def test_silence_before_the_first_note_is_no_pattern() -> None:
    late = [t.with_notes(t.notes.shifted(3 * BAR)) for t in band(4).tracks]
    assert diff(told(band(4), band(4).with_tracks(late)), band(4)) == []


def test_drums_are_for_drums_and_basses_for_basses() -> None:
    steps = {"onset": np.arange(8) * 48, "duration": np.full(8, 40), "velocity": np.full(8, 80)}
    other = score_of(
        Track(notes=Notes.of(pitch=np.full(8, 84), **steps), program=73),
        Track(notes=Notes.of(pitch=np.full(8, 31), **steps), program=34),
        Track(notes=Notes.of(pitch=np.full(8, 38), **steps), program=0, is_drum=True),
    )
    drums, bass, *_ = told(band(4), other, bars=1).tracks
    assert set(drums.notes.pitch.tolist()) == {38}
    assert len(bass.notes) == 8
    assert abs(float(bass.notes.pitch.mean()) - float(band(4).tracks[1].notes.pitch.mean())) <= 6


def test_another_piece_is_told_in_place_of_bars_that_may_come_back() -> None:
    piece, other = Piece.of(song("ABACABADAB")), song("EFGH", seed=1)
    told_of = []
    for like in (None, Piece.of(other)):
        request = Continue(bars=4, like=like)
        task = task_of(request, request.placed(piece), by_latents=True)
        told_of.append(slice_bars(task.score, task.region.first, task.region.last))
    assert diff(told_of[0], song("ACAB")) == []
    assert diff(told_of[1], told(piece.score, other)) == []


def test_what_cannot_be_followed_is_refused() -> None:
    waltz = MetreMap.constant(numerator=3, denominator=4)
    silent = band(4).with_tracks([t.with_notes(Notes.empty()) for t in band(4).tracks])
    drums = band(4).with_tracks(band(4).tracks[:1])
    tunes = band(4).with_tracks(band(4).tracks[1:])
    for other, words in (
        (replace(band(4), metre_map=waltz), "3 quarters, and the new ones 4"),
        (silent, "no notes"),
    ):
        with pytest.raises(InputError, match=words):
            told(band(4), other)
        with pytest.raises(InputError, match=words):  # before a model is asked
            Continue(like=Piece.of(other)).placed(Piece.of(band(4)))
    with pytest.raises(InputError, match="nothing for the tracks"):
        told(drums, tunes)
    with pytest.raises(InputError, match="without notes"):
        told(silent, band(4))
    with pytest.raises(InputError, match="cannot follow"):
        small_composer().continue_(band(4), like=band(4))


def test_takes_are_told_the_other_piece_by_latents_and_say_so() -> None:
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
    takes = Composer(network, name="monotone").continue_(band(4), bars=2, like=band(4), takes=4)
    (plan,) = network.plans
    assert plan.latents is not None
    given = (plan.latents.of_cell < plan.latents.z.shape[1]).any(axis=(1, 2))
    assert given.all()
    assert all(take.provenance["like"] == "the piece" for take in takes)
    assert [take.region for take in takes] == [Region(4, 6)] * 4
