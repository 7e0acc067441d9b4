"""`segue demo` continues the examples and says where the takes are."""

from pathlib import Path

import pytest

import segue
from segue.cli import main
from segue.midi import read_document, score_to_bytes, write_file
from segue.score import Score, append_bars


class Take:
    """The prompt, twice."""

    def __init__(self, prompt: Score) -> None:
        self.score = append_bars(prompt, prompt)

    def save(self, path: Path) -> None:
        write_file(path, score_to_bytes(self.score))


class Model:
    """What `segue.load` gives, without a network in it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, int]] = []

    def continue_(self, prompt: Path, *, bars: int, takes: int, seed: int) -> list[Take]:
        self.calls.append((prompt.stem, bars, seed))
        return [Take(read_document(prompt).score)] * takes


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    model = Model()
    monkeypatch.setattr(segue, "load", {"band": model}.__getitem__, raising=False)
    return model


def run(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["demo", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_every_example_gets_its_takes_and_their_picture(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", tmp_path, "--takes", "2") == 0
    assert model.calls == [("band", 8, 1), ("quartet", 8, 1), ("chiptune", 8, 1)]
    shown = capsys.readouterr().out
    names = ["prompt.mid", "take-1.mid", "take-2.mid", "takes.png"]
    for example in ("band", "quartet", "chiptune"):
        assert sorted(path.name for path in (tmp_path / example).iterdir()) == names
        assert str(tmp_path / example / "takes.png") in shown
        assert read_document(tmp_path / example / "prompt.mid").score.n_bars == 8


def test_one_example_can_be_asked_for(model: Model, tmp_path: Path) -> None:
    assert run("quartet", "-o", tmp_path, "--bars", "4", "--seed", "7") == 0
    assert model.calls == [("quartet", 4, 7)]


def test_an_example_that_is_none_is_refused_before_a_model_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quintet", "-o", tmp_path) == 2
    assert "there is no example 'quintet'; there are band, quartet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
