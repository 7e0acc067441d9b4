"""`segue train` from end to end, as somebody at a terminal uses it."""

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from segue.cli import COMMANDS, application
from segue.cli.train_display import TrainingDisplay
from segue.config import to_mapping
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.folder import read_card
from segue.training.config import ExampleConfig, TrainingConfig
from segue.training.loop import Report
from segue.training.packing import Pack
from segue.training.state import STATE_NAME
from tests.unit.training.corpora import build_packs, build_tiny, write_songs

TINY = """
[training]
size = "tiny"
steps = 2
batch = 1
validate_windows = 1

[training.data]
events = 64
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("tiny")).path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def train(*args: str | Path, status: int = 0) -> None:
    with pytest.raises(SystemExit) as done:
        application(COMMANDS).main(["train", *map(str, args)], prog_name="segue")
    assert done.value.code == status


def test_a_folder_of_midi_files_becomes_a_model(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, run = write_songs(tmp_path / "songs"), tmp_path / "run"

    train("--config", config, "--corpus", songs, "--out", run)

    said = capsys.readouterr()
    assert "nats an event" in said.out
    assert f"{run / 'model'}: 2 steps" in said.out.replace("\n", "")
    assert "step 2 of 2: validation" in said.err
    card = read_card(run / "model")
    assert card["trained_steps"] == 2
    assert card["corpus"]["split"] == "train"
    assert 0 < card["corpus"]["songs"] < 8
    assert {path.name for path in run.iterdir()} == {
        "config.json", "corpus", "model", "pack", "state.pt", "steps.csv", "tensorboard",
        "validation.csv",
    }  # fmt: skip

    shutil.rmtree(songs)  # the corpus was built: the files are not asked for again
    songs.mkdir()
    train("--config", config, "--corpus", songs, "--out", run, "--steps", "3")

    assert "3 steps" in capsys.readouterr().out
    assert load_decoder(run / "model").config.size() == "tiny"


def test_ctrl_c_saves_and_the_same_command_goes_on(
    corpus: Path,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run"
    command = ("--config", config, "--corpus", corpus, "--out", run)

    def interrupt(self: TrainingDisplay, report: Report) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(TrainingDisplay, "on_step", interrupt)
        train(*command, status=130)
    said = capsys.readouterr()
    assert said.err == (f"segue: stopped after step 1 of 2; the same command goes on from {run}\n")
    assert torch.load(run / STATE_NAME, weights_only=True)["step"] == 1

    train(*command)

    assert "2 steps" in capsys.readouterr().out


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """A folder with a model of size tiny."""
    save_decoder(Decoder(DecoderConfig.for_size("tiny")), tmp_path / "model", {})
    return tmp_path / "model"


def test_a_file_may_say_everything(
    corpus: Path,
    config: Path,
    tiny_model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    config.write_text(f'corpus = "{corpus}"\nout = "{run}"\nstart_from = "{tiny_model}"\n{TINY}')

    train("--config", config, "--steps", "1", "--threads", str(torch.get_num_threads()))

    assert read_card(run / "model")["training"]["steps"] == 1
    assert "1 steps" in capsys.readouterr().out


def test_fine_tuning_has_gentle_settings_of_its_own(
    corpus: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gentle = TrainingConfig.fine_tuning("tiny")
    short = replace(gentle, data=ExampleConfig(events=64), validate_windows=1)
    monkeypatch.setattr(TrainingConfig, "fine_tuning", lambda *told: {("tiny",): short}[told])
    run = tmp_path / "run"

    train("--from", tiny_model, "--corpus", corpus, "--out", run, "--steps", "1", "--batch", "1")

    told = read_card(run / "model")["training"]
    assert told == to_mapping(replace(short, steps=1, batch=1))
    assert gentle.optimiser.muon_lr < TrainingConfig().optimiser.muon_lr


WRONG: dict[str, tuple[list[str], str]] = {
    "no such run": (
        ["--decay-of", "{tmp}/no", "--corpus", "{corpus}", "--out", "{tmp}/run"],
        "no: no run (state.pt cannot be read",
    ),
    "nothing": ([], "--corpus DIR --out RUN"),
    "no such corpus": (["--corpus", "{tmp}/no", "--out", "{tmp}/run"], "no such file or folder"),
    "no music": (["--corpus", "{tmp}", "--out", "{tmp}/run"], "no MIDI file"),
    "no such config": (["--config", "{tmp}/no.toml"], "no.toml: cannot read the configuration"),
    "no such model": (
        ["--from", "no-model", "--corpus", "{corpus}", "--out", "{tmp}/run"],
        "no model 'no-model'",
    ),
    "another size": (
        ["--from", "{model}", "--size", "base", "--corpus", "{corpus}", "--out", "{tmp}/run"],
        "is tiny, not base",
    ),
    "a file for a folder": (
        ["--config", "{config}", "--corpus", "{corpus}", "--out", "{config}"],
        "is a file",
    ),
}


@pytest.mark.parametrize(("args", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_message_and_nothing_is_written(
    args: list[str],
    told: str,
    corpus: Path,
    config: Path,
    tiny_model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"tmp": tmp_path, "corpus": corpus, "config": config, "model": tiny_model}

    train(*(arg.format(**places) for arg in args), status=2)

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("segue: ")
    assert told in said.err.replace("\n", " ")
    assert not (tmp_path / "run" / STATE_NAME).exists()


def test_a_run_of_another_seed_is_refused(
    corpus: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("--config", config, "--corpus", corpus, "--out", tmp_path / "run", "--steps", "1")
    train(*command)

    train(*command, "--seed", "9", status=2)

    assert "is of a run with seed 1 (now 9)" in capsys.readouterr().err


def test_a_misspelt_setting_is_told_with_the_near_one(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(TINY.replace("steps = 2", "stepps = 2"))

    train("--config", config, status=2)

    assert "training.stepps: unknown key; did you mean 'steps'?" in capsys.readouterr().err


def test_a_decay_of_a_run_is_a_branch_with_an_end_of_its_own(
    corpus: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("--config", config, "--corpus", corpus)
    train(*command, "--out", tmp_path / "run", "--steps", "5")
    branch = tmp_path / "branch"
    capsys.readouterr()

    train(*command, "--out", branch, "--steps", "100", "--decay-of", tmp_path / "run")

    assert f"{branch / 'model'}: 6 steps" in capsys.readouterr().out.replace("\n", "")
    assert read_card(tmp_path / "run" / "model")["trained_steps"] == 5


def test_a_packed_corpus_is_trained_on_as_it_is(config: Path, tmp_path: Path) -> None:
    packs = build_packs(tmp_path / "packed")
    train("--config", config, "--corpus", packs, "--out", tmp_path / "run")

    assert not (tmp_path / "run" / "pack").exists()


def test_another_corpus_is_packed_again(corpus: Path, config: Path, tmp_path: Path) -> None:
    other = build_tiny(tmp_path / "other", n_songs=4).path
    songs = []
    for music in (corpus, other, other):
        train("--config", config, "--corpus", music, "--out", tmp_path / "run")
        songs.append(Pack.open(tmp_path / "run" / "pack" / "train").card["content_sha256"])

    assert songs[0] != songs[1] == songs[2]


def test_a_pack_that_a_kill_has_left_is_packed_again(
    corpus: Path, config: Path, tmp_path: Path
) -> None:
    command = ("--config", config, "--corpus", corpus, "--out", tmp_path / "run")
    train(*command)
    (tmp_path / "run" / "pack" / "valid" / "pack.json").unlink()

    train(*command, "--steps", "3")

    assert read_card(tmp_path / "run" / "model")["trained_steps"] == 3


@pytest.mark.parametrize("n_songs", [1, 10])
def test_a_few_songs_of_one_s_own_fine_tune_a_model(
    tiny_model: Path, tmp_path: Path, n_songs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Short ones, too: fewer notes than a window has events, by far."""
    songs, run = write_songs(tmp_path / "songs", n_songs), tmp_path / "run"
    train("--from", tiny_model, "--corpus", songs, "--out", run, "--steps", "1", "--batch", "1")

    assert load_decoder(run / "model").config.size() == "tiny"
    assert ("too few songs for a split" in capsys.readouterr().err) == (n_songs == 1)
