"""The network sees order: what it makes of spoilt songs is further from real ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given

from segue.errors import CheckpointError
from segue.evaluation.distances.frechet import feature_frechet
from segue.evaluation.types import FloatArray
from segue.paper.corruptions import CORRUPTIONS
from segue.paper.judge import MEASURES, NETWORK_NAME, Judge
from segue.paper.order_network import (
    OrderNetwork,
    read_notes,
    song_features,
    train_order_network,
)
from segue.training.state import write_tensors
from tests.strategies import SEEDS
from tests.unit.paper.experiments import data_in


def scales(seed: int, count: int = 80) -> list[FloatArray]:
    """Two tracks that climb a scale together in thirds, from any key, one note a track and step."""
    random = np.random.default_rng(seed)
    steps = np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16])
    found = []
    for _ in range(count):
        key, first = random.integers(40, 70), random.integers(0, 3)
        upper, lower = key + steps[first + 2 : first + 7], key + steps[first : first + 5]
        onset = np.arange(5) * 0.5
        rows = [
            np.stack([p, 0 * p + 80, 0 * p + i, 0 * p + 10 * i, onset, 0 * onset + 0.4], axis=1)
            for i, p in enumerate((upper, lower))
        ]
        found.append(np.concatenate(rows).astype(np.float64))
    return found


@pytest.fixture(scope="module")
def network() -> OrderNetwork:
    return train_order_network(scales(1, 300), steps=60, seed=1)


def test_every_corruption_raises_the_distance(network: OrderNetwork) -> None:
    real, other = scales(2), scales(3)
    features = song_features(network, real)

    def distance(songs: Sequence[FloatArray]) -> float:
        return feature_frechet(features, song_features(network, songs))

    floor = distance(other)
    for name, spoil in CORRUPTIONS.items():
        spoilt = spoil(other, np.random.default_rng(4))
        assert distance(spoilt) > 3 * floor, name


def test_padding_changes_nothing(network: OrderNetwork) -> None:
    long, short = scales(5, 2)
    alone = song_features(network, [short[:6]])

    np.testing.assert_allclose(song_features(network, [long, short[:6]])[1:], alone, atol=1e-5)


def test_the_order_of_rows_in_a_table_does_not_matter(network: OrderNetwork) -> None:
    (song,) = scales(6, 1)
    turned = song[::-1].copy()

    np.testing.assert_array_equal(song_features(network, [song]), song_features(network, [turned]))


def test_what_is_no_music_is_read_too(network: OrderNetwork) -> None:
    wild = np.array([[np.nan, 300, -4, 1e9, np.inf, -np.inf]] * 3)

    assert np.isfinite(song_features(network, [wild])).all()
    assert song_features(network, [wild[:0]]).shape == (0, 32)


def test_gaps_and_durations_are_logarithms_of_seconds() -> None:
    table = np.array([[60, 127, 0, 5, 2.0, 1.0], [62, 0, 0, 5, 0.5, 0.0]])
    notes = read_notes([table])

    assert notes.whole[0, :, 0].tolist() == [62, 60]
    torch.testing.assert_close(
        notes.real[0], torch.tensor([[0.0, np.log(2.5), 0.0], [1.0, 0.0, np.log(2.0)]]).float()
    )


@given(SEEDS)
def test_intervals_are_from_the_track_s_last_note_and_from_the_others(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 20))
    table = np.zeros((count, 6))
    table[:, 0] = random.integers(30, 90, count)
    table[:, 2] = random.integers(0, 3, count)
    table[:, 4] = np.arange(count)
    melodic, between = read_notes([table]).whole[0, :, 2:].T.tolist()

    for index, (pitch, track) in enumerate(table[:, [0, 2]].tolist()):
        before = [row for row in table[:index].tolist() if row[2] == track]
        others = [row for row in table[:index].tolist() if row[2] != track]
        expected = 24 + np.clip(pitch - before[-1][0], -24, 24) if before else 49
        assert melodic[index] == expected
        assert between[index] == ((pitch - others[-1][0]) % 12 if others else 12)


def test_the_judge_keeps_its_network_and_judges_alike(tmp_path: Path) -> None:
    data = data_in(tmp_path)
    first = Judge(data, tmp_path, steps=3)
    weights = (tmp_path / NETWORK_NAME).read_bytes()
    again = Judge(data, tmp_path, steps=1)

    assert (tmp_path / NETWORK_NAME).read_bytes() == weights
    found, expected = again.sensitivity(data), first.sensitivity(data)
    assert found == expected
    assert len(found) == 1 + len(CORRUPTIONS)
    assert all(tuple(row) == MEASURES for row in found.values())


def test_another_network_is_refused(tmp_path: Path) -> None:
    data = data_in(tmp_path)
    write_tensors(tmp_path / NETWORK_NAME, {"weight": torch.zeros(3)})

    with pytest.raises(CheckpointError, match="is not the network of this Segue"):
        Judge(data, tmp_path)
