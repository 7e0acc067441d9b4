"""Odd command lines at a terminal: nothing is written over, nothing acts, nothing ends badly."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from segue.cli import main
from segue.midi import read_document, score_to_bytes
from segue.models.decoder_folder import save_decoder
from tests.composers import band, small_model
from tests.strategies import encode_smf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    save_decoder(small_model(), folder, {"note": "for a test"})
    return folder


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.mid"
    path.write_bytes(score_to_bytes(band(2)))
    return path


def segue(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(arg) for arg in args])
    assert isinstance(done.value.code, int)
    return done.value.code


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "args",
    [
        ("continue", "IN", "-b", "1", "-k", "2", "--picture"),
        ("infill", "IN", "-b", "2", "-k", "2"),
        ("vary", "IN", "-k", "2"),
        ("bridge", "IN", "IN", "-b", "1", "-k", "2"),
        ("compose", "-b", "1", "-k", "2", "--picture"),
    ],
)
def test_a_take_can_be_gone_on_with_in_its_own_folder(
    args: tuple[str, ...], song: Path, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "takes"
    shared = ("-o", out, "--model", model)
    assert segue("continue", song, "-b", "1", "-k", "3", "--picture", *shared) == 0
    before = contents(out)
    asked = [str(out / "take-1.mid") if arg == "IN" else arg for arg in args]
    assert segue(*asked, *shared) == 0
    after = contents(out)
    assert {name: after[name] for name in before} == before
    new = ["take-4.mid", "take-5.mid", "takes-2.json"] + ["takes-2.png"] * ("--picture" in args)
    assert sorted(set(after) - set(before)) == new


def test_force_replaces_and_says_what_went(
    song: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "takes"
    shared = ("-b", "1", "-o", out, "--model", model)
    assert segue("continue", song, "-k", "3", *shared) == 0
    capsys.readouterr()
    assert segue("continue", song, "-k", "1", "-s", "2", "--force", *shared) == 0
    assert set(contents(out)) == {"take-1.mid", "takes.json"}
    assert "take-2.mid, take-3.mid of earlier takes removed" in capsys.readouterr().err
    assert segue("vary", out / "take-1.mid", "--force", "-o", out, "--model", model) == 2
    assert "is what this command reads" in capsys.readouterr().err


def test_standard_input_is_a_prompt(
    song: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piped = SimpleNamespace(buffer=io.BytesIO(song.read_bytes()))
    monkeypatch.setattr(sys, "stdin", piped)
    out = tmp_path / "takes"
    assert segue("continue", "-", "-b", "1", "-k", "1", "-o", out, "--model", model) == 0
    assert read_document(out / "take-1.mid").score.n_notes
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"words")))
    assert segue("vary", "-", "-o", out) == 2
    assert "standard input: this is not a MIDI file" in capsys.readouterr().err
    assert segue("bridge", "-", "-", "-o", out) == 2
    assert "only one piece can come from standard input" in capsys.readouterr().err
    assert segue("render", "-") == 2
    assert "name the sound file with -o OUT.wav" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ("continue", "SONG", "-o", ""),
        ("continue", ""),
        ("demo", "-o", ""),
        ("render", "SONG", "-o", ""),
        ("corpus", "build", "SONG", "-o", ""),
        ("corpus", "build", "", "-o", "x"),
        ("train", "--corpus", "", "--out", "x"),
        ("novelty", "SONG", "--index", ""),
        ("studio", "--projects", ""),
    ],
)
def test_nothing_is_no_name_of_a_file(
    args: tuple[str, ...], song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert segue(*(str(song) if arg == "SONG" else arg for arg in args)) == 2
    assert "a file or folder has a name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("infill", "SONG", "--bars", "²:³"), "bars must look like 9:12 or 9"),
        (("infill", "SONG", "--bars", "9" * 5000), "bars must look like 9:12 or 9"),
        (("infill", "SONG", "--bars", "1", "--tracks", "²"), "has no track '²'"),
        (("infill", "SONG", "--bars", "1", "--tracks", "9" * 5000), "has no track"),
        (("compose", "--metre", "²/²"), "metre must look like 4/4"),
        (("compose", "--metre", "9" * 5000 + "/4"), "metre must look like 4/4"),
        (("continue", "SONG", "--instruments", "²"), "no instrument '²'"),
        (("continue", "SONG", "--bars", "9" * 5000), "--bars"),
        (("novelty", "SONG", "--bars", "²"), "bars must look like"),
    ],
)
def test_numbers_that_are_none_are_told(
    args: tuple[str, ...], message: str, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert segue(*(str(song) if arg == "SONG" else arg for arg in args)) == 2
    assert message in capsys.readouterr().err


EVIL = "\x1b]0;owned\x07\x9b2J"


@pytest.mark.parametrize(
    "args",
    [
        ("continue", f"{EVIL}.mid"),
        (EVIL,),
        ("continue", "SONG", f"--{EVIL}"),
        ("continue", "SONG", "--bars", EVIL),
        ("continue", "SONG", "--instruments", EVIL),
        ("continue", "SONG", "--density", EVIL),
        ("continue", "SONG", "--key", EVIL),
        ("continue", "SONG", "--model", EVIL),
        ("infill", "SONG", "--bars", "1", "--tracks", EVIL),
        ("infill", "NAMED", "--bars", "1", "--tracks", "tuba"),
        ("demo", EVIL),
        ("corpus", "info", EVIL),
        ("corpus", "build", EVIL, "-o", "x"),
        ("corpus", EVIL),
        ("evaluate", EVIL, "--against", EVIL),
        ("train", "--config", EVIL),
        ("train", "--size", EVIL),
    ],
)
def test_no_control_character_reaches_the_terminal(
    args: tuple[str, ...], song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = tmp_path / "named.mid"
    name = f"{EVIL}\r".encode("latin-1")
    head = b"\xff\x03" + bytes([len(name)]) + name
    named.write_bytes(
        encode_smf([[(0, head), (0, b"\x90\x3c\x50"), (96, b"\x80\x3c\x40"), (384, b"\xff\x2f\0")]])
    )
    places = {"SONG": str(song), "NAMED": str(named)}
    assert segue(*(places.get(arg, arg) for arg in args)) == 2
    said = capsys.readouterr()
    assert all(c.isprintable() or c == "\n" for c in said.out + said.err)
    assert said.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a matter of POSIX")
@pytest.mark.parametrize(
    "args",
    [
        ("continue", "PIPE.mid"),
        ("render", "PIPE.mid"),
        ("train", "--config", "PIPE.toml"),
        ("corpus", "build", "PIPE.zip", "-o", "x"),
    ],
)
def test_a_pipe_is_refused_and_never_waited_for(
    args: tuple[str, ...],
    song: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "piped").mkdir()
    for name in ("PIPE.mid", "PIPE.toml", "PIPE.zip", "PIPE.tar.xz", "piped/card.json"):
        os.mkfifo(tmp_path / name)
    assert segue(*args) == 2
    assert "segue: " in capsys.readouterr().err


def test_a_file_whose_name_is_no_text_is_worked_with_and_told_in_plain_words(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name in Latin-1, as old archives have them, where names are UTF-8."""
    song = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mid"))
    try:
        song.write_bytes(score_to_bytes(band(2)))
    except OSError:
        pytest.skip("this file system takes no such names")
    before = song.read_bytes()
    assert (
        segue("continue", song, "-b", "1", "-k", "1", "--model", model, "-o", tmp_path / "t") == 0
    )
    assert segue("continue", song, "-b", "1", "-k", "1", "--model", model, "-o", song) == 2
    assert segue("infill", song, "--bars", "9", "--model", model) == 2
    said = capsys.readouterr()
    assert "caf\\xe9.mid" in said.err
    assert all(c.isprintable() or c == "\n" for c in said.out + said.err)
    assert read_document(tmp_path / "t" / "take-1.mid").score.n_bars == 3
    assert song.read_bytes() == before
