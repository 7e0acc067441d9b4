"""`segue corpus` from end to end, as somebody at a terminal uses it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from segue.cli import application
from segue.corpus import CorpusStore, build_corpus
from segue.locking import held
from tests.tunes import Version, tune, write_folder

COMMANDS = {"corpus": "segue.cli.corpus:app"}
RUN = f"from segue.cli import application; application({COMMANDS}).main(prog_name='segue')"
"""Runs `segue` in a process of its own."""
DYING = f"""
import os, signal
from segue.corpus import ingest

def die(n_files):
    os.kill(os.getpid(), signal.SIGKILL)

workers = ingest.Workers
ingest.Workers = lambda number, on_files, make: workers(number, die, make)
{RUN}
"""
"""Is killed when the first shard of a corpus is made."""
SHORT = Version(n_notes=30)


def segue(*args: str | Path, status: int = 0) -> None:
    with pytest.raises(SystemExit) as done:
        application(COMMANDS).main(["corpus", *map(str, args)], prog_name="segue")
    assert done.value.code == status


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 999 short tunes and a file that is none."""
    files = {f"{seed:03}.mid": tune(seed, SHORT) for seed in range(999)}
    return write_folder(tmp_path_factory.mktemp("many") / "songs", {**files, "x.mid": b"MThd"})


def test_of_a_thousand_files_a_broken_one_is_rejected_and_a_kill_loses_nothing(
    thousand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One test, since it is the same thousand files: killed, gone on with, and built in one go."""
    command = [sys.executable, "-c", DYING, "corpus", "build", str(thousand), "--out"]
    killed = subprocess.run([*command, str(tmp_path / "out"), "--workers", "2"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert list((tmp_path / "out.building" / "shards").glob("*/*.npz"))
    segue("build", thousand, "--out", tmp_path / "out", "--workers", "1")
    said = capsys.readouterr()
    assert "999 songs" in said.out
    assert "1 file was rejected" in said.out
    assert said.err == ""
    assert "x.mid" in (tmp_path / "out" / "rejected.jsonl").read_text()
    fresh = build_corpus([thousand], tmp_path / "fresh", workers=1)
    assert fresh == CorpusStore.open(tmp_path / "out").manifest


def test_a_corpus_is_built_told_checked_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs = write_folder(tmp_path / "songs", {f"{seed}.mid": tune(seed) for seed in range(5)})
    out = tmp_path / "out"
    segue("build", songs, "--out", out, "--workers", "1")
    segue("info", out)
    segue("verify", out)
    segue("export", out, "--format", "paper", "--notes", "100", "--out", tmp_path / "paper")
    segue("export", out, "--format", "huggingface", "--out", tmp_path / "hub")
    said = capsys.readouterr().out
    assert "5 songs, 1,500 notes, 5 tunes" in said
    assert "tier   unknown" in said
    assert "whole and sound" in said
    assert f"{tmp_path / 'paper'}: 5 songs" in said
    assert len(CorpusStore.open(out)) == 5


def test_a_file_that_needs_the_careful_reader_is_counted_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrapped = b"RIFF" + bytes(4) + b"RMIDdata" + bytes(4) + tune(9)
    songs = write_folder(tmp_path / "songs", {"1.mid": tune(1), "2.mid": wrapped})
    for args in (["build", songs, "--out", tmp_path / "out", "--workers", "1"], ["info"]):
        segue(*args, *([] if len(args) > 1 else [tmp_path / "out"]))
        said = capsys.readouterr().out
        assert "1 song needed Segue's own reader, which found 300 notes more" in said


def test_two_packings_into_one_folder_do_not_meet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs = write_folder(tmp_path / "songs", {f"{seed}.mid": tune(seed) for seed in range(5)})
    segue("build", songs, "--out", tmp_path / "out", "--workers", "1")
    with held(tmp_path / "packed" / "lock", doing="packs into packed"):
        capsys.readouterr()
        segue("pack", tmp_path / "out", "--out", tmp_path / "packed", status=2)
    assert f"another process (process id {os.getpid()}) packs into" in capsys.readouterr().err
    segue("pack", tmp_path / "out", "--out", tmp_path / "packed")
    assert {path.name for path in (tmp_path / "packed").iterdir()} == {"train", "valid"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["build", "nowhere", "--out", "out"], "nowhere: no such file or folder"),
        (["build", ".", "--out", "out"], "no MIDI file"),
        (["build", ".", "--out", "out", "--similarity", "7"], "similarity must be above 0"),
        (["info", "."], "no corpus here"),
        (["verify", "."], "no corpus here"),
        (["export", ".", "--format", "paper", "--out", "out"], "no corpus here"),
    ],
)
def test_a_mistake_is_one_message_and_status_2(
    args: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    segue(*args, status=2)
    said = capsys.readouterr()
    assert said.err.startswith("segue: ")
    assert message in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_corpus_is_told_with_its_damage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs = write_folder(tmp_path / "songs", {"1.mid": tune(1)})
    segue("build", songs, "--out", tmp_path / "out", "--workers", "1")
    with (tmp_path / "out" / "ledger.jsonl").open("a") as file:
        file.write("{}")
    segue("verify", tmp_path / "out", status=2)
    assert "ledger.jsonl: not the size" in capsys.readouterr().err


def test_two_machines_shares_are_merged_to_one_corpus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs = write_folder(tmp_path / "songs", {f"{n}.mid": tune(n, SHORT) for n in range(300)})
    for share in ("1/2", "2/2"):
        part = tmp_path / f"part-{share[0]}"
        segue("build", songs, "--shard", share, "--out", part, "--workers", "1")
    parts = [tmp_path / "part-1", tmp_path / "part-2"]
    segue("merge", parts[0], "--out", tmp_path / "half", status=2)
    assert "of 2 parts these are missing: 2" in capsys.readouterr().err
    segue("merge", *parts, "--out", tmp_path / "out")
    assert "300 songs" in capsys.readouterr().out
    build_corpus([songs], tmp_path / "whole", workers=1)
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    assert manifest == (tmp_path / "whole" / "manifest.json").read_bytes()
    segue("build", songs, "--shard", "3/2", "--out", tmp_path / "part-3", status=2)
    segue("build", songs, "--shard", "1/2", "--ray", "local", "--out", tmp_path / "x", status=2)
