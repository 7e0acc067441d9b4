"""Folders and archives give the same files, whatever they are packed in, and damage is told."""

import zipfile
from pathlib import Path

import pytest

from segue.corpus import sources
from segue.corpus.ledger import Provenance, read_ledger
from segue.corpus.sources import find_sources
from segue.errors import CorpusError
from tests.tunes import write_folder, write_tar

FILES = {"b/two.MIDI": b"22", "a.mid": b"1", "c.kar": b"333"}
OTHERS = {"README.txt": b"no music", "._a.mid": b"a resource fork", "b/cover.jpg": b"\xff"}


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def packed(folder: Path, name: str) -> Path:
    files = {**FILES, **OTHERS}
    if name.endswith(".zip"):
        return write_zip(folder / name, files)
    return write_tar(folder / name, files) if "." in name else write_folder(folder / name, files)


@pytest.mark.parametrize("name", ["songs", "songs.zip", "songs.tar.xz", "songs.tar.gz", "s.tar"])
def test_every_kind_of_source_gives_its_midi_files(tmp_path: Path, name: str) -> None:
    (source,) = find_sources([packed(tmp_path, name)])
    assert {member.path: member.data for member in source.members()} == FILES
    assert source.name == name


@pytest.mark.parametrize("name", ["songs", "songs.zip"])
def test_folders_and_zips_are_read_in_the_order_of_names(tmp_path: Path, name: str) -> None:
    (source,) = find_sources([packed(tmp_path, name)])
    assert [member.path for member in source.members()] == sorted(FILES)
    assert source.survey().n_files == len(FILES)


def test_archives_in_a_folder_are_sources_with_their_ledgers(tmp_path: Path) -> None:
    packed(tmp_path, "x.tar.xz")
    packed(tmp_path, "y.zip")
    (tmp_path / "x.ledger.jsonl").write_text('{"path": "a.mid"}\n{"path": "c.kar"}\n')
    found = find_sources([tmp_path])
    assert [source.name for source in found] == ["x.tar.xz", "y.zip"]
    assert [source.ledger is not None for source in found] == [True, False]
    assert [source.survey().n_files for source in found] == [2, 3]


def test_a_source_named_twice_is_read_once(tmp_path: Path) -> None:
    path = packed(tmp_path, "x.zip")
    assert len(find_sources([path, tmp_path, path])) == 1


def test_archives_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packed(tmp_path / name, "x.zip")
    assert [source.name for source in find_sources([tmp_path])] == ["one/x.zip", "two/x.zip"]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere: no such file or folder"):
        find_sources([tmp_path / "nowhere"])


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"")
    with pytest.raises(CorpusError, match="not a folder and not an archive"):
        find_sources([tmp_path / "song.mid"])


def test_a_folder_without_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no MIDI file"):
        find_sources([tmp_path])


@pytest.mark.parametrize("name", ["songs.zip", "songs.tar.xz", "songs.tar.gz"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.95])
def test_an_archive_cut_short_is_told(tmp_path: Path, name: str, kept: float) -> None:
    path = packed(tmp_path, name)
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data))])
    (source,) = find_sources([path])
    with pytest.raises(CorpusError, match=r"songs\..*: the archive is damaged"):
        list(source.members())


def test_a_damaged_member_of_a_zip_is_one_bad_file(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "s.zip", {"a.mid": b"1" * 100, "b.mid": b"2" * 100})
    data = bytearray(path.read_bytes())
    data[data.index(b"a.mid") + 6] ^= 0xFF
    path.write_bytes(data)
    (source,) = find_sources([path])
    first, second = source.members()
    assert first.problem.startswith("cannot be read")
    assert second.data == b"2" * 100


@pytest.mark.parametrize("name", ["songs", "songs.zip", "songs.tar.xz"])
def test_a_member_too_large_is_not_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 2)
    (source,) = find_sources([packed(tmp_path, name)])
    problems = {member.path: member.problem for member in source.members()}
    assert problems == {"a.mid": "", "b/two.MIDI": "", "c.kar": "3 bytes, more than 2"}


def test_the_fingerprint_follows_files_and_ledger(tmp_path: Path) -> None:
    folder = packed(tmp_path, "songs")
    seen = {find_sources([folder])[0].survey().fingerprint}
    (folder / "a.mid").write_bytes(b"longer")
    seen.add(find_sources([folder])[0].survey().fingerprint)
    (tmp_path / "songs.ledger.jsonl").write_text("")
    seen.add(find_sources([folder])[0].survey().fingerprint)
    assert len(seen) == 3


def test_a_ledger_gives_what_it_says_and_unknown_otherwise(tmp_path: Path) -> None:
    ledger = tmp_path / "songs.ledger.jsonl"
    ledger.write_text('{"path": "a.mid", "tier": "open", "licence": "CC0"}\n\n{"path": "b.mid"}\n')
    assert read_ledger(ledger) == {
        "a.mid": Provenance(source="songs", tier="open", licence="CC0"),
        "b.mid": Provenance(source="songs", tier="unknown"),
    }


@pytest.mark.parametrize(("line", "message"), [("{", "not JSON"), ('{"tier": "open"}', "path")])
def test_a_wrong_line_of_a_ledger_is_named(tmp_path: Path, line: str, message: str) -> None:
    ledger = tmp_path / "songs.ledger.jsonl"
    ledger.write_text('{"path": "a.mid"}\n' + line)
    with pytest.raises(CorpusError, match=f"line 2: .*{message}"):
        read_ledger(ledger)
