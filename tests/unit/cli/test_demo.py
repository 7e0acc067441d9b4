"""`segue demo` continues the examples and says where the takes are."""

from pathlib import Path

import pytest

from segue.cli import main
from segue.generation import Continue, Following, Take, composer
from segue.generation.window import Region
from segue.midi import read_document
from segue.score import append_bars


class Echo:
    """A composer without a network: every take is the prompt once more."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self.calls: list[tuple[str, int, int]] = []

    def write(self, request: Continue, prompt: Path, *, following: Following) -> list[Take]:
        self.calls.append((prompt.stem, request.bars, request.seed))
        document = read_document(prompt)
        n_bars = document.score.n_bars
        return [
            Take(
                number=number,
                score=append_bars(document.score, document.score),
                region=Region(n_bars, 2 * n_bars),
                log_probability=-1.0,
                rank=number,
                provenance={},
                document=document,
            )
            for number in request.numbers
        ]


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Echo:
    echo = Echo()
    monkeypatch.setattr(composer, "load", {"band": echo}.__getitem__)
    return echo


def run(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["demo", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_every_example_gets_its_takes_and_their_picture(
    echo: Echo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", tmp_path, "--takes", "2") == 0
    assert echo.calls == [("band", 8, 1), ("quartet", 8, 1), ("chiptune", 8, 1)]
    shown = capsys.readouterr().out
    for example in ("band", "quartet", "chiptune"):
        names = {path.name for path in (tmp_path / example).iterdir()}
        assert {"prompt.mid", "take-1.mid", "take-2.mid", "takes.png"} <= names
        assert str(tmp_path / example / "takes.png") in shown
        assert read_document(tmp_path / example / "prompt.mid").score.n_bars == 8
        assert read_document(tmp_path / example / "take-2.mid").score.n_bars == 16


def test_one_example_can_be_asked_for(echo: Echo, tmp_path: Path) -> None:
    assert run("quartet", "-o", tmp_path, "--bars", "4", "--seed", "7") == 0
    assert echo.calls == [("quartet", 4, 7)]


def test_an_example_that_is_none_is_refused_before_anything_is_done(
    echo: Echo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quintet", "-o", tmp_path) == 2
    assert "there is no example 'quintet'; there are band, quartet" in capsys.readouterr().err
    assert echo.calls == []
    assert list(tmp_path.iterdir()) == []
