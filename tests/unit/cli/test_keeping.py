"""Nothing that is there is written over in silence, and lists tell of their own takes only."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from segue.cli import keeping
from segue.cli.keeping import TakesFolder, free_name, put
from segue.errors import InputError
from segue.files import write_fresh

TAKE = b'MThd segue {"bars":8} '


def listed(paths: Sequence[Path]) -> bytes:
    return json.dumps([{"file": str(path)} for path in paths]).encode()


def takes(count: int, mark: bytes = b"") -> dict[int, bytes]:
    return {number: TAKE + mark + b"%d" % number for number in range(1, count + 1)}


def write(folder: Path, count: int, mark: bytes, *, force: bool = False) -> TakesFolder:
    done = TakesFolder(folder, force)
    done.write(takes(count, mark), listed)
    return done


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(folder: Path, name: str) -> list[str]:
    return [Path(each["file"]).name for each in json.loads((folder / name).read_text())]


def test_a_first_run_has_the_plain_names(tmp_path: Path) -> None:
    done = write(tmp_path, 2, b"a")
    assert names(tmp_path) == ["take-1.mid", "take-2.mid", "takes.json"]
    assert done.picture == tmp_path / "takes.png"


def test_a_second_run_goes_on_with_the_names_and_keeps_the_first(tmp_path: Path) -> None:
    write(tmp_path, 3, b"a")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = write(tmp_path, 2, b"b")
    assert all(path.read_bytes() == content for path, content in before.items())
    assert told(tmp_path, "takes.json") == ["take-1.mid", "take-2.mid", "take-3.mid"]
    assert told(tmp_path, "takes-2.json") == ["take-4.mid", "take-5.mid"]
    assert (tmp_path / "take-4.mid").read_bytes() == TAKE + b"b1"
    assert done.picture == tmp_path / "takes-2.png"


def test_numbers_go_on_after_the_highest_so_that_runs_never_mix(tmp_path: Path) -> None:
    (tmp_path / "Take-7.MID").write_bytes(b"mine")
    (tmp_path / "takes-2.png").symlink_to("nowhere")
    (tmp_path / "takes.json").mkdir()
    write(tmp_path, 1, b"a")
    assert told(tmp_path, "takes-3.json") == ["take-8.mid"]


def test_a_folder_that_others_write_into_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(path: Path, content: bytes) -> None:
        if path.name == "take-2.mid":
            path.write_bytes(b"theirs")
        write_fresh(path, content)

    monkeypatch.setattr(keeping, "write_fresh", beaten)
    write(tmp_path, 2, b"a")
    assert (tmp_path / "take-2.mid").read_bytes() == b"theirs"
    assert names(tmp_path) == ["take-2.mid", "take-3.mid", "take-4.mid", "takes.json"]


def test_force_replaces_a_run_and_leaves_no_stale_take(tmp_path: Path) -> None:
    write(tmp_path, 4, b"a")
    (tmp_path / "takes.png").write_bytes(b"picture")
    (tmp_path / "take-4.mid").write_bytes(b"MThd of a DAW, the musician's own by now")
    (tmp_path / "song.mid").write_bytes(TAKE)
    done = write(tmp_path, 2, b"b", force=True)
    assert names(tmp_path) == ["song.mid", "take-1.mid", "take-2.mid", "take-4.mid", "takes.json"]
    assert (tmp_path / "take-1.mid").read_bytes() == TAKE + b"b1"
    assert [path.name for path in done.removed] == ["take-3.mid", "takes.png"]


def test_force_leaves_runs_alone_whose_files_it_does_not_replace(tmp_path: Path) -> None:
    write(tmp_path, 2, b"a")
    write(tmp_path, 2, b"b")
    write(tmp_path, 1, b"c", force=True)
    assert told(tmp_path, "takes.json") == ["take-1.mid"]
    assert told(tmp_path, "takes-2.json") == ["take-3.mid", "take-4.mid"]
    assert names(tmp_path) == [
        "take-1.mid",
        "take-3.mid",
        "take-4.mid",
        "takes-2.json",
        "takes.json",
    ]
    write(tmp_path, 3, b"d", force=True)
    assert names(tmp_path) == ["take-1.mid", "take-2.mid", "take-3.mid", "takes.json"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"file": 3}]', "[" * 100_000, "\udce9"])
def test_a_list_that_cannot_be_read_removes_nothing(text: str, tmp_path: Path) -> None:
    write(tmp_path, 2, b"a")
    (tmp_path / "takes.json").write_text(text, errors="surrogateescape")
    write(tmp_path, 1, b"b", force=True)
    assert names(tmp_path) == ["take-1.mid", "take-2.mid", "takes.json"]


def test_what_a_command_reads_is_never_replaced(tmp_path: Path) -> None:
    write(tmp_path, 4, b"a")
    with pytest.raises(InputError, match=r"take-1\.mid: is what this command reads"):
        TakesFolder(tmp_path, True, [tmp_path / "take-1.mid"]).check(2)
    later = TakesFolder(tmp_path, True, [tmp_path / "take-4.mid", tmp_path / "absent", Path("-")])
    later.check(2)
    later.write(takes(2, b"b"), listed)
    assert names(tmp_path) == ["take-1.mid", "take-2.mid", "take-4.mid", "takes.json"]
    TakesFolder(tmp_path, False, [tmp_path / "take-1.mid"]).check(2)


def test_a_single_file_gets_the_next_free_name(tmp_path: Path) -> None:
    wanted = tmp_path / "song.wav"
    assert free_name(wanted) == wanted
    assert put(wanted, b"one", force=False) == wanted
    assert put(wanted, b"one", force=False) == wanted, "the same is there already"
    assert put(wanted, b"two", force=False) == tmp_path / "song-2.wav"
    (tmp_path / "song-3.wav").symlink_to("nowhere")
    assert free_name(wanted) == tmp_path / "song-4.wav"
    assert put(wanted, b"four", force=True) == wanted
    assert wanted.read_bytes() == b"four"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a matter of POSIX")
def test_a_pipe_in_the_way_is_stepped_around(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prompt.mid")
    assert put(tmp_path / "prompt.mid", b"x", force=False) == tmp_path / "prompt-2.mid"
