"""A small corpus that tests of reading share, and a copy of it that they may damage."""

import json
import shutil
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, build_corpus
from tests.tunes import Version, tune, write_folder, write_tar

LEDGER = {
    "open.tar.xz": {"source": "house", "tier": "open", "licence": "CC0", "origin": "ours"},
    "closed.zip": {"source": "elsewhere", "tier": "research", "licence": ""},
}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of 12 songs, 4 open, 8 research, two of them one tune; two files rejected."""
    folder = tmp_path_factory.mktemp("corpus")
    opened = {f"{seed}.mid": tune(seed) for seed in range(4)}
    closed = {f"band/{seed}.mid": tune(seed, Version(n_notes=60)) for seed in range(4, 11)}
    closed["band/again.mid"] = tune(4, Version(transpose=2))
    write_tar(folder / "open.tar.xz", opened)
    write_folder(folder / "loose", {**closed, "copy.mid": closed["band/4.mid"], "bad.mid": b"no"})
    for name, paths in (("open", opened), ("loose", closed)):
        entry = LEDGER["open.tar.xz" if name == "open" else "closed.zip"]
        lines = [json.dumps({"path": path, **entry}) for path in paths]
        (folder / f"{name}.ledger.jsonl").write_text("\n".join(lines))
    build_corpus(
        [folder / "open.tar.xz", folder / "loose"], folder / "out", CorpusOptions(), workers=1
    )
    return folder / "out"


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the corpus."""
    return shutil.copytree(built, tmp_path / "copy")
