"""`segue corpus index`, `segue corpus fingerprint` and `segue novelty`, one after the other."""

import json
from pathlib import Path

import pytest

from segue.cli import COMMANDS, application
from segue.corpus import CorpusStore
from segue.midi import score_to_bytes
from segue.models.decoder_folder import save_decoder
from segue.novelty.known import FILE_NAME
from segue.score import append_bars
from tests.tunes import Version, tune, write_folder
from tests.unit.models.decoders import random_decoder
from tests.unit.novelty.planting import chance_notes, excerpt_of, piece_of


def segue(*args: str | Path) -> int | str | None:
    with pytest.raises(SystemExit) as done:
        application(COMMANDS).main([*map(str, args)], prog_name="segue")
    return done.value.code


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of tunes long enough for 32 bars and what came before them, and its index."""
    folder = tmp_path_factory.mktemp("novelty-cli")
    files = {f"{seed}.mid": tune(seed, Version(n_notes=320)) for seed in range(12)}
    write_folder(folder / "midi", files)
    assert segue("corpus", "build", folder / "midi", "--out", folder / "corpus") == 0
    assert segue("corpus", "index", folder / "corpus", "--out", folder / "index") == 0
    return folder / "corpus"


@pytest.fixture(scope="module")
def model(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of no training with what it would know of the corpus."""
    folder = tmp_path_factory.mktemp("model")
    save_decoder(random_decoder(), folder, {})
    index = corpus.parent / "index"
    made: list[str | Path] = ["--index", index, "--out", folder / FILE_NAME, "--excerpts", "1"]
    assert segue("corpus", "fingerprint", corpus, *made) == 0
    return folder


def test_a_fingerprint_that_is_there_stays(
    corpus: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = model / FILE_NAME
    before = there.stat()
    asked: list[str | Path] = ["corpus", "fingerprint", corpus, "--index", corpus.parent / "index"]
    asked += ["--out", there, "--excerpts", "1"]
    assert segue(*asked) == 0

    said = capsys.readouterr()
    beside = there.with_stem(f"{there.stem}-2")
    assert f"{there}: already exists and stays; --force replaces it" in said.err
    assert said.out.startswith(f"{beside}: ")
    assert there.stat() == before
    beside.unlink()
    assert segue(*asked, "--force") == 0
    assert there.stat() != before
    assert not beside.exists()


@pytest.fixture
def copying(corpus: Path, tmp_path: Path) -> Path:
    """Bars of chance, and bars of a training song a fourth higher."""
    store = CorpusStore.open(corpus)
    song = store.score(int(store.split("train")[0]))
    copy = piece_of(excerpt_of(song, 0, first=20, count=60, transpose=5))
    path = tmp_path / "copying.mid"
    path.write_bytes(score_to_bytes(append_bars(piece_of(chance_notes(1)), copy)))
    return path


def bars_of_copy(path: Path) -> str:
    first = piece_of(chance_notes(1)).n_bars + 1
    return f"{first}:{first + 5}"


def test_a_copy_is_told_of_with_its_song_and_key(
    corpus: Path, model: Path, copying: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str | Path] = [
        "novelty",
        copying,
        "--bars",
        bars_of_copy(copying),
        "--model",
        model,
    ]
    assert segue(*asked) == 0
    assert "at most" in capsys.readouterr().out
    assert segue(*asked, "--index", corpus.parent / "index", "--corpus", corpus) == 0
    told = capsys.readouterr().out
    store = CorpusStore.open(corpus)
    name = store.metadata["path"][int(store.split("train")[0])].as_py()
    assert "at most" not in told
    assert f"1 tracks lie as in {name}, +5 semitones" in told


def test_an_index_without_its_corpus_is_refused(
    corpus: Path, model: Path, copying: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = corpus.parent / "index"
    assert segue("novelty", copying, "--model", model, "--index", index) == 2
    assert "--index and --corpus go together" in capsys.readouterr().err


def test_bars_that_are_not_there_are_refused(
    model: Path, copying: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert segue("novelty", copying, "--bars", "1:999", "--model", model) == 2
    assert "bars 1 to 999 are not in the piece" in capsys.readouterr().err


def test_takes_are_written_with_their_reports(
    model: Path, copying: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "takes"
    assert segue("continue", copying, "-o", out, "--model", model, "-b", "1", "-k", "1") == 0
    (told,) = json.loads((out / "takes.json").read_text())
    assert told["novelty"]["words"] in capsys.readouterr().out
    assert told["novelty"]["is_bound"]
