"""The trained baselines of `segue-baselines` take part in any evaluation, where it is installed."""

import zipfile
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.evaluation.candidates import trained
from segue.evaluation.candidates.task import Task
from segue.evaluation.candidates.trained import RIFFS_NAME, RiffCandidate, data_path
from segue.evaluation.music.reference import open_reference
from segue.midi import score_to_bytes
from segue.score import slice_bars
from tests.unit.evaluation.bands import band


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    for number in range(12):
        data = score_to_bytes(band(number, n_bars=24))
        (folder / f"{number}.mid").write_bytes(data)
    return folder


def task_of(real: Path, *, count: int, n_bars: int = 2) -> Task:
    return Task.draw(open_reference(real, n_bars=n_bars, seed=0), count, takes=2, seed=3)


def test_as_many_riffs_as_are_asked_for_and_no_prompt_is_heard(real: Path) -> None:
    task = task_of(real, count=3)
    written, again = (RiffCandidate().write(task, lambda _: None) for _ in range(2))

    assert len(written.scores) == 3
    assert written.prompts is None
    assert list(written.scores) == list(again.scores)
    assert all(score.n_notes > 0 and score.n_bars <= 2 for score in written.scores)


def test_a_riff_is_looped_over_more_bars(
    real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained, "data_path", lambda name: tmp_path / name)
    trained._riffs.cache_clear()
    with zipfile.ZipFile(tmp_path / RIFFS_NAME, "w") as file:
        file.writestr("0001.mid", score_to_bytes(band(5, n_bars=8)))

    (score,) = RiffCandidate().write(task_of(real, count=1, n_bars=12), lambda _: None).scores
    with pytest.raises(InputError, match="1 of its riffs are kept, and 2 are asked for"):
        RiffCandidate().write(task_of(real, count=2), lambda _: None)
    trained._riffs.cache_clear()

    assert score.n_bars == 12
    begin, end = slice_bars(score, 0, 4), slice_bars(score, 8, 12)
    assert [t.notes.pitch.tolist() for t in begin.tracks] == [
        t.notes.pitch.tolist() for t in end.tracks
    ]


def test_without_their_package_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trained, "PACKAGE", "segue_baselines_that_nobody_has")

    with pytest.raises(InputError, match=r"pip install \./baselines"):
        data_path(RIFFS_NAME)
