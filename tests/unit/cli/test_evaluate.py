"""`segue evaluate`: a folder and a corpus in, figures and a report out."""

import json
from pathlib import Path

import numpy as np
import pytest

from segue import corpus
from segue.cli import main
from segue.midi import score_to_bytes
from segue.score import Score
from tests.unit.evaluation.bands import band


class Shelf:
    """A corpus in memory."""

    def split(self, name: str) -> np.ndarray:
        assert name == "test"
        return np.arange(12)

    def score(self, index: int) -> Score:
        return band(500 + index, n_bars=12)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(corpus.CorpusStore, "open", lambda path: Shelf())
    takes = tmp_path / "takes"
    takes.mkdir()
    for seed in range(8):
        (takes / f"{seed}.mid").write_bytes(score_to_bytes(band(seed)))
    return takes


def run(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_prints_figures_and_writes_the_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder.parent / "report.json"

    assert run(folder, "--against", "corpus", "--n", "10", "-o", out) == 0

    printed = capsys.readouterr().out
    report = json.loads(out.read_text(encoding="utf-8"))
    assert "feature-Frechet" in printed
    assert "What gives them away" in printed
    assert (report["n_real"], report["n_generated"]) == (10, 8)
    assert report["features"][0]["name"] in printed


def test_a_folder_without_music_ends_with_a_word(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in folder.iterdir():
        path.unlink()

    assert run(folder, "--against", "corpus") == 2
    assert "no .mid file in it" in capsys.readouterr().err
