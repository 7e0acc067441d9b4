"""`segue train --from MODEL FOLDER`: a personal model by the folder's name."""

from pathlib import Path

import pytest

from segue.cli import main
from segue.models.folder import new_personal_folder, personal_folder, personal_models
from tests.unit.learning.bases import write_base, write_music


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_the_model_is_at_hand_by_the_folder_s_name_and_the_report_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, music = write_base(tmp_path / "tiny"), write_music(tmp_path / "my songs", 3)
    with pytest.raises(SystemExit) as end:
        main(["train", "--from", str(base), str(music), "--steps", "20"])
    assert end.value.code in (0, None)
    said = capsys.readouterr().out
    assert "learned from 2 songs" in said
    assert "surprise it less" in said
    assert "--model 'my songs'" in said
    assert personal_models() == ["my songs"]
    assert (personal_folder() / "my songs" / "report" / "report.md").exists()


def test_options_of_a_corpus_do_not_go_with_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["train", str(tmp_path), "--corpus", str(tmp_path), "--batch", "2"])
    assert end.value.code == 2
    assert "--corpus, --batch: not with a folder" in capsys.readouterr().err


def test_names_are_free_and_fit_for_a_folder() -> None:
    (personal_folder() / "mine").mkdir(parents=True)
    assert new_personal_folder("mine").name == "mine-2"
    assert new_personal_folder("band").name == "band-2", "a shipped model is never hidden"
    assert new_personal_folder("../../etc/x: y").parent == personal_folder()
    assert new_personal_folder(" .. ").name == "mine-2"
