"""`segue evaluate`: folders in, figures and a page out."""

import json
from pathlib import Path

import pytest

from segue.cli import main
from segue.midi import score_to_bytes
from tests.unit.evaluation.bands import band


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, first, count, bars in (("real", 0, 18, 20), ("takes", 500, 6, 8)):
        (tmp_path / name).mkdir()
        for number in range(count):
            data = score_to_bytes(band(first + number, n_bars=bars))
            (tmp_path / name / f"piece-{number}.mid").write_bytes(data)
    return tmp_path


def run(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_prints_figures_and_writes_the_page(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "report"
    sets = f"ours={folder / 'takes'}"

    assert run(sets, "--against", folder / "real", "--quick", "--no-baselines", "-o", out) == 0

    printed = capsys.readouterr().out
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert "What sets ours apart" in printed
    assert "index.html" in printed
    assert [each["name"] for each in report["sets"]][-1] == "ours"
    assert report["n"] == 6


def test_prompts_are_written_for_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--against", folder / "real", "--prompts", folder / "prompts", "--n", "5") == 0

    assert "5 prompts" in capsys.readouterr().out
    assert len(list((folder / "prompts").glob("*.mid"))) == 5


def test_holes_in_a_folder_of_pieces_need_no_other_music(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "holes"

    assert run("--infill", folder / "real", "--n", "6", "-o", out) == 0

    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    names = [row["name"] for row in report["rows"]]
    assert names == ["what was there", "the bars before, copied"]
    assert report["rows"][0]["values"]["note_f1"]["value"] == 1.0
    assert "note F1" in (out / "index.html").read_text(encoding="utf-8")
    assert "6 holes" in capsys.readouterr().out.replace("\n", " ")


def test_wrong_use_ends_with_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "nothing").mkdir()
    wrong: dict[str, list[str | Path]] = {
        "no .mid file in it": [folder / "nothing", "--against", folder / "real"],
        "--against CORPUS": [folder / "takes"],
        "long takes are written by models": [
            folder / "takes", "--against", folder / "real", "--long",
        ],
        "asks one model to continue": ["--obedience", folder / "real"],
        "holes in the pieces of one folder": ["--infill", folder / "takes", folder / "real"],
        "--answers needs": ["--answers", folder / "a.json"],
        "--listening needs": ["--against", folder / "real", "--listening", "2"],
        "a listening test takes one model": [
            "--against", folder / "real", "--listening", "2", "-o", folder / "kit",
        ],
    }  # fmt: skip
    for message, args in wrong.items():
        assert run(*args) == 2
        assert message in capsys.readouterr().err.replace("\n", " ")
