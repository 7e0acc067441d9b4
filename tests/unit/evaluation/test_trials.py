"""Two-bar holes and long takes: what is asked, and what the figures of known answers are."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from segue.errors import InputError
from segue.evaluation.music.reference import open_reference, open_songs
from segue.evaluation.report.trial import write_trial
from segue.evaluation.trials.dial import measure_dial
from segue.evaluation.trials.dial import measured as measured_dial
from segue.evaluation.trials.infilling import Hole, draw_holes, measure_infilling, measured
from segue.evaluation.trials.long_takes import measure_long_takes
from segue.evaluation.trials.long_takes import measured as measured_long
from segue.midi import score_to_bytes
from segue.score import Score, slice_bars
from tests.composers import line, score_of, small_composer
from tests.unit.evaluation.bands import band


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    for number in range(6):
        (folder / f"{number}.mid").write_bytes(score_to_bytes(band(number, n_bars=20)))
    return folder


def holes(real: Path, count: int = 3) -> list[Hole]:
    _, songs, _ = open_songs(real)
    return draw_holes(songs, split="test", count=count, n_bars=2, seed=0)


def test_a_hole_is_in_a_track_that_plays_around_it(real: Path) -> None:
    for hole in holes(real):
        grid = hole.piece.bar_grid()
        playing = set(grid.bar_of(hole.piece.tracks[hole.track].notes.onset).tolist())
        assert set(range(hole.first - 2, hole.first + 3)) <= playing


def test_pieces_without_a_place_for_a_hole_are_an_error(tmp_path: Path) -> None:
    alone = score_of(line([60, 62, 64, 65] * 8))
    (tmp_path / "alone.mid").write_bytes(score_to_bytes(alone))

    with pytest.raises(InputError, match="another beside it"):
        holes(tmp_path)


def test_what_was_there_is_as_near_as_can_be(real: Path) -> None:
    for hole in holes(real):
        found = measured(hole, hole.real)
        assert found["note_f1"] == 1.0
        assert found["groove"] == 1.0
        if found["content"] is not None:
            assert found["content"] == pytest.approx(1.0)
            assert found["entropy"] == 0.0


def test_everyone_has_a_row_and_the_nearest_take_is_no_further_than_the_first(
    real: Path, tmp_path: Path
) -> None:
    trial = measure_infilling(
        holes(real, 2), {"small": small_composer()}, takes=2, seed=0, about="two pieces"
    )

    values = {row.name: row.values for row in trial.rows}
    first, nearest = (values[name]["note_f1"] for name in ("small", "small, highest note F1"))
    assert first is not None
    assert nearest is not None
    assert nearest.value >= first.value
    assert "the bars before, copied" in values
    assert "small, told key and density" in values

    page = write_trial(trial, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["rows"][0]["name"] == "what was there"
    assert "small, ranked first" in page.read_text()
    assert "trial.svg" in page.read_text()
    assert "small, ranked first" in (tmp_path / "trial.svg").read_text()


def bars(pattern: list[list[int]]) -> Score:
    """A piano with four quarters a bar."""
    return score_of(line([pitch for bar in pattern for pitch in bar]))


HELD = bars([[60, 64, 67, 64]] * 32)


def test_a_bar_that_never_stops_is_counted() -> None:
    found = measured_long(slice_bars(HELD, 0, 16), HELD, 32)

    assert found == {"repeats": 1.0, "loses": 0.0, "leaves": 0.0, "most": 32.0}


def test_a_part_that_falls_silent_and_a_key_that_is_left_are_counted() -> None:
    random = np.random.default_rng(0)
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    begin = [(60 + random.choice(scale, 4)).tolist() for _ in range(24)]
    end = [(66 + random.choice(scale, 4)).tolist() for _ in range(8)]
    piano = bars(begin + end).tracks[0]
    bass = line([36] * 4 * 20, program=33)

    found = measured_long(score_of(HELD.tracks[0], bass), score_of(piano, bass), 32)

    assert found["loses"] == 1.0
    assert found["leaves"] == 1.0
    assert found["repeats"] == 0.0


def test_long_takes_stand_beside_real_songs(real: Path) -> None:
    reference = open_reference(real, n_bars=10, prompt_bars=4, seed=0)
    trial = measure_long_takes(reference, {"small": small_composer()}, prompts=2, takes=2, seed=0)

    assert [(row.name, row.n) for row in trial.rows][1:] == [("small", 4)]
    assert trial.rows[0].n == 240
    assert len(trial.table()[0]) == 2 + len(trial.figures)


def test_the_dial_goes_from_all_that_was_there_to_nothing_seen(real: Path) -> None:
    reference = open_reference(real, n_bars=4, seed=0)
    trial = measure_dial(
        reference, {"small": small_composer()}, passages=2, takes=1, seed=0, amounts=(0.0, 1.0)
    )

    names = ["as they were", "small, 0", "small, 1", "small, not seen"]
    assert [row.name for row in trial.rows] == names
    whole, near, far, unseen = (row.values["note_f1"] for row in trial.rows)
    assert whole is not None
    assert near is not None
    assert far is not None
    assert unseen is not None
    assert whole.value == 1
    assert near.value > far.value
    assert trial.settings["bars"] == 2
    assert all(row.values["auc"] is None for row in trial.rows)  # of two songs nothing is learned


class Hammers:
    """Writes one note again and again, whatever it is asked for."""

    folder = None

    def vary(self, piece: Score, *, first: int, last: int, takes: int, **_: Any) -> list[Any]:
        del piece
        held = slice_bars(HELD, 0, last - first)
        return [SimpleNamespace(number=number, new_bars=held) for number in range(takes)]

    def continue_(self, prompt: Score, *, bars: int, takes: int, **_: Any) -> list[Any]:
        return self.vary(prompt, first=0, last=bars, takes=takes)


def test_the_dial_tells_apart_what_is_no_music_of_the_corpus(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("many")
    for number in range(60):
        (folder / f"{number}.mid").write_bytes(score_to_bytes(band(number, n_bars=14)))
    reference = open_reference(folder, n_bars=4, seed=0)
    composers: dict[str, Any] = {"hammer": Hammers()}
    trial = measure_dial(reference, composers, passages=20, takes=2, seed=0, amounts=(0.5,))

    real, varied, _ = (row.values["auc"] for row in trial.rows)
    assert real is not None
    assert varied is not None
    assert real.low < 0.5 < real.high
    assert varied.low > real.high
    assert trial.settings["others"] == 20  # as many as there are songs, each once
    assert [row.n for row in trial.rows] == [20, 40, 40]


def test_bars_that_stay_are_all_there() -> None:
    found = measured_dial(slice_bars(HELD, 0, 4), slice_bars(HELD, 0, 4), 4)

    assert found == pytest.approx(dict.fromkeys(found, 1))
    assert len(found) == 5
