"""The excerpt encoder: what ships, what it does not care for, and how it is trained."""

import numpy as np
import pytest

from segue.evaluation.encoder.excerpt_encoder import (
    EMBEDDED,
    WEIGHTS,
    embed,
    encoder_card,
    read_excerpt,
)
from segue.evaluation.encoder.training import LEARNED, EncoderTraining, song_readings, train_encoder
from segue.evaluation.music.damage import DAMAGES
from segue.score import Score, resample
from tests.unit.evaluation.bands import band, bands


class Shelf:
    """Six songs."""

    def split(self, name: str) -> np.ndarray:
        return np.arange(6)

    def score(self, index: int) -> Score:
        return band(index, n_bars=24)


def test_the_shipped_encoder_is_small_and_says_what_it_was_trained_on() -> None:
    card = encoder_card()
    assert WEIGHTS.stat().st_size < 1_000_000
    assert card["trained_on"]["split"] == "train"
    assert set(card["damages_learned"]) == set(LEARNED) < set(DAMAGES)


def test_an_embedding_is_a_function_of_the_music_alone() -> None:
    pieces = bands(0, 3)
    found = embed(pieces)

    assert found.shape == (3, EMBEDDED)
    assert np.abs(found).max() <= 1
    turned = [piece.with_tracks(piece.tracks[::-1]) for piece in pieces]
    assert embed(turned) == pytest.approx(found, abs=1e-4)
    assert embed([resample(piece, 480) for piece in pieces]) == pytest.approx(found, abs=1e-4)
    assert embed(pieces[1:2])[0] == pytest.approx(found[1], abs=1e-4)


def test_silence_short_and_long_music_have_embeddings() -> None:
    silent = band(0).with_tracks([])
    found = embed([silent, band(1, n_bars=1), band(2, n_bars=60)])
    assert np.isfinite(found).all()
    assert embed([]).shape == (0, EMBEDDED)


def test_a_reading_has_a_frame_a_sixteenth() -> None:
    reading = read_excerpt(band(0))
    assert reading.places.shape == (8 * 16,)
    assert reading.told.shape[0] == 8 * 16
    assert reading.notes[:, 0].max() < 8 * 16


@pytest.mark.slow
def test_training_is_a_function_of_the_seed_and_learns() -> None:
    songs = list(song_readings(Shelf(), split="train", count=4, seed=0))
    losses: list[float] = []
    options = EncoderTraining(steps=3, songs=2)

    first = train_encoder(songs, options, lambda _, damage, song: losses.append(damage + song))
    again = train_encoder(songs, options)

    pieces = bands(0, 2)
    assert embed(pieces, encoder=first) == pytest.approx(embed(pieces, encoder=again))
    assert losses[-1] < losses[0]
