"""Archives, ledgers and names that were made to harm, or come from another time."""

import lzma
import os
import resource
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, build_corpus
from segue.corpus.ledger import read_ledger
from segue.corpus.sources import find_sources
from segue.corpus.store import CorpusStore
from segue.errors import CorpusError, InputError
from segue.examples import NAMES, example_path
from segue.locking import held
from tests.tunes import write_tar

OPTIONS = CorpusOptions(min_notes=1, near_duplicates=False)
LATIN_1 = os.fsdecode(b"Caf\xe9 del Mar.mid")
posix = pytest.mark.skipif(os.name != "posix", reason="names and pipes are a matter of POSIX")


def members(path: Path) -> list[str]:
    (source,) = find_sources([path])
    return [member.path for member in source.members()]


def huge_header(path: Path, kind: bytes, size: int) -> None:
    """A tar whose header holds a "name" of `size` bytes."""
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, size
    with lzma.open(path, "wb", preset=0) as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(size // 10**6):
            file.write(b"a" * 10**6)


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    ],
)
def test_a_huge_header_is_refused_before_it_is_held(kind: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.xz"
    huge_header(path, kind, 300 * 10**6)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorpusError, match=r"bomb\.tar\.xz: the archive is damaged \(a header of"):
        members(path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024, "in KiB"


def pax(path: Path, records: bytes) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, len(records)
    song = tarfile.TarInfo("a.mid")
    song.size = 512
    padded = records.ljust(-(-len(records) // 512) * 512, b"\0")
    path.write_bytes(
        info.tobuf(tarfile.USTAR_FORMAT) + padded + song.tobuf(tarfile.USTAR_FORMAT)
        + b"\0" * 512 * 3
    )  # fmt: skip


def record(key: bytes, value: bytes) -> bytes:
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + len(str(len(body) + 2))
    return str(length).encode() + body


@pytest.mark.parametrize(
    "records",
    [
        record(b"size", b"9" * 5000),
        record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.minor", b"0"),
        record(b"GNU.sparse.map", b"1," * 1000 + b"x") + record(b"GNU.sparse.size", b"1"),
        record(b"path", b"\xff\xfe"),
        b"0 x=y\n",
        b"9" * 400 + b" x=y\n",
    ],
)
def test_odd_headers_are_damage_or_nothing(records: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.tar"
    pax(path, records)
    with suppress(CorpusError):
        members(path)


def test_several_streams_and_padding_are_one_file(tmp_path: Path) -> None:
    whole = write_tar(tmp_path / "a.tar", {"a.mid": b"1" * 3000, "b.mid": b"2" * 3000})
    data = whole.read_bytes()
    packed = lzma.compress(data[:2000]) + bytes(8) + lzma.compress(data[2000:]) + bytes(4)
    (tmp_path / "b.tar.xz").write_bytes(packed)
    assert members(tmp_path / "b.tar.xz") == ["a.mid", "b.mid"]


@posix
@pytest.mark.parametrize("name", ["songs.zip", "songs.tar.xz", "songs.tar"])
def test_a_pipe_is_no_archive(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(CorpusError, match="a pipe, a socket or a device"):
        find_sources([tmp_path / name])
    os.mkfifo(tmp_path / "song.mid")
    with pytest.raises(CorpusError, match="no MIDI file"):
        find_sources([tmp_path])


@posix
@pytest.mark.parametrize("packing", ["folder", "tar", "zip"])
def test_a_latin_1_name_is_one_song_among_others(packing: str, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"B\xe4nde")
    (folder / os.fsdecode(b"M\xfcsik")).mkdir(parents=True)
    songs = [folder / LATIN_1, folder / os.fsdecode(b"M\xfcsik/x.mid"), folder / "plain.mid"]
    for name, path in zip(NAMES, songs, strict=True):
        path.write_bytes(example_path(name).read_bytes())
    source = folder
    if packing == "tar":
        source = tmp_path / os.fsdecode(b"B\xe4nde.tar")
        with tarfile.open(source, "w") as archive:
            archive.add(folder, arcname="")
    if packing == "zip":
        source = tmp_path / "songs.zip"
        with zipfile.ZipFile(source, "w") as packed:
            for path in songs:
                name = os.fsencode(path.relative_to(folder)).decode("cp437")
                packed.writestr(name, path.read_bytes())
    ledger = '{"path": "Caf\\udce9 del Mar.mid", "licence": "CC\\udc80"}\n'
    stem = source.name.removesuffix(".tar").removesuffix(".zip")
    (tmp_path / f"{stem}.ledger.jsonl").write_text(ledger)
    manifest = build_corpus([source], tmp_path / "corpus", OPTIONS, workers=1)
    assert manifest.n_songs == 3
    table = CorpusStore.open(tmp_path / "corpus").metadata.to_pylist()
    assert all(name.isprintable() for row in table for name in (row["path"], row["archive"]))
    if packing != "zip":
        assert {row["path"]: row["licence"] for row in table} == {
            "Caf\\xe9 del Mar.mid": "CC\\x80",
            "M\\xfcsik/x.mid": "",
            "plain.mid": "",
        }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"path": "\xff"}', "not UTF-8 text"),
        (b'{"path": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"path": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (b'{"path": "' + b"a" * 2**21 + b'"}', "more than 1,048,576 bytes"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_named(line: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "songs.ledger.jsonl"
    path.write_bytes(b'{"path": "a.mid"}\n' + line)
    with pytest.raises(CorpusError, match=rf"ledger\.jsonl, line 2: .*{message}"):
        read_ledger(path)


def test_a_second_build_is_refused_and_the_first_undisturbed(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    for name in NAMES:
        (tmp_path / "songs" / f"{name}.mid").write_bytes(example_path(name).read_bytes())
    out = tmp_path / "corpus"
    with (
        held(tmp_path / "corpus.building" / "lock", doing="builds"),
        pytest.raises(InputError, match=rf"process id {os.getpid()}\) builds .*corpus; wait"),
    ):
        build_corpus([tmp_path / "songs"], out, OPTIONS, workers=1)
    assert build_corpus([tmp_path / "songs"], out, OPTIONS, workers=1).n_songs == len(NAMES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "songs"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": "x"}', "[" * 100_000])
def test_a_damaged_note_of_an_unfinished_build_is_made_again(text: str, tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    for name in NAMES:
        (tmp_path / "songs" / f"{name}.mid").write_bytes(example_path(name).read_bytes())
    out = tmp_path / "corpus"
    with pytest.raises(ZeroDivisionError):
        build_corpus([tmp_path / "songs"], out, OPTIONS, workers=1, on_progress=_fail_at_writing)
    (table,) = tmp_path.glob("corpus.building/shards/*/complete.json")
    table.write_text(text)
    assert build_corpus([tmp_path / "songs"], out, OPTIONS, workers=1).n_songs == len(NAMES)


def _fail_at_writing(progress: object) -> None:
    if getattr(progress, "phase", "") == "write":
        raise ZeroDivisionError
