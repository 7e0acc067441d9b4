"""Sources far away, by fsspec, give the corpus that the same files give here."""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.corpus import build_corpus
from segue.corpus.sources import find_sources
from segue.corpus.storage import storage_of
from segue.errors import CorpusError
from tests.tunes import tune, write_folder, write_tar

fsspec = pytest.importorskip("fsspec", reason='fsspec is not installed: "segue-music[remote]"')


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Any]:
    """The memory file system with a copy of `tmp_path/here`: a folder, a zip, a tar, a ledger."""
    here = tmp_path / "here"
    write_folder(here / "loose", {f"{n}.mid": tune(n) for n in (10, 9)} | {"b/1.mid": tune(1)})
    write_folder(here / "loose", {"b.mid": tune(2), "cover.jpg": b"", "b/bad.mid": b"no"})
    with zipfile.ZipFile(here / "packed.zip", "w") as archive:
        for number in (5, 4):
            archive.writestr(f"{number}.mid", tune(number))
    write_tar(here / "third.tar.xz", {f"{n}.mid": tune(n) for n in (6, 7)})
    (here / "third.ledger.jsonl").write_text('{"path": "6.mid", "tier": "open"}\n')
    files = fsspec.filesystem("memory")
    files.put(f"{here}/", "/here", recursive=True)
    yield files
    files.rm("/here", recursive=True)


@pytest.mark.parametrize("protocol", ["memory:///here", "file://{}/here", "{}/here"])
def test_every_way_to_the_files_gives_the_same_corpus(
    memory: Any, tmp_path: Path, protocol: str
) -> None:
    whole = build_corpus([tmp_path / "here"], tmp_path / "whole", workers=1)
    found = build_corpus([protocol.format(tmp_path)], tmp_path / "out", workers=1)
    assert found == whole
    assert found.tiers == {"open": 1, "unknown": 7}
    assert [source["name"] for source in found.sources] == ["here", "packed.zip", "third.tar.xz"]


def test_sources_of_several_places_are_one_corpus(memory: Any, tmp_path: Path) -> None:
    given: list[str | Path] = ["memory:///here/loose", tmp_path / "here" / "packed.zip"]
    assert build_corpus(given, tmp_path / "out", workers=1).n_songs == 6


def test_files_are_in_the_order_of_their_folders_names(memory: Any) -> None:
    (loose,) = find_sources(["memory:///here/loose"])
    names = [member.path for member in loose.members()]
    assert names == ["10.mid", "9.mid", "b/1.mid", "b/bad.mid", "b.mid"]


def test_the_fingerprint_follows_files_far_away(memory: Any) -> None:
    def seen() -> str:
        return find_sources(["memory:///here/loose"])[0].survey().fingerprint

    before = seen()
    assert seen() == before
    memory.pipe("/here/loose/9.mid", tune(33))
    assert seen() != before


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory:///nowhere", "no such file or folder"),
        ("memory:///here/loose/cover.jpg", "not a folder and not an archive"),
        ("nonsense://bucket/midi", "nonsense://bucket/midi: cannot be read: .*nonsense"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(memory: Any, address: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        find_sources([address])


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(CorpusError, match=r'pip install "segue-music\[remote\]"'):
        storage_of("s3://bucket/midi")
